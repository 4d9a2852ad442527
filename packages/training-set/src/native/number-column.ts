/** A column of numbers, taken from an array by index: passed one by one, each would be an object of its own. */
import type { OtherValue } from '@forebay/algebra';
import { clickhouseTypeOf, isInt64, type ResultColumn } from './result-column';

const FIRST_CAPACITY = 1 << 10;
const TWO_32 = 4_294_967_296;

type NumberType = 'int32' | 'int64' | 'double';

export class NumberColumn implements ResultColumn {
  readonly type: string;
  readonly #kind: NumberType;
  #rows = 0;
  #nulls = new Uint8Array(0);
  #doubles = new Float64Array(0);
  #integers = new Int32Array(0);
  /** Of 64-bit integers: low at 2i, high at 2i + 1. */
  #words = new Uint32Array(0);

  constructor(type: NumberType) {
    this.type = clickhouseTypeOf(type);
    this.#kind = type;
    this.#reserve(FIRST_CAPACITY);
  }

  /** The number at an index; null: NaN, and what an int64 cannot hold, as a sum of them may not fit one. */
  pushFrom(numbers: Float64Array, index: number): void {
    if (this.#rows === this.#nulls.length) this.#reserve(2 * this.#rows);
    const row = this.#rows++;
    const number = numbers[index] as number;
    const isNull = Number.isNaN(number) || (this.#kind === 'int64' && !isInt64(number));
    this.#nulls[row] = isNull ? 1 : 0;
    this.#set(row, isNull ? 0 : number);
  }

  /** null, or what a double does not hold. */
  push(value: OtherValue | number | null): void {
    if (this.#rows === this.#nulls.length) this.#reserve(2 * this.#rows);
    const row = this.#rows++;
    this.#nulls[row] = value === null ? 1 : 0;
    if (typeof value === 'bigint') {
      this.#words[2 * row] = Number(BigInt.asUintN(32, value));
      this.#words[2 * row + 1] = Number(BigInt.asUintN(32, value >> 32n));
    } else this.#set(row, (value ?? 0) as number);
  }

  #set(row: number, number: number): void {
    if (this.#kind === 'double') this.#doubles[row] = number;
    else if (this.#kind === 'int32') this.#integers[row] = number;
    else {
      const high = Math.floor(number / TWO_32);
      this.#words[2 * row] = number - high * TWO_32;
      this.#words[2 * row + 1] = high;
    }
  }

  clear(): void {
    this.#rows = 0;
  }

  parts(): Buffer[] {
    const [values, size] = {
      double: [this.#doubles, 8],
      int32: [this.#integers, 4],
      int64: [this.#words, 8],
    }[this.#kind] as [Float64Array | Int32Array | Uint32Array, number];
    return [Buffer.from(this.#nulls.buffer, 0, this.#rows), Buffer.from(values.buffer, 0, this.#rows * size)];
  }

  #reserve(rows: number): void {
    this.#nulls = grown(this.#nulls, new Uint8Array(rows));
    if (this.#kind === 'double') this.#doubles = grown(this.#doubles, new Float64Array(rows));
    else if (this.#kind === 'int32') this.#integers = grown(this.#integers, new Int32Array(rows));
    else this.#words = grown(this.#words, new Uint32Array(2 * rows));
  }
}

function grown<Held extends Uint8Array | Float64Array | Int32Array | Uint32Array>(
  held: Held,
  larger: Held,
): Held {
  larger.set(held);
  return larger;
}
