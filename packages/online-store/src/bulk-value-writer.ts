import { ForebayError } from '@forebay/contract';
import type { ByteWriter } from './byte-writer';
import type { RedisConnection } from './connection';
import { type PackedCall, PackedScript } from './packed-script';
import type { RedisScript } from './redis-script';

/** One call keeps Redis busy for some milliseconds: small ones leave gaps for readers. */
export const MAX_VALUES_PER_BATCH_CALL = 256;
export const MAX_BYTES_PER_BATCH_CALL = 256 * 1_024;
/** Calls under way: enough that neither side waits for the other. */
export const MAX_BATCH_CALLS_IN_FLIGHT = 4;

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
  /** What the keys begin with. */
  readonly prefix: string;
  readonly writeHeader: (argument: ByteWriter) => void;
  /** What the script reads of a value is so long. */
  readonly minimumBytes: number;
}

/** Writes values that batch runs make, in bulk. Use one writer per chunk; it is spent after `finish`. */
export class BulkValueWriter {
  readonly #script: PackedScript;
  readonly #prefix: Uint8Array;
  readonly #inFlight = new Set<Promise<void>>();
  #call: PackedCall;
  #failure: unknown = null;
  #values = 0;
  #older = 0;
  #bytes = 0;

  constructor(
    connection: RedisConnection,
    private readonly of: BulkValues,
  ) {
    this.#script = new PackedScript(connection, of.script);
    this.#prefix = Buffer.from(of.prefix);
    this.#call = this.#begin();
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
    this.#call.addKey(this.#prefix, entityKey);
    this.#call.argument.u32(value.length);
    this.#call.argument.raw(value);
    this.#values++;
    if (this.#call.keyCount < MAX_VALUES_PER_BATCH_CALL && this.#call.sizeBytes < MAX_BYTES_PER_BATCH_CALL)
      return null;
    this.#send();
    return this.#inFlight.size < MAX_BATCH_CALLS_IN_FLIGHT ? null : this.#room();
  }

  /** Sends the rest, and waits until everything is written. Rejects if any call failed. */
  async finish(): Promise<BatchWriteStats> {
    if (this.#call.keyCount > 0) this.#send();
    await Promise.all(this.#inFlight);
    if (this.#failure !== null) throw this.#failure;
    return { values: this.#values, older: this.#older, bytes: this.#bytes };
  }

  #begin(): PackedCall {
    const call = this.#script.begin();
    this.of.writeHeader(call.argument);
    return call;
  }

  #send(): void {
    const call = this.#call;
    this.#bytes += call.sizeBytes;
    const sent = this.#script.send(call).then(
      (older) => {
        this.#older += older as number;
      },
      (error: unknown) => {
        this.#failure ??= error;
      },
    );
    this.#inFlight.add(sent);
    void sent.then(() => this.#inFlight.delete(sent));
    this.#call = this.#begin();
  }

  async #room(): Promise<void> {
    await Promise.race(this.#inFlight);
    if (this.#failure !== null) throw this.#failure;
  }
}
