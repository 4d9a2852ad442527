import type { EventSource, Field } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import type { Rejection } from '../rejection';
import { taken, WRONG_TYPE } from './binary-tokens';
import type { ReadFunction } from './generated-reader';

/** Reads values that are written with one schema. */
export interface SchemaDecoder {
  /** The row of the bytes from there on, all of which belong to the value. Numbers that are no finite double are counted in `taken`. */
  decode(bytes: Buffer, from: number): Value[] | Rejection;
}

export class BinaryDecoder implements SchemaDecoder {
  readonly #read: ReadFunction;
  readonly #counts: number;
  readonly #fields: readonly Field[];
  readonly #nulls: readonly Value[];
  readonly #schema: string;

  /**
   * @param counts how many numbers the reader counts in
   * @param schema how messages name it
   */
  constructor(read: ReadFunction, counts: number, { fields }: EventSource, schema: string) {
    this.#read = read;
    this.#counts = counts;
    this.#fields = fields;
    this.#nulls = fields.map(() => null);
    this.#schema = schema;
  }

  decode(bytes: Buffer, from: number): Value[] | Rejection {
    const row = this.#nulls.slice();
    taken.depth = 0;
    for (let i = 0; i < this.#counts; i++) taken.counts[i] = 0;
    const behind = this.#read(bytes, from, bytes.length, row);
    if (behind === bytes.length) return row;
    if (behind === WRONG_TYPE) {
      const { name, type } = this.#fields[taken.place] as Field;
      return { reason: 'wrong_type', message: `field "${name}" is not a value of type ${type}` };
    }
    const what = behind < 0 ? 'does not follow' : 'goes on after the end of';
    return { reason: 'malformed', message: `the value ${what} its schema, ${this.#schema}` };
  }
}
