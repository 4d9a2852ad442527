/**
 * Generates, for a source, the code that reads its fields out of the bytes of a JSON object: any order of members, any
 * blanks, all else skipped. Generated text holds numbers only, so that no name of a definition is ever code.
 */
import { isUtf8 } from 'node:buffer';
import type { EventSource, ScalarType } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { isItem, nullsOf, type Wanted, wantedFields } from '../wanted-fields';
import { JsonNames } from './json-names';
import { readDouble, readInt32, readInt64, readTimestamp } from './json-numbers';
import { skipValue } from './json-skip';
import { blanks, plainEnd, readBool, readString, skipNull, taken, textEnd } from './json-tokens';

/** A new row, or null: the document is odd, and `JSON.parse` has to judge it. */
export type JsonScanner = (bytes: Uint8Array) => Value[] | null;

/** What generated code calls, by the names that it uses. */
const USED = {
  t: taken,
  isUtf8,
  blanks,
  plainEnd,
  readBool,
  readInt32,
  readInt64,
  readDouble,
  readString,
  readTimestamp,
  skipNull,
  skipValue,
  textEnd,
};

/** Behind its token `p`, what was read of a type. */
const READERS = {
  bool: { read: 'readBool(b, p)', value: 't.flag' },
  int32: { read: 'readInt32(b, p)', value: 't.number' },
  int64: { read: 'readInt64(b, p, end)', value: '(t.number === t.number ? t.number : t.integer)' },
  double: { read: 'readDouble(b, p)', value: 't.number' },
  string: { read: 'readString(b, p, end)', value: 't.text' },
  timestamp: { read: 'readTimestamp(b, p, end)', value: 't.number' },
} as const satisfies Record<ScalarType, { read: string; value: string }>;

export function compileJsonScanner(source: EventSource): JsonScanner {
  const scanner = new ScannerText(source.fields.length);
  const text = scanner.of(wantedFields(source));
  const compiled = new Function('constants', ...Object.keys(USED), text);
  return compiled(scanner.constants, ...Object.values(USED)) as JsonScanner;
}

/** An object with more names that are wanted looks them up instead of comparing them one by one. */
const MAX_COMPARED = 24;

/** One function for each object or list on the way to a field, each named by a number. */
class ScannerText {
  readonly #functions: string[] = [];
  readonly constants: unknown[] = [];

  constructor(private readonly width: number) {}

  of(root: Wanted): string {
    const object = this.#object(root);
    const row = `[${new Array(this.width).fill('null').join(', ')}]`;
    return `'use strict';
${this.#functions.join('\n')}
return function scan(b) {
  const end = textEnd(b);
  if (end === 0 || b[end - 1] !== 125) return null;
  let p = blanks(b, 0);
  if (b[p] !== 123) return null;
  const row = ${row};
  t.nonAscii = false;
  p = ${object}(b, p + 1, end, row);
  if (p !== end) return null;
  return !t.nonAscii || isUtf8(b) ? row : null;
};`;
  }

  /** From behind the brace to behind the one that closes it. */
  #object(node: Wanted): string {
    const choice = node.parts.size > MAX_COMPARED ? this.#byTable(node) : this.#byBytes(node);
    return this.#add(`(b, from, end, row) {
  let p = from;
  let c = b[p];
  if (c <= 32) c = b[p = blanks(b, p)];
  if (c === 125) return p + 1;
  for (let member = 0; ; member++) {
    if (c !== 34) return -1;
    const k = p + 1;
    p = plainEnd(b, k, end);
    if (p < 0) return -1;
    const e = p;
    c = b[++p];
    if (c <= 32) c = b[p = blanks(b, p)];
    if (c !== 58) return -1;
    c = b[++p];
    if (c <= 32) c = b[p = blanks(b, p)];
    ${choice}
    if (p < 0) return -1;
    c = b[p];
    if (c <= 32) c = b[p = blanks(b, p)];
    if (c === 125) return p + 1;
    if (c !== 44) return -1;
    c = b[++p];
    if (c <= 32) c = b[p = blanks(b, p)];
  }
}`);
  }

  /** What is done with the value behind the name from `k` to `e`: names are told by their length, then their bytes. */
  #byBytes(node: Wanted): string {
    const byLength = new Map<number, string[]>();
    for (const [name, child] of node.parts) {
      const bytes = [...Buffer.from(name)];
      const same = bytes.map((byte, i) => `b[k + ${i}] === ${byte}`);
      const cases = byLength.get(bytes.length) ?? [];
      cases.push(`if (${same.join(' && ')}) { ${this.#value(child)} break; }`);
      byLength.set(bytes.length, cases);
    }
    const cases = [...byLength].map(
      ([length, matches]) => `case ${length}: ${matches.join('\n')} p = skipValue(b, p, end); break;`,
    );
    return `switch (e - k) { ${cases.join('\n')} default: p = skipValue(b, p, end); }`;
  }

  /** With many names a function of all their values would be too long for V8 to optimise: each has one of its own. */
  #byTable(node: Wanted): string {
    const functions = [...node.parts.values()].map((child) =>
      this.#add(`(b, from, end, row) { let p = from; const c = b[p]; ${this.#value(child)} return p; }`),
    );
    const names = `constants[${this.constants.push(new JsonNames([...node.parts.keys()])) - 1}]`;
    const table = `r${this.#functions.length}`;
    this.#functions.push(`const ${table} = [${functions.join(', ')}];`);
    return `const place = ${names}.find(b, k, e, member);
    p = place < 0 ? skipValue(b, p, end) : ${table}[place](b, p, end, row);`;
  }

  /** From behind the bracket to behind the one that closes it. */
  #list(node: Wanted): string {
    const cases = [...node.parts].flatMap(([name, child]) =>
      isItem(name) ? [`case ${name}: ${this.#value(child)} break;`] : [],
    );
    return this.#add(`(b, from, end, row) {
  let p = blanks(b, from);
  if (b[p] === 93) return p + 1;
  for (let item = 0; ; item++) {
    let c = b[p];
    switch (item) {
      ${cases.join('\n')}
      default: p = skipValue(b, p, end);
    }
    if (p < 0) return -1;
    p = blanks(b, p);
    c = b[p];
    if (c === 93) return p + 1;
    if (c !== 44) return -1;
    p = blanks(b, p + 1);
  }
}`);
  }

  /** Code that goes from the beginning of a value (its first byte is \`c\`) to behind it. */
  #value(node: Wanted): string {
    const nulls = nullsOf(node);
    const whenNull = `if (c === 110) { p = skipNull(b, p); ${nulls} }`;
    if (node.parts.size === 0) return `${whenNull} else { ${readLeaves(node)} }`;
    // a value that is wanted itself and for its parts is always of a wrong type for one of them
    if (node.fields.length > 0) return `${whenNull} else p = -1;`;
    const list = [...node.parts.keys()].some((name) => isItem(name))
      ? ` else if (c === 91) { ${nulls} p = ${this.#list(node)}(b, p + 1, end, row); }`
      : '';
    // of members of one name the last one speaks: what an earlier one left goes
    return `if (c === 123) { ${nulls} p = ${this.#object(node)}(b, p + 1, end, row); }${list} else ${whenNull} else p = -1;`;
  }

  #add(rest: string): string {
    const name = `f${this.#functions.length}`;
    this.#functions.push(`function ${name}${rest}`);
    return name;
  }
}

/** Several fields may stand at one place: each reads it again. */
function readLeaves({ fields }: Wanted): string {
  const [first, ...others] = fields.map(({ place, type }) => {
    const { read, value } = READERS[type];
    return `p = ${read}; if (p < 0) return -1; row[${place}] = ${value};`;
  });
  if (others.length === 0) return first ?? '';
  return `const start = p; ${first} ${others.map((read) => `p = start; ${read}`).join(' ')}`;
}
