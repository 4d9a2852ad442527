import { type Bytes, MALFORMED, readZigzag, taken } from '../binary/binary-tokens';

/** Messages are nested no deeper. */
const MAX_INDEXES = 100;

export interface MessageIndexes {
  /** Of a message of the file, then of one in it, and so on. */
  readonly indexes: readonly number[];
  readonly behind: number;
}

/**
 * What stands before a Protobuf payload in Confluent's framing: the number of indexes, then the indexes; the first message
 * of a file is written as no index at all. Null: it is not there.
 */
export function readMessageIndexes(bytes: Bytes, from: number): MessageIndexes | null {
  let at = readZigzag(bytes, from, bytes.length);
  const count = taken.number;
  if (at === MALFORMED || !(count >= 0 && count <= MAX_INDEXES)) return null;
  if (count === 0) return { indexes: [0], behind: at };
  const indexes: number[] = [];
  while (indexes.length < count) {
    at = readZigzag(bytes, at, bytes.length);
    if (at === MALFORMED) return null;
    indexes.push(taken.number);
  }
  return { indexes, behind: at };
}
