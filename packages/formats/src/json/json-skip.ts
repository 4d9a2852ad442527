/** Passes over values that nobody wants, under the terms of json-tokens.ts: they are valid, or odd. */
import { skipNumber } from './json-numbers';
import { type Bytes, blanks, ODD, QUOTE, skipFalse, skipNull, skipString, skipTrue } from './json-tokens';

const [COMMA, COLON, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x2c, 0x3a, 0x5b, 0x5d, 0x7b, 0x7d];
/** Deeper documents are left to `JSON.parse`, which has no stack to run out of. */
const MAX_DEPTH = 64;

/** Any value. */
export function skipValue(bytes: Bytes, from: number, end: number): number {
  return skipNested(bytes, from, end, 0);
}

function skipNested(bytes: Bytes, from: number, end: number, depth: number): number {
  switch (bytes[from]) {
    case QUOTE:
      return skipString(bytes, from, end);
    case OPEN_OBJECT:
      return depth < MAX_DEPTH ? skipObject(bytes, from, end, depth) : ODD;
    case OPEN_LIST:
      return depth < MAX_DEPTH ? skipList(bytes, from, end, depth) : ODD;
    case 0x74:
      return skipTrue(bytes, from);
    case 0x66:
      return skipFalse(bytes, from);
    case 0x6e:
      return skipNull(bytes, from);
    default:
      return skipNumber(bytes, from);
  }
}

function skipObject(bytes: Bytes, from: number, end: number, depth: number): number {
  let at = blanks(bytes, from + 1);
  if (bytes[at] === CLOSE_OBJECT) return at + 1;
  for (;;) {
    if (bytes[at] !== QUOTE) return ODD;
    at = skipString(bytes, at, end);
    if (at === ODD) return ODD;
    at = blanks(bytes, at);
    if (bytes[at] !== COLON) return ODD;
    at = skipNested(bytes, blanks(bytes, at + 1), end, depth + 1);
    if (at === ODD) return ODD;
    at = blanks(bytes, at);
    if (bytes[at] === CLOSE_OBJECT) return at + 1;
    if (bytes[at] !== COMMA) return ODD;
    at = blanks(bytes, at + 1);
  }
}

function skipList(bytes: Bytes, from: number, end: number, depth: number): number {
  let at = blanks(bytes, from + 1);
  if (bytes[at] === CLOSE_LIST) return at + 1;
  for (;;) {
    at = skipNested(bytes, at, end, depth + 1);
    if (at === ODD) return ODD;
    at = blanks(bytes, at);
    if (bytes[at] === CLOSE_LIST) return at + 1;
    if (bytes[at] !== COMMA) return ODD;
    at = blanks(bytes, at + 1);
  }
}
