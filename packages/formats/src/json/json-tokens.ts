/**
 * Reads the tokens of a JSON text in place, for generated scanners. Each function takes the place where its token begins
 * and gives the place behind it; what it read lies in `taken`. −1: the token is odd, and `JSON.parse` has to judge the
 * document. A text is known to end in `}`, so that only strings can run out of it.
 *
 * Grammar: RFC 8259, as `JSON.parse` takes it. That a text is UTF-8 is left to be checked by whoever sees `nonAscii`.
 */
/** What the last token was; made once, so that reading makes nothing but the values themselves. */
const taken: Taken = { number: 0, integer: 0n, text: '', flag: false, nonAscii: false };

interface Taken {
  number: number;
  /** An int64 that is no exact number. */
  integer: bigint;
  text: string;
  flag: boolean;
  /** Whether any string so far had a byte beyond ASCII; reset by the reader of documents. */
  nonAscii: boolean;
}

/** Methods of Node's buffers that are older than their types. */
interface SliceableBytes extends Uint8Array {
  latin1Slice(from: number, to: number): string;
  utf8Slice(from: number, to: number): string;
}
export type Bytes = SliceableBytes;

export const ODD = -1;
export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;

/** What stands in a string as itself: 1; beyond ASCII: 2. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x80 ? 2 : byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

export function blanks(bytes: Bytes, from: number): number {
  let at = from;
  while (isBlank(bytes[at])) at++;
  return at;
}

/** Where a text ends but for blanks. */
export function textEnd(bytes: Bytes): number {
  let end = bytes.length;
  while (end > 0 && isBlank(bytes[end - 1])) end--;
  return end;
}

/** The place of the closing quote of a string without escapes. */
export function plainEnd(bytes: Bytes, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const kind = PLAIN[bytes[at] as number];
    if (kind === 1) at++;
    else if (kind === 2) {
      taken.nonAscii = true;
      at++;
    } else return bytes[at] === QUOTE ? at : ODD;
  }
  return ODD;
}

export function skipString(bytes: Bytes, from: number, end: number): number {
  let at = from + 1;
  while (at < end) {
    const byte = bytes[at] as number;
    const kind = PLAIN[byte];
    if (kind === 1) at++;
    else if (kind === 2) {
      taken.nonAscii = true;
      at++;
    } else if (byte === QUOTE) return at + 1;
    else {
      at = byte === BACKSLASH ? skipEscape(bytes, at + 1) : ODD;
      if (at === ODD) return ODD;
    }
  }
  return ODD;
}

/** @param from behind the backslash */
function skipEscape(bytes: Bytes, from: number): number {
  switch (bytes[from]) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return from + 1;
    case 0x75: // u
      for (let at = from + 1; at < from + 5; at++) if (!isHexDigit(bytes[at])) return ODD;
      return from + 5;
    default:
      return ODD;
  }
}

function isHexDigit(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

/** A well-formed text. */
export function readString(bytes: Bytes, from: number, end: number): number {
  if (bytes[from] !== QUOTE) return ODD;
  const close = plainEnd(bytes, from + 1, end);
  if (close === ODD) return readEscaped(bytes, from, end);
  taken.text = taken.nonAscii ? bytes.utf8Slice(from + 1, close) : bytes.latin1Slice(from + 1, close);
  return close + 1;
}

/** With escapes a text may hold half of a surrogate pair, which is left to `JSON.parse`. */
function readEscaped(bytes: Bytes, from: number, end: number): number {
  const behind = skipString(bytes, from, end);
  if (behind === ODD) return ODD;
  const text = JSON.parse(bytes.utf8Slice(from, behind)) as string;
  if (!text.isWellFormed()) return ODD;
  taken.text = text;
  return behind;
}

export function readBool(bytes: Bytes, from: number): number {
  taken.flag = bytes[from] === 0x74;
  return taken.flag ? skipTrue(bytes, from) : bytes[from] === 0x66 ? skipFalse(bytes, from) : ODD;
}

export function skipTrue(bytes: Bytes, from: number): number {
  return bytes[from + 1] === 0x72 && bytes[from + 2] === 0x75 && bytes[from + 3] === 0x65 ? from + 4 : ODD;
}

export function skipFalse(bytes: Bytes, from: number): number {
  const falls = bytes[from + 1] === 0x61 && bytes[from + 2] === 0x6c && bytes[from + 3] === 0x73;
  return falls && bytes[from + 4] === 0x65 ? from + 5 : ODD;
}

export function skipNull(bytes: Bytes, from: number): number {
  const nulls = bytes[from] === 0x6e && bytes[from + 1] === 0x75 && bytes[from + 2] === 0x6c;
  return nulls && bytes[from + 3] === 0x6c ? from + 4 : ODD;
}

// not where it is declared: the functions here would read it from the exports, every time
export { taken };
