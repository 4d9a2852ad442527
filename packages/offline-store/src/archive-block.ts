import { ForebayError } from '@forebay/contract';
import type { EventSource, ScalarType } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { ARCHIVE_TIME_RANGE_MS } from './column-types';
import { quoteName } from './identifiers';
import { positionColumnsOf } from './tables';

/** Where an event stands in its log, and when it came. */
export interface ArchivePosition {
  /** 1 … 8191: the number of a load; 8192 + partition: a Kafka record. */
  readonly log: number;
  readonly offset: number;
  /** When the event became known; a source that declares its own `known_at` overrules it. */
  readonly knownAtMs: number;
  /** The broker's time of the record. */
  readonly arrivedAtMs: number;
  /** Of several rows of one position the one with the highest counts; 0 if left out. */
  readonly claim?: number;
  /** Where its copy was read, of a source that is re-keyed. */
  readonly read?: { readonly log: number; readonly offset: number };
}

const FIRST_CAPACITY_BYTES = 1 << 20;
/** Room for one row's fixed-width values; strings are checked on their own. */
const FIXED_BYTES_PER_FIELD = 16;
/** Of a position, at most. */
const POSITION_FIELDS = 7;
const TWO_32 = 4_294_967_296;

/**
 * Rows in ClickHouse's RowBinary format (https://clickhouse.com/docs/en/interfaces/formats#rowbinary), in one reused buffer
 * that the block owns. `bytes()` is valid until the next `clear`.
 */
export class ArchiveBlock {
  /** The columns in the order in which `append` writes them, for the INSERT statement. */
  readonly columns: string;
  rows = 0;
  readonly #types: readonly ScalarType[];
  readonly #eventTimeIndex: number;
  readonly #knownAtIndex: number;
  readonly #isRekeyed: boolean;
  #buffer = Buffer.allocUnsafe(FIRST_CAPACITY_BYTES);
  #at = 0;

  constructor(source: EventSource) {
    this.#types = source.fields.map((field) => field.type);
    this.#eventTimeIndex = source.fields.findIndex((field) => field.name === source.eventTime);
    this.#knownAtIndex = source.fields.findIndex((field) => field.name === source.knownAt);
    this.#isRekeyed = source.rekey !== undefined;
    this.columns = [...source.fields.map((field) => field.name), ...positionColumnsOf(source)]
      .map(quoteName)
      .join(', ');
  }

  get sizeBytes(): number {
    return this.#at;
  }

  clear(): void {
    this.rows = 0;
    this.#at = 0;
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  /**
   * Appends one event: the source's fields in declared order (more values are ignored), then its position.
   * Throws `invalid_record` if the event time is null or outside what the archive holds; the block is then unchanged.
   */
  append(row: readonly Value[], position: ArchivePosition): void {
    const eventTimeMs = row[this.#eventTimeIndex];
    if (!isArchivableInstant(eventTimeMs)) {
      throw new ForebayError(
        'invalid_record',
        `event time ${String(eventTimeMs)} is not an instant from 1900 to 2299 in ms since the epoch`,
      );
    }
    this.#reserve((this.#types.length + POSITION_FIELDS) * FIXED_BYTES_PER_FIELD);
    for (let i = 0; i < this.#types.length; i++) {
      const value = row[i] ?? null;
      if (i === this.#eventTimeIndex) this.#integer64(value as number);
      else if (value === null) this.#byte(1);
      else {
        this.#byte(0);
        this.#value(this.#types[i] as ScalarType, value);
      }
    }
    const declared = this.#knownAtIndex === -1 ? null : (row[this.#knownAtIndex] as number | null);
    this.#at = this.#buffer.writeUInt16LE(position.log, this.#at);
    this.#integer64(position.offset);
    this.#integer64(declared ?? position.knownAtMs);
    this.#integer64(position.arrivedAtMs);
    this.#integer64(position.claim ?? 0);
    if (this.#isRekeyed) {
      this.#at = this.#buffer.writeUInt16LE(position.read?.log ?? 0, this.#at);
      this.#integer64(position.read?.offset ?? 0);
    }
    this.rows++;
  }

  #value(type: ScalarType, value: Value): void {
    switch (type) {
      case 'bool':
        this.#byte(value === true ? 1 : 0);
        return;
      case 'int32':
        this.#at = this.#buffer.writeInt32LE(value as number, this.#at);
        return;
      case 'int64':
      case 'timestamp':
        this.#integer64(value as number | bigint);
        return;
      case 'double':
        this.#at = this.#buffer.writeDoubleLE(value as number, this.#at);
        return;
      case 'string':
        this.#string(value as string);
    }
  }

  #byte(value: number): void {
    this.#buffer[this.#at++] = value;
  }

  #integer64(value: number | bigint): void {
    if (typeof value === 'bigint') {
      this.#at = this.#buffer.writeBigInt64LE(value, this.#at);
      return;
    }
    const high = Math.floor(value / TWO_32);
    this.#buffer.writeUInt32LE(value - high * TWO_32, this.#at);
    this.#at = this.#buffer.writeInt32LE(high, this.#at + 4);
  }

  #string(value: string): void {
    const size = Buffer.byteLength(value);
    this.#reserve(size + (this.#types.length + POSITION_FIELDS) * FIXED_BYTES_PER_FIELD);
    let rest = size;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#byte((rest % 0x80) + 0x80);
    this.#byte(rest);
    this.#at += this.#buffer.write(value, this.#at, size, 'utf8');
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#buffer.length + size));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}

/** Whether the archive can hold an event at this event time. */
export function isArchivableInstant(value: unknown): value is number {
  return (
    Number.isInteger(value) &&
    (value as number) >= ARCHIVE_TIME_RANGE_MS.from &&
    (value as number) < ARCHIVE_TIME_RANGE_MS.to
  );
}
