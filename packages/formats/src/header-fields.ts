import type { EventSource, ScalarType } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { instantOfText, int64OfText, PARSERS } from './json/json-values';
import type { Rejection } from './rejection';

/** As a Kafka client gives them: a name may come several times. */
export type HeadersOfRecord = Readonly<
  Record<string, Buffer | string | ReadonlyArray<Buffer | string> | undefined>
>;

const SHOWN_CHARACTERS = 60;
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const MILLISECONDS = /^-?\d{1,16}$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a text is to a field of a type; undefined: it is none. */
const OF_TEXT: Readonly<Record<ScalarType, (text: string) => Value | undefined>> = {
  bool: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  int32: (text) => PARSERS.int32(int64OfText(text)),
  int64: int64OfText,
  double: (text) => (NUMBER.test(text) ? PARSERS.double(Number(text)) : undefined),
  string: (text) => text,
  timestamp: (text) => (MILLISECONDS.test(text) ? PARSERS.timestamp(Number(text)) : instantOfText(text)),
};

interface HeaderField {
  readonly name: string;
  readonly header: string;
  readonly type: ScalarType;
  readonly place: number;
}

/** The fields of a source that stand in headers of its records, such as those of CloudEvents in binary mode. */
export class HeaderFields {
  readonly #fields: readonly HeaderField[];

  constructor({ fields, format: { headers } }: EventSource) {
    this.#fields = fields.flatMap(({ name, type }, place) => {
      const header = Object.hasOwn(headers, name) ? headers[name] : undefined;
      return header === undefined ? [] : [{ name, header, type, place }];
    });
  }

  /** Writes them into the row; a header that is not there is null. */
  read(headers: HeadersOfRecord | undefined, row: Value[]): Rejection | null {
    for (const { name, header, type, place } of this.#fields) {
      const given = lastOf(headers, header);
      if (given === null) continue;
      const text = textOf(given);
      const value = text === null ? undefined : OF_TEXT[type](text);
      if (value === undefined) {
        const shown = text === null ? 'not UTF-8' : JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
        return {
          reason: 'wrong_type',
          message: `field "${name}": header "${header}" is ${shown}, not a value of type ${type}`,
        };
      }
      row[place] = value;
    }
    return null;
  }
}

/** A header may come several times: the last one speaks, as for members of JSON objects. */
function lastOf(headers: HeadersOfRecord | undefined, name: string): Buffer | string | null {
  if (headers === undefined || !Object.hasOwn(headers, name)) return null;
  const given = headers[name];
  if (given === undefined) return null;
  return typeof given === 'string' || Buffer.isBuffer(given) ? given : (given.at(-1) ?? null);
}

/** Null: it is not UTF-8. */
function textOf(given: Buffer | string): string | null {
  if (typeof given === 'string') return given;
  try {
    return utf8.decode(given);
  } catch {
    return null;
  }
}
