import { ForebayError } from '@forebay/contract';
import { refuseException } from './result-exception';

/** Rows of two byte strings; `keys[i]` belongs to `values[i]`. Views into shared buffers: copy what must outlive the batch. */
export interface KeyValueBatch {
  readonly keys: Buffer[];
  readonly values: Buffer[];
}

const EMPTY = Buffer.alloc(0);
/**
 * Splits RowBinary rows (String, String) as they come; only a row that straddles two chunks is copied.
 * Throws `unavailable` when the body ends inside a row or with an error.
 */
export async function* splitKeyValues(
  bytes: AsyncIterable<Buffer>,
  exceptionTag: string | null,
): AsyncGenerator<KeyValueBatch> {
  let rest: Buffer = EMPTY;
  for await (const chunk of bytes) {
    const held = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (exceptionTag !== null) refuseException(held, exceptionTag);
    const batch: KeyValueBatch = { keys: [], values: [] };
    const end = splitRows(held, batch);
    rest = held.subarray(end);
    if (batch.keys.length > 0) yield batch;
  }
  if (rest.length > 0)
    throw new ForebayError('unavailable', 'clickhouse: the result ended inside a row; run it again');
}

/** Appends every whole row to the batch; returns where the first unfinished one begins. */
function splitRows(held: Buffer, batch: KeyValueBatch): number {
  for (let at = 0; ; ) {
    const keyAt = afterLength(held, at);
    if (keyAt === -1) return at;
    const valueLengthAt = keyAt + lengthOf(held, at);
    const valueAt = afterLength(held, valueLengthAt);
    if (valueAt === -1) return at;
    const end = valueAt + lengthOf(held, valueLengthAt);
    if (end > held.length) return at;
    batch.keys.push(held.subarray(keyAt, valueLengthAt));
    batch.values.push(held.subarray(valueAt, end));
    at = end;
  }
}

/** The position after a variable-length integer, or −1 if it is not all there. */
function afterLength(held: Buffer, at: number): number {
  for (let next = at; next < held.length; ) if ((held[next++] as number) < 0x80) return next;
  return -1;
}

/** An unsigned LEB128 integer that is all there. */
function lengthOf(held: Buffer, at: number): number {
  let length = 0;
  for (let next = at, factor = 1; ; factor *= 0x80) {
    const byte = held[next++] as number;
    length += (byte & 0x7f) * factor;
    if (byte < 0x80) return length;
  }
}
