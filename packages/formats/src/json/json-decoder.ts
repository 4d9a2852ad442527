import type { EventSource } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import type { Rejection } from '../rejection';
import type { ValueDecoder } from '../value-decoder';
import { compileJsonScanner, type JsonScanner } from './json-scanner';
import { ParsedJsonDecoder } from './parsed-json';

/**
 * JSON objects, read by a scanner that is generated for the source's fields. What the scanner does not take, `JSON.parse`
 * judges: the scanner never takes a document that `JSON.parse` refuses, and reads the same values.
 */
export class JsonDecoder implements ValueDecoder {
  readonly #scan: JsonScanner;
  readonly #parsed: ParsedJsonDecoder;
  /** Values, since the start, that were left to `JSON.parse`. */
  fallbacks = 0;

  constructor(source: EventSource) {
    this.#scan = compileJsonScanner(source);
    this.#parsed = new ParsedJsonDecoder(source);
  }

  get notFinite(): number {
    return this.#parsed.notFinite;
  }

  decode(value: Buffer): Value[] | Rejection {
    const row = this.#scan(value);
    if (row !== null) return row;
    this.fallbacks++;
    return this.#parsed.decode(value);
  }
}
