/** Writes an object of any size from a stream, with little memory: whole or not at all. */
import type { S3Client } from '@aws-sdk/client-s3';
import { ForebayError } from '@forebay/contract';
import { type ObjectAddress, objectAddressText } from './object-address';

/** The SDK's module is loaded when a store is opened. */
export interface Connection {
  readonly sdk: typeof import('@aws-sdk/client-s3');
  readonly client: S3Client;
}

const MIB = 1 << 20;
/** Some stores want all parts but the last to have the same size. */
const PART_BYTES = 8 * MIB;
/** Beyond the one that is being filled. */
const PARTS_IN_FLIGHT = 3;
/** Of all stores. */
const MAX_PARTS = 10_000;

/**
 * What fits in one part is sent in one request. Where it fails, or `signal` aborts, requests under way are ended, the parts that were
 * sent are given up, and the object stays as it was. An error of `source` is thrown as it is. Holds up to 32 MiB.
 */
export async function uploadObject(
  { sdk, client }: Connection,
  address: ObjectAddress,
  source: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const parts = partsOf(source);
  try {
    const { value: first = Buffer.alloc(0) } = await parts.next();
    const { value: second } = await parts.next();
    if (second === undefined)
      await client.send(new sdk.PutObjectCommand({ ...at(address), Body: first }), withSignal(signal));
    else {
      const upload = await PartedUpload.begin({ sdk, client }, address, signal);
      await upload.sendAll([first, second], parts);
    }
  } finally {
    await parts.return(undefined);
  }
}

class PartedUpload {
  /** Those that have failed stay. */
  readonly #sending = new Set<Promise<void>>();
  readonly #tags: string[] = [];
  readonly #ending = new AbortController();
  readonly #signal: AbortSignal;

  private constructor(
    private readonly connection: Connection,
    private readonly address: ObjectAddress,
    private readonly id: string,
    signal: AbortSignal | undefined,
  ) {
    this.#signal =
      signal === undefined ? this.#ending.signal : AbortSignal.any([this.#ending.signal, signal]);
  }

  static async begin(
    connection: Connection,
    address: ObjectAddress,
    signal: AbortSignal | undefined,
  ): Promise<PartedUpload> {
    const { sdk, client } = connection;
    const begun = await client.send(new sdk.CreateMultipartUploadCommand(at(address)), withSignal(signal));
    return new PartedUpload(connection, address, begun.UploadId as string, signal);
  }

  async sendAll(first: readonly Buffer[], rest: AsyncIterable<Buffer>): Promise<void> {
    try {
      for (const part of first) await this.#send(part);
      for await (const part of rest) await this.#send(part);
      await this.#complete();
    } catch (thrown) {
      await this.#giveUp();
      throw thrown;
    }
  }

  /** Resolves when there is room for the next one. */
  async #send(body: Buffer): Promise<void> {
    while (this.#sending.size >= PARTS_IN_FLIGHT) await Promise.race(this.#sending);
    const number = this.#tags.push('');
    if (number > MAX_PARTS)
      throw new ForebayError(
        'failed_precondition',
        `writing ${objectAddressText(this.address)}: it has more than ${MAX_PARTS} parts of ${PART_BYTES / MIB} MiB; write several files ("--job", with fewer "--rows-per-file")`,
      );
    const sent = this.#put(number, body).then(() => {
      this.#sending.delete(sent);
    });
    sent.catch(() => undefined); // whoever sends the next one, or completes, is told
    this.#sending.add(sent);
  }

  async #put(number: number, body: Buffer): Promise<void> {
    const command = new this.connection.sdk.UploadPartCommand({
      ...at(this.address),
      UploadId: this.id,
      PartNumber: number,
      Body: body,
    });
    const { ETag } = await this.connection.client.send(command, { abortSignal: this.#signal });
    this.#tags[number - 1] = ETag as string;
  }

  async #complete(): Promise<void> {
    await Promise.all(this.#sending);
    this.#signal.throwIfAborted();
    const Parts = this.#tags.map((ETag, i) => ({ ETag, PartNumber: i + 1 }));
    const command = new this.connection.sdk.CompleteMultipartUploadCommand({
      ...at(this.address),
      UploadId: this.id,
      MultipartUpload: { Parts },
    });
    await this.connection.client.send(command, { abortSignal: this.#signal });
  }

  /** What cannot be given up now is left to whoever tidies, and does not hide why. */
  async #giveUp(): Promise<void> {
    this.#ending.abort();
    await Promise.allSettled(this.#sending);
    const command = new this.connection.sdk.AbortMultipartUploadCommand({
      ...at(this.address),
      UploadId: this.id,
    });
    await this.connection.client.send(command).catch(() => undefined);
  }
}

/** Each of PART_BYTES but the last; none is empty. */
async function* partsOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined, undefined> {
  let part = Buffer.allocUnsafe(PART_BYTES);
  let filled = 0;
  for await (const chunk of source) {
    for (let from = 0; from < chunk.length; ) {
      const copied = chunk.copy(part, filled, from);
      from += copied;
      filled += copied;
      if (filled < PART_BYTES) continue;
      yield part;
      part = Buffer.allocUnsafe(PART_BYTES);
      filled = 0;
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
  return undefined;
}

export const at = ({ bucket, key }: ObjectAddress) => ({ Bucket: bucket, Key: key });

export const withSignal = (signal: AbortSignal | undefined) =>
  signal === undefined ? {} : { abortSignal: signal };
