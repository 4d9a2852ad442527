/** All that knows S3. An object is there whole or not at all, and whoever reads it next sees the one that was written last. */
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ListMultipartUploadsCommandOutput, MultipartUpload } from '@aws-sdk/client-s3';
import { at, type Connection, uploadObject } from './multipart-upload';
import type { ObjectAddress } from './object-address';
import { type ObjectRequest, objectStoreError } from './object-store-error';
import { clientConfig, type ObjectStoreOptions } from './object-store-options';

const NOT_FOUND = 404;
const CONFLICT = 409;
const PRECONDITION_FAILED = 412;
const NOT_IMPLEMENTED = 501;

export interface StoredObject {
  readonly bytes: number;
  /** The store's own: other content has another one. */
  readonly tag: string;
}

/** Errors say what was done to which address, why it failed, and what to do; one that is `unavailable` may pass. */
export class ObjectStore {
  readonly #sdk: Connection['sdk'];
  readonly #client: Connection['client'];
  readonly #endpoint: string | undefined;

  /** Reaches nothing yet. Throws `invalid_configuration`. */
  constructor(sdk: Connection['sdk'], options: ObjectStoreOptions) {
    this.#sdk = sdk;
    this.#client = new sdk.S3Client(clientConfig(options));
    this.#endpoint = options.s3Endpoint;
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  /** Names of what is right below an address, and with a slash at their end of what has more below it, in the order of their bytes. */
  async *list(folder: ObjectAddress): AsyncGenerator<string, void, undefined> {
    const Prefix = `${folder.key}/`;
    const pages = this.#sdk.paginateListObjectsV2(
      { client: this.#client },
      { Bucket: folder.bucket, Prefix, Delimiter: '/' },
    );
    for (;;) {
      const page = await this.#do('listing', folder, 's3:ListBucket', () => pages.next());
      if (page.done) return;
      const found = [
        ...(page.value.Contents ?? []).map(({ Key }) => Key as string),
        ...(page.value.CommonPrefixes ?? []).map((common) => common.Prefix as string),
      ].map((key) => key.slice(Prefix.length));
      yield* found.filter((name) => name !== '').sort(); // consoles make an object of the folder itself
    }
  }

  /** null: there is none. */
  async find(address: ObjectAddress): Promise<StoredObject | null> {
    const head = () => this.#client.send(new this.#sdk.HeadObjectCommand(at(address)));
    const found = await this.#do('looking for', address, 's3:GetObject and s3:ListBucket', orNull(head));
    return found === null ? null : { bytes: found.ContentLength ?? 0, tag: found.ETag ?? '' };
  }

  /** All of a small one; null: there is none. */
  async read(address: ObjectAddress): Promise<Buffer | null> {
    return this.#do(
      'reading',
      address,
      's3:GetObject and s3:ListBucket',
      orNull(async () => {
        const { Body } = await this.#client.send(new this.#sdk.GetObjectCommand(at(address)));
        return Buffer.from((await Body?.transformToByteArray()) ?? []);
      }),
    );
  }

  /** Into a file of this machine. */
  async download(address: ObjectAddress, file: string, signal: AbortSignal): Promise<void> {
    await this.#do('reading', address, 's3:GetObject', async () => {
      const { Body } = await this.#client.send(new this.#sdk.GetObjectCommand(at(address)), {
        abortSignal: signal,
      });
      await pipeline(Body as Readable, createWriteStream(file), { signal });
    });
  }

  /** A small one, in the place of what is there. */
  async put(address: ObjectAddress, bytes: Buffer): Promise<void> {
    await this.#do('writing', address, 's3:PutObject', () =>
      this.#client.send(new this.#sdk.PutObjectCommand({ ...at(address), Body: bytes })),
    );
  }

  /** Returns false, and changes nothing, if one is there. A store that knows no conditions replaces it. */
  async putIfNew(address: ObjectAddress, bytes: Buffer): Promise<boolean> {
    const put = new this.#sdk.PutObjectCommand({ ...at(address), Body: bytes, IfNoneMatch: '*' });
    const outcome = await this.#do('writing', address, 's3:PutObject', async () => {
      try {
        await this.#client.send(put);
        return 'put';
      } catch (thrown) {
        const status = statusOf(thrown);
        if (status === PRECONDITION_FAILED || status === CONFLICT) return 'there';
        if (status === NOT_IMPLEMENTED) return 'unknown';
        throw thrown;
      }
    });
    if (outcome === 'unknown') await this.put(address, bytes);
    return outcome !== 'there';
  }

  /** From a stream of any length; see `uploadObject`. What `source` throws is thrown as it is. */
  async upload(address: ObjectAddress, source: AsyncIterable<Buffer>, signal?: AbortSignal): Promise<void> {
    const fault: { of?: unknown } = {};
    try {
      await uploadObject({ sdk: this.#sdk, client: this.#client }, address, withFault(source, fault), signal);
    } catch (thrown) {
      signal?.throwIfAborted();
      if ('of' in fault) throw fault.of;
      throw objectStoreError(thrown, this.#request('writing', address, 's3:PutObject'));
    }
  }

  /** Throws what `upload` would throw, at once: begins one, and gives it up. */
  async checkWritable(address: ObjectAddress): Promise<void> {
    const { UploadId } = await this.#do('writing', address, 's3:PutObject', () =>
      this.#client.send(new this.#sdk.CreateMultipartUploadCommand(at(address))),
    );
    await this.#giveUp({ Key: address.key, UploadId: UploadId as string }, address);
  }

  /** None there is as well. */
  async remove(address: ObjectAddress): Promise<void> {
    await this.#do('removing', address, 's3:DeleteObject', () =>
      this.#client.send(new this.#sdk.DeleteObjectCommand(at(address))),
    );
  }

  /** Gives up uploads that somebody has begun and not completed, of the address and of what is below it. A store may not tell of any. */
  async giveUpUploads(address: ObjectAddress): Promise<void> {
    for (const upload of await this.#unfinished(address))
      if (upload.Key === address.key || upload.Key?.startsWith(`${address.key}/`))
        await this.#giveUp(upload, address);
  }

  async #unfinished(address: ObjectAddress): Promise<MultipartUpload[]> {
    const all: MultipartUpload[] = [];
    let after: { KeyMarker?: string; UploadIdMarker?: string } | null = {};
    while (after !== null) {
      const command = new this.#sdk.ListMultipartUploadsCommand({
        Bucket: address.bucket,
        Prefix: address.key,
        ...after,
      });
      const page: ListMultipartUploadsCommandOutput = await this.#do(
        'listing uploads of',
        address,
        's3:ListBucketMultipartUploads',
        () => this.#client.send(command).catch(noneIfNotImplemented),
      );
      all.push(...(page.Uploads ?? []));
      after =
        page.IsTruncated === true
          ? { KeyMarker: page.NextKeyMarker as string, UploadIdMarker: page.NextUploadIdMarker as string }
          : null;
    }
    return all;
  }

  async #giveUp({ Key, UploadId }: MultipartUpload, address: ObjectAddress): Promise<void> {
    const command = new this.#sdk.AbortMultipartUploadCommand({ Bucket: address.bucket, Key, UploadId });
    await this.#do(
      'giving up an upload of',
      address,
      's3:AbortMultipartUpload',
      orNull(() => this.#client.send(command)),
    );
  }

  #request(doing: string, address: ObjectAddress, permission: string): ObjectRequest {
    return { doing, address, permission, endpoint: this.#endpoint };
  }

  async #do<T>(
    doing: string,
    address: ObjectAddress,
    permission: string,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      throw objectStoreError(thrown, this.#request(doing, address, permission));
    }
  }
}

const statusOf = (thrown: unknown) =>
  (thrown as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

function noneIfNotImplemented(thrown: unknown): ListMultipartUploadsCommandOutput {
  if (statusOf(thrown) === NOT_IMPLEMENTED) return { $metadata: {} };
  throw thrown;
}

/** null where there is nothing of the name; a bucket that is missing is an error. */
function orNull<T>(work: () => Promise<T>): () => Promise<T | null> {
  return async () => {
    try {
      return await work();
    } catch (thrown) {
      if (statusOf(thrown) === NOT_FOUND && (thrown as Error).name !== 'NoSuchBucket') return null;
      throw thrown;
    }
  };
}

/** Keeps what the source itself throws apart from what the store does. */
async function* withFault(source: AsyncIterable<Buffer>, fault: { of?: unknown }): AsyncGenerator<Buffer> {
  try {
    yield* source;
  } catch (thrown) {
    fault.of = thrown;
    throw thrown;
  }
}
