import { writeBulkHeader, writeBulkKey, writeLineEnd } from './bulk-keys';
import { ByteWriter } from './byte-writer';
import type { RedisConnection } from './connection';
import { RawCommand } from './raw-command';
import { isNoScript } from './redis-errors';
import type { RedisScript } from './redis-script';

const INITIAL_BYTES = 32 * 1_024;
/** Where there is a call for each of many buckets. */
const SMALL_INITIAL_BYTES = 1_024;
/** Calls that are kept for reuse, and the most memory that a kept one may hold; of one for each bucket the same together. */
const KEPT_CALLS = 8;
const KEPT_BYTES = 4 * 1_024 * 1_024;

/** A call of a script for many keys, under construction: keys, and one argument that holds all else. */
export class PackedCall {
  readonly argument: ByteWriter;
  readonly #keys: ByteWriter;
  readonly #wire: ByteWriter;
  keyCount = 0;

  constructor(initialBytes = INITIAL_BYTES) {
    this.argument = new ByteWriter(initialBytes);
    this.#keys = new ByteWriter(initialBytes);
    this.#wire = new ByteWriter(2 * initialBytes);
  }

  get sizeBytes(): number {
    return this.#keys.size + this.argument.size;
  }

  get heldBytes(): number {
    return this.#keys.bytes.length + this.argument.bytes.length + this.#wire.bytes.length;
  }

  addKey(prefix: Uint8Array, rest: string | Uint8Array): void {
    writeBulkKey(this.#keys, prefix, rest);
    this.keyCount++;
  }

  clear(): void {
    this.argument.clear();
    this.#keys.clear();
    this.keyCount = 0;
  }

  /** `EVALSHA sha keyCount keys… argument`; the bytes are valid until the next call. */
  encode(sha: string): Buffer {
    const wire = this.#wire;
    wire.clear();
    wire.text(`*${this.keyCount + 4}\r\n$7\r\nEVALSHA\r\n$${sha.length}\r\n${sha}\r\n`);
    const count = String(this.keyCount);
    wire.text(`$${count.length}\r\n${count}\r\n`);
    wire.raw(this.#keys.written());
    writeBulkHeader(wire, this.argument.size);
    wire.raw(this.argument.written());
    writeLineEnd(wire);
    return wire.written();
  }
}

/** Sends packed calls of one script, and reuses their memory when they are answered. */
export class PackedScript {
  readonly #free: PackedCall[] = [];

  constructor(
    private readonly connection: RedisConnection,
    private readonly script: RedisScript,
    /** How many calls are under construction at a time, about. */
    private readonly openCalls = 1,
  ) {}

  /** An empty call; `send` takes it back. */
  begin(): PackedCall {
    return this.#free.pop() ?? new PackedCall(this.openCalls === 1 ? INITIAL_BYTES : SMALL_INITIAL_BYTES);
  }

  /**
   * Sends to the server of the bucket that all keys are of. Resolves with the decoded reply.
   * Rejects with a ForebayError; then it is unknown whether the script ran, except for the reasons `overloaded` and `invalid_configuration`, with which the server refused it.
   */
  async send(call: PackedCall, bucket: number): Promise<unknown> {
    const wire = call.encode(this.script.sha);
    try {
      return await this.#send(wire, bucket);
    } catch (thrown) {
      if (!isNoScript(thrown)) throw this.connection.failure(thrown, this.script.name);
      return await this.connection.run(this.script.name, async () => {
        await this.script.load(this.connection);
        return this.#send(wire, bucket);
      });
    } finally {
      this.recycle(call);
    }
  }

  /** Takes back a call that was not sent. */
  recycle(call: PackedCall): void {
    call.clear();
    const kept = Math.max(KEPT_CALLS, this.openCalls);
    if (this.#free.length < kept && call.heldBytes <= (KEPT_BYTES * KEPT_CALLS) / kept) this.#free.push(call);
  }

  #send(wire: Buffer, bucket: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.connection.send(new RawCommand('evalsha', wire, resolve, reject), bucket);
    });
  }
}
