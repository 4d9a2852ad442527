import { Client, credentials } from '@grpc/grpc-js';

export const GET_ONLINE_FEATURES = '/forebay.v1.FeatureService/GetOnlineFeatures';

const same = (bytes: Buffer) => bytes;

/** Calls with bytes that are made once, and takes the answers as bytes: the cheapest client that grpc-js can be. */
export class RawClient {
  readonly #client: Client;
  readonly #request: Buffer;

  constructor(address: string, request: Uint8Array) {
    this.#client = new Client(address, credentials.createInsecure());
    this.#request = Buffer.from(request);
  }

  call(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(GET_ONLINE_FEATURES, same, same, this.#request, (error, answer) => {
        if (error === null && answer !== undefined) resolve(answer);
        else reject(error ?? new Error('the answer is empty'));
      });
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
