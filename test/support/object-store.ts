/** A real object store that speaks S3, of the test file's own. */
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { type LocalObjectStore, startObjectStore } from '@forebay/local-stack';
import { ObjectStoreOnDemand } from '@forebay/object-store';
import { HOME_DIR } from './stack';

export const BUCKET = 'training-sets';

export class TestObjectStore {
  readonly client: S3Client;

  private constructor(readonly server: LocalObjectStore) {
    this.client = new S3Client({
      endpoint: server.url,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: server.keys.admin,
    });
  }

  /** With an empty bucket. */
  static async start(): Promise<TestObjectStore> {
    const store = new TestObjectStore(await startObjectStore({ homeDir: HOME_DIR }));
    await store.client.send(new CreateBucketCommand({ Bucket: BUCKET }));
    return store;
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.server.stop();
  }

  address(prefix: string): string {
    return `s3://${BUCKET}/${prefix}`;
  }

  /** All objects below a prefix, as base64, by what follows the prefix and its slash. */
  async contents(prefix: string): Promise<Map<string, string>> {
    const listed = await this.client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `${prefix}/` }));
    const found = new Map<string, string>();
    for (const { Key } of listed.Contents ?? []) {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      found.set((Key as string).slice(prefix.length + 1), Buffer.from(bytes).toString('base64'));
    }
    return found;
  }

  /** Uploads that nobody has completed or given up. */
  async unfinished(): Promise<string[]> {
    const { Uploads } = await this.client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
    return (Uploads ?? []).map(({ Key }) => Key as string);
  }
}

/** For what writes to none. */
export function noObjectStore(): ObjectStoreOnDemand {
  return new ObjectStoreOnDemand({ s3Endpoint: undefined, s3Region: undefined, s3PathStyle: undefined });
}

export function useObjectStore(): { readonly store: TestObjectStore } {
  let running: TestObjectStore | null = null;
  beforeAll(async () => {
    running = await TestObjectStore.start();
  });
  afterAll(() => running?.stop());
  return {
    get store() {
      if (running === null) throw new Error('the object store starts in beforeAll');
      return running;
    },
  };
}
