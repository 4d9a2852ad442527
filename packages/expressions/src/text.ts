const HIGH_SURROGATE_FROM = 0xd800;
const LOW_SURROGATE_FROM = 0xdc00;
const SURROGATES_TO = 0xe000;

function isHighSurrogate(unit: number): boolean {
  return unit >= HIGH_SURROGATE_FROM && unit < LOW_SURROGATE_FROM;
}

/** The number of Unicode code points. */
export function codePointCount(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) if (isHighSurrogate(text.charCodeAt(i))) count--;
  return count;
}

/** Code points `[from, to)`, both clamped to the text; empty when `to <= from`. */
export function codePointSlice(text: string, from: number | bigint, to: number | bigint): string {
  if (to <= from || from >= text.length) return '';
  const first = unitIndex(text, 0, from <= 0 ? 0 : Number(from));
  const past =
    to >= text.length ? text.length : unitIndex(text, first, Number(to) - (from <= 0 ? 0 : Number(from)));
  return text.slice(first, past);
}

/** The UTF-16 index `points` code points after `start`, at most the end. */
function unitIndex(text: string, start: number, points: number): number {
  let at = start;
  for (let left = points; left > 0 && at < text.length; left--)
    at += isHighSurrogate(text.charCodeAt(at)) ? 2 : 1;
  return at;
}

/** Orders by code points, as the order of UTF-8 bytes does: `<` on strings orders by UTF-16 units, which differs beyond U+D800. */
export function compareCodePoints(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) - codePointRank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above every other unit. */
function codePointRank(unit: number): number {
  return unit >= HIGH_SURROGATE_FROM && unit < SURROGATES_TO ? unit + 0x10000 : unit;
}

export function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

export function asciiUpper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** What `trim` removes: space, tab, line feed, vertical tab, form feed, carriage return. */
export const TRIMMED = ' \t\n\v\f\r';

export function trimAscii(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && TRIMMED.includes(text[from] as string)) from++;
  while (to > from && TRIMMED.includes(text[to - 1] as string)) to--;
  return text.slice(from, to);
}

/** The word nearest to `wanted` by edit distance, null when none is near. */
export function nearestWord(wanted: string, words: readonly string[]): string | null {
  let nearest: string | null = null;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const word of words) {
    const distance = editDistance(wanted.toLowerCase(), word.toLowerCase());
    if (distance < least) {
      least = distance;
      nearest = word;
    }
  }
  return nearest;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitute, (previous[j] as number) + 1, (current[j - 1] as number) + 1));
    }
    previous = current;
  }
  return previous[b.length] as number;
}

/** Where `part` first occurs in the text, in code points; −1 where it does not. */
export function codePointIndex(text: string, part: string): number {
  const at = text.indexOf(part);
  return at <= 0 ? at : codePointCount(text.slice(0, at));
}

/** `fill` repeated to exactly so many code points; empty for none and fewer. */
export function padded(fill: string, points: number): string {
  if (points <= 0) return '';
  return codePointSlice(fill.repeat(Math.ceil(points / codePointCount(fill))), 0, points);
}

/** The code points from the last to the first. */
export function reversed(text: string): string {
  return [...text].reverse().join('');
}
