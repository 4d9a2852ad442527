import { writeBulkIntegerKey, writeBulkKey } from './bulk-keys';
import { ByteWriter } from './byte-writer';
import type { RedisConnection } from './connection';
import { RawCommand } from './raw-command';
import { StoredValues } from './stored-values';

/** Takes the keys of a read, one after another. */
export interface KeySink {
  /** The key `prefix` + `rest` (a text counts as its UTF-8 bytes). */
  key(prefix: Uint8Array, rest: string | Uint8Array): void;
  /** The key `prefix` + the decimal digits of an integer, which is a bigint only outside the safe integers. */
  integerKey(prefix: Uint8Array, rest: number | bigint): void;
}

/** The keys of one MGET, all of one bucket, and its sending. A batch may be used again once `send` has called back. */
export interface MgetBatch extends KeySink {
  readonly keyCount: number;
  /** Calls exactly one of the two, maybe before it returns. The values' memory is used again when `onValues` has returned. */
  send(onValues: (values: StoredValues) => void, onError: (error: Error) => void): void;
  clear(): void;
}

const INITIAL_BYTES = 16 * 1_024;
/** Where there are batches for each of many buckets. */
const SMALL_INITIAL_BYTES = 1_024;
/** Room for `*<count>\r\n$4\r\nMGET\r\n` before the keys, whose count is known last. */
const HEADER_ROOM = 32;

/** Writes the command's bytes as the keys come: no array of keys, no text per key, no promise. */
export class EncodedMgetBatch implements MgetBatch {
  readonly #wire: ByteWriter;
  keyCount = 0;

  constructor(
    private readonly connection: RedisConnection,
    private readonly bucket = 0,
  ) {
    this.#wire = new ByteWriter(connection.buckets === 1 ? INITIAL_BYTES : SMALL_INITIAL_BYTES);
    this.clear();
  }

  key(prefix: Uint8Array, rest: string | Uint8Array): void {
    writeBulkKey(this.#wire, prefix, rest);
    this.keyCount++;
  }

  integerKey(prefix: Uint8Array, rest: number | bigint): void {
    writeBulkIntegerKey(this.#wire, prefix, rest);
    this.keyCount++;
  }

  send(onValues: (values: StoredValues) => void, onError: (error: Error) => void): void {
    const { connection, bucket } = this;
    const circuit = connection.circuitOf(bucket);
    const refusal = connection.isConnected ? circuit.send() : circuit.away();
    if (refusal !== null) {
      onError(refusal);
      return;
    }
    const header = `*${this.keyCount + 1}\r\n$4\r\nMGET\r\n`;
    const start = HEADER_ROOM - header.length;
    this.#wire.bytes.write(header, start, 'latin1');
    const bytes = this.#wire.bytes.subarray(start, this.#wire.size);
    const onReply = (reply: unknown) => {
      circuit.answered();
      onValues(
        reply instanceof StoredValues ? reply : StoredValues.of(reply as readonly (Uint8Array | null)[]),
      );
    };
    const onFailure = (error: Error) => {
      circuit.answered();
      onError(error);
    };
    connection.send(new RawCommand('mget', bytes, onReply, onFailure), bucket);
  }

  clear(): void {
    this.#wire.size = HEADER_ROOM;
    this.keyCount = 0;
  }
}
