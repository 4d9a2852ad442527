import { Client, credentials, Metadata } from '@grpc/grpc-js';

export const GET_ONLINE_FEATURES = '/forebay.v1.FeatureService/GetOnlineFeatures';

const same = (bytes: Buffer) => bytes;

/** Calls with bytes that are made once, and takes the answers as bytes: the cheapest client that grpc-js can be. */
export class RawClient {
  readonly #client: Client;
  readonly #request: Buffer;

  readonly #metadata = new Metadata();

  constructor(address: string, request: Uint8Array, metadata: Readonly<Record<string, string>> = {}) {
    this.#client = new Client(address, credentials.createInsecure());
    this.#request = Buffer.from(request);
    for (const [name, value] of Object.entries(metadata)) this.#metadata.set(name, value);
  }

  call(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const taken = (error: Error | null, answer?: Buffer) => {
        if (error === null && answer !== undefined) resolve(answer);
        else reject(error ?? new Error('the answer is empty'));
      };
      this.#client.makeUnaryRequest(GET_ONLINE_FEATURES, same, same, this.#request, this.#metadata, taken);
    });
  }

  /** `count` calls, `inFlight` at a time. */
  async calls(count: number, inFlight: number): Promise<void> {
    let left = count;
    const worker = async () => {
      while (left-- > 0) await this.call();
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
  }

  close(): void {
    this.#client.close();
  }
}
