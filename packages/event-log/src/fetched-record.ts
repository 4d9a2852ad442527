/**
 * Records as they lie in what a broker answered, read in place: one small object each, whose key, value and headers are looked for
 * when they are asked for. Format: record batches of magic 2 (https://kafka.apache.org/documentation/#recordbatch).
 */
import { ForebayError } from '@forebay/contract';
import type { EventRecord, RecordHeaders } from './record';

const NO_HEADERS: RecordHeaders = Object.freeze({});
const SEVEN_BITS = 128;

/** What the records of one batch have in common. */
export interface FetchedBatch {
  /** Not compressed. */
  readonly bytes: Buffer;
  /** Told to the client, which asks whether a record belongs to a transaction that was given up. */
  readonly context: { readonly producerId: string; readonly inTransaction: boolean };
  /** Whether its records are marks of the broker's, which are for nobody. */
  readonly isControl: boolean;
  readonly firstOffset: number;
  /** Of its first record; of all of them where the broker gave the time. */
  readonly firstTimestampMs: number;
  readonly hasOneTimestamp: boolean;
}

/** Where the varint that was read last ended; one for all, so that reading makes no objects. */
let behind = 0;

/** A varint as it is written, up to 2^53. */
function unsignedAt(bytes: Uint8Array, from: number): number {
  let at = from;
  let byte = bytes[at++] as number;
  let number = byte & 0x7f;
  for (let factor = SEVEN_BITS; byte >= 0x80; factor *= SEVEN_BITS) {
    byte = bytes[at++] as number;
    number += (byte & 0x7f) * factor;
  }
  behind = at;
  return number;
}

/** Zigzag: 0, −1, 1, −2, … */
function signedAt(bytes: Uint8Array, from: number): number {
  const number = unsignedAt(bytes, from);
  return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
}

/** Of `null`, whose length is −1, nothing lies there. */
function skipSized(bytes: Uint8Array, from: number): number {
  const size = signedAt(bytes, from);
  return behind + Math.max(0, size);
}

function sizedAt(bytes: Buffer, from: number): Buffer | null {
  const size = signedAt(bytes, from);
  return size < 0 ? null : bytes.subarray(behind, behind + size);
}

/** Take its parts by name: a copy by `...` has no key, value and headers. The last three are for the client. */
export class FetchedRecord implements EventRecord {
  /** @param keyAt place of the key's length in the bytes of the batch */
  constructor(
    private readonly batch: FetchedBatch,
    readonly offset: number,
    readonly timestampMs: number,
    private readonly keyAt: number,
  ) {}

  static moved({ batch, timestampMs, keyAt }: FetchedRecord, offset: number): FetchedRecord {
    return new FetchedRecord(batch, offset, timestampMs, keyAt);
  }

  get key(): Buffer | null {
    return sizedAt(this.batch.bytes, this.keyAt);
  }

  get value(): Buffer | null {
    const { bytes } = this.batch;
    return sizedAt(bytes, skipSized(bytes, this.keyAt));
  }

  get headers(): RecordHeaders {
    const { bytes } = this.batch;
    const at = skipSized(bytes, skipSized(bytes, this.keyAt));
    // nearly always none
    return bytes[at] === 0 ? NO_HEADERS : headersAt(bytes, at);
  }

  get timestamp(): string {
    return String(this.timestampMs);
  }

  get isControlRecord(): boolean {
    return this.batch.isControl;
  }

  get batchContext(): FetchedBatch['context'] {
    return this.batch.context;
  }
}

/** The same record at another offset. */
export function withOffset(record: EventRecord, offset: number): EventRecord {
  return record instanceof FetchedRecord ? FetchedRecord.moved(record, offset) : { ...record, offset };
}

/** A name that comes several times has a list. */
function headersAt(bytes: Buffer, from: number): RecordHeaders {
  const headers = new Map<string, Buffer | Buffer[]>();
  const count = signedAt(bytes, from);
  let at = behind;
  for (let i = 0; i < count; i++) {
    const size = signedAt(bytes, at);
    const name = bytes.toString('utf8', behind, behind + size);
    at = behind + size;
    const value = sizedAt(bytes, at) as Buffer;
    at = skipSized(bytes, at);
    const before = headers.get(name);
    if (before === undefined) headers.set(name, value);
    else headers.set(name, Array.isArray(before) ? [...before, value] : [before, value]);
  }
  return Object.fromEntries(headers);
}

/** The `count` records that begin at `from`. Throws `corrupt_data` when one of them reaches beyond the batch. */
export function recordsOf(batch: FetchedBatch, from: number, count: number): FetchedRecord[] {
  const { bytes, firstOffset, firstTimestampMs, hasOneTimestamp } = batch;
  const records: FetchedRecord[] = [];
  let at = from;
  for (let i = 0; i < count; i++) {
    const size = signedAt(bytes, at);
    const start = behind;
    // behind the attributes, which mean nothing yet
    const later = signedAt(bytes, start + 1);
    const offset = firstOffset + signedAt(bytes, behind);
    at = start + size;
    if (!(at <= bytes.length && behind < at)) {
      throw new ForebayError('corrupt_data', `record ${i} of ${count} of a batch ends outside of it`);
    }
    const timestampMs = hasOneTimestamp ? firstTimestampMs : firstTimestampMs + later;
    records.push(new FetchedRecord(batch, offset, timestampMs, behind));
  }
  return records;
}
