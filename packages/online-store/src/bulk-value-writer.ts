import { ForebayError } from '@forebay/contract';
import type { ByteWriter } from './byte-writer';
import type { RedisConnection } from './connection';
import { bucketOf } from './keys';
import { type PackedCall, PackedScript } from './packed-script';
import type { RedisScript } from './redis-script';

/** One call keeps Redis busy for some milliseconds: small ones leave gaps for readers. */
export const MAX_VALUES_PER_BATCH_CALL = 256;
export const MAX_BYTES_PER_BATCH_CALL = 256 * 1_024;
/** Calls under way: enough that neither side waits for the other. */
export const MAX_BATCH_CALLS_IN_FLIGHT = 4;
/** What the calls under construction for all buckets may hold; then all of them are sent. */
const MAX_BYTES_WAITING = 16 * 1_024 * 1_024;

export interface BatchWriteStats {
  /** Values given. */
  readonly values: number;
  /** Not written, since the stored value is of a newer run, or has a later row. */
  readonly older: number;
  /** Keys and values. */
  readonly bytes: number;
}

/** What the values of a writer have in common. */
export interface BulkValues {
  /** Takes (size, bytes) of each value after what `writeHeader` wrote, and answers how many it did not write. */
  readonly script: RedisScript;
  /** What the keys of a bucket begin with. */
  readonly prefixOf: (bucket: number) => string;
  readonly writeHeader: (argument: ByteWriter) => void;
  /** What the script reads of a value is so long. */
  readonly minimumBytes: number;
}

/** The next call for one bucket. */
interface OpenCall {
  readonly bucket: number;
  readonly prefix: Uint8Array;
  call: PackedCall;
}

/** Writes values that batch runs make, in bulk, each to its bucket. Use one writer per chunk; it is spent after `finish`. */
export class BulkValueWriter {
  readonly #script: PackedScript;
  /** By bucket. */
  readonly #open: (OpenCall | undefined)[];
  readonly #inFlight = new Set<Promise<void>>();
  #waitingBytes = 0;
  #failure: unknown = null;
  #values = 0;
  #older = 0;
  #bytes = 0;

  constructor(
    connection: RedisConnection,
    private readonly of: BulkValues,
  ) {
    this.#script = new PackedScript(connection, of.script, connection.buckets);
    this.#open = new Array<OpenCall | undefined>(connection.buckets);
  }

  /**
   * Takes one value; both arrays are copied. Returns null, or a promise to be awaited before the next write, when
   * enough is under way. Throws, or rejects, with the error of an earlier call: the chunk must be written again.
   */
  write(entityKey: string | Uint8Array, value: Uint8Array): Promise<void> | null {
    if (this.#failure !== null) throw this.#failure;
    if (value.length < this.of.minimumBytes) {
      throw new ForebayError(
        'internal',
        `the batch value of "${entityKey.toString()}" has only ${value.length} bytes`,
      );
    }
    const open = this.#openFor(bucketOf(entityKey, this.#open.length));
    const { call } = open;
    const before = call.sizeBytes;
    call.addKey(open.prefix, entityKey);
    call.argument.u32(value.length);
    call.argument.raw(value);
    this.#waitingBytes += call.sizeBytes - before;
    this.#values++;
    if (call.keyCount >= MAX_VALUES_PER_BATCH_CALL || call.sizeBytes >= MAX_BYTES_PER_BATCH_CALL)
      this.#send(open);
    else if (this.#waitingBytes >= MAX_BYTES_WAITING) this.#sendAll();
    else return null;
    return this.#inFlight.size < MAX_BATCH_CALLS_IN_FLIGHT ? null : this.#room();
  }

  /** Sends the rest, and waits until everything is written. Rejects if any call failed. */
  async finish(): Promise<BatchWriteStats> {
    this.#sendAll();
    await Promise.all(this.#inFlight);
    if (this.#failure !== null) throw this.#failure;
    return { values: this.#values, older: this.#older, bytes: this.#bytes };
  }

  #openFor(bucket: number): OpenCall {
    const open = this.#open[bucket];
    if (open !== undefined) return open;
    const made = { bucket, prefix: Buffer.from(this.of.prefixOf(bucket)), call: this.#begin() };
    this.#open[bucket] = made;
    return made;
  }

  #begin(): PackedCall {
    const call = this.#script.begin();
    this.of.writeHeader(call.argument);
    return call;
  }

  #sendAll(): void {
    for (const open of this.#open) if (open !== undefined && open.call.keyCount > 0) this.#send(open);
    this.#waitingBytes = 0;
  }

  #send(open: OpenCall): void {
    const { call, bucket } = open;
    this.#bytes += call.sizeBytes;
    this.#waitingBytes -= call.sizeBytes;
    const sent = this.#script.send(call, bucket).then(
      (older) => {
        this.#older += older as number;
      },
      (error: unknown) => {
        this.#failure ??= error;
      },
    );
    this.#inFlight.add(sent);
    void sent.then(() => this.#inFlight.delete(sent));
    open.call = this.#begin();
  }

  async #room(): Promise<void> {
    while (this.#inFlight.size >= MAX_BATCH_CALLS_IN_FLIGHT) await Promise.race(this.#inFlight);
    if (this.#failure !== null) throw this.#failure;
  }
}
