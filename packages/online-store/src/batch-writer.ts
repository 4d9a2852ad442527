import { ForebayError } from '@forebay/contract';
import type { RedisConnection } from './connection';
import { PARTS, partPrefix } from './keys';
import { type PackedCall, PackedScript } from './packed-script';
import { RedisScript } from './redis-script';

/** One call keeps Redis busy for some milliseconds: small ones leave gaps for readers. */
export const MAX_VALUES_PER_BATCH_CALL = 256;
export const MAX_BYTES_PER_BATCH_CALL = 256 * 1_024;
/** Calls under way: enough that neither side waits for the other. */
export const MAX_BATCH_CALLS_IN_FLIGHT = 4;

/** The header of a batch value holds its cut and run clock, which decide what replaces what. */
const MINIMUM_VALUE_BYTES = 40;

export interface BatchWriterOptions {
  readonly bucket: number;
  readonly viewId: number;
  /** When the values expire, in ms since the epoch: their cut + the horizon + 1 h. */
  readonly expiresAtMs: number;
}

export interface BatchWriteStats {
  /** Values given. */
  readonly values: number;
  /** Not written, since the stored value is of a newer run. */
  readonly older: number;
  /** Keys and values. */
  readonly bytes: number;
}

const WRITE = new RedisScript('write-batch-values');

/** Writes the batch values of one view in one bucket, in bulk. Use one writer per chunk; it is spent after `finish`. */
export class BatchWriter {
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
    private readonly options: BatchWriterOptions,
  ) {
    this.#script = new PackedScript(connection, WRITE);
    this.#prefix = Buffer.from(partPrefix(options.bucket, options.viewId, PARTS.batch));
    this.#call = this.#begin();
  }

  /**
   * Takes one value; both arrays are copied. Returns null, or a promise to be awaited before the next write, when
   * enough is under way. Throws, or rejects, with the error of an earlier call: the chunk must be written again.
   */
  write(entityKey: string | Uint8Array, value: Uint8Array): Promise<void> | null {
    if (this.#failure !== null) throw this.#failure;
    if (value.length < MINIMUM_VALUE_BYTES) {
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
    call.argument.f64(this.options.expiresAtMs);
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
