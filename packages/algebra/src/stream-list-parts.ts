/** The stored parts of a stream list, and what is written of them. */
import { ForebayError } from '@forebay/contract';
import type { PartPatch } from './stream-list-ids';
import { TAIL_BYTES, TOKEN_BYTES } from './stream-tail';

/** The stored parts of a list; null where absent. */
export interface StreamParts {
  readonly main: Uint8Array | null;
  readonly open: Uint8Array | null;
  readonly sealed: Uint8Array | null;
  readonly ids: Uint8Array | null;
}

/** What one compare-and-set writes; `expected` and `value` are the list's own memory, valid until its next change. */
export interface StreamWrite {
  /** The tail that must be stored now; null: the value must be absent. */
  readonly expected: Uint8Array | null;
  /** The new value is `value[0, valueSize)`. */
  readonly value: Uint8Array;
  readonly valueSize: number;
  /** null: set the whole value and renew its expiry; else only the bytes from here on differ from the stored ones. */
  readonly patchFrom: number | null;
  /** The open part to set; null: the view has none. */
  readonly open: Uint8Array | null;
  /** The sealed part to set; null: it stays as it is. */
  readonly sealed: Uint8Array | null;
  /** Of the ids part; null: the source does not remove duplicates. */
  readonly ids: PartPatch | null;
}

/** The same as a write, with places in the list's memory instead of views of it: used again for one list after another. */
export interface PlacedWrite {
  memory: Uint8Array;
  /** Place of the tail that must be stored now; −1: the value must be absent. */
  expectedAt: number;
  /** The new value is `memory[valueAt, valueAt + valueSize)`. */
  valueAt: number;
  valueSize: number;
  patchFrom: number | null;
  open: Uint8Array | null;
  sealed: Uint8Array | null;
  ids: PartPatch | null;
}

export const newPlacedWrite = (): PlacedWrite => ({
  memory: new Uint8Array(0),
  expectedAt: -1,
  valueAt: 0,
  valueSize: 0,
  patchFrom: null,
  open: null,
  sealed: null,
  ids: null,
});

/** The part, which must be there and have the token that stands `within` bytes into the tail of the part that names it. */
export function partOf(
  name: 'open' | 'sealed' | 'ids',
  part: Uint8Array | null,
  namedBy: Uint8Array,
  within: number,
): Uint8Array {
  if (part !== null && part.length >= TAIL_BYTES) {
    const token = Buffer.from(part.buffer, part.byteOffset + part.length - TAIL_BYTES, TOKEN_BYTES);
    const at = namedBy.length - TAIL_BYTES + within;
    if (token.equals(namedBy.subarray(at, at + TOKEN_BYTES))) return part;
  }
  throw new ForebayError(
    'corrupt_data',
    `the ${name} part of a stream list is missing or of another write: rebuild the view's values`,
  );
}
