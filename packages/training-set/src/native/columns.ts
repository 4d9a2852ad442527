/** The columns of a block in memory. */

/** Little-endian words of 64-bit integers: low at 2i, high at 2i + 1. */
export type Words = Uint32Array;

/** `UInt8` and `Bool`, `Int32`, `UInt32` and 64-bit integers (as words), `Float64`, `String`, and any of them with nulls. */
export type ColumnData = Uint8Array | Int32Array | Uint32Array | Float64Array | ByteStrings | NullableColumn;

export interface Block {
  readonly rows: number;
  /** In the order of the SELECT; valid until the next block is asked for. */
  readonly columns: readonly ColumnData[];
}

const TWO_32 = 4_294_967_296;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Byte strings, decoded where they are asked for. */
export class ByteStrings {
  readonly #bytes: Uint8Array;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;

  /** String i is `bytes[starts[i], ends[i])`. */
  constructor(bytes: Uint8Array, starts: Uint32Array, ends: Uint32Array) {
    this.#bytes = bytes;
    this.#starts = starts;
    this.#ends = ends;
  }

  sizeAt(row: number): number {
    return (this.#ends[row] as number) - (this.#starts[row] as number);
  }

  /** A view into the block. */
  bytesAt(row: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[row], this.#ends[row]);
  }

  textAt(row: number): string {
    return decoder.decode(this.bytesAt(row));
  }
}

export class NullableColumn {
  /** 1 where the value is null, whatever stands in `data` there. */
  readonly nulls: Uint8Array;
  readonly data: Exclude<ColumnData, NullableColumn>;

  constructor(nulls: Uint8Array, data: Exclude<ColumnData, NullableColumn>) {
    this.nulls = nulls;
    this.data = data;
  }
}

/** A signed integer of which is known that a double holds it. */
export function integerAt(words: Words, row: number): number {
  return ((words[2 * row + 1] as number) | 0) * TWO_32 + (words[2 * row] as number);
}

/** A signed integer; beyond 2^53 a bigint, as expressions have it. */
export function int64At(words: Words, row: number): number | bigint {
  const number = integerAt(words, row);
  if (Number.isSafeInteger(number)) return number;
  return (BigInt((words[2 * row + 1] as number) | 0) << 32n) + BigInt(words[2 * row] as number);
}

export function uint64At(words: Words, row: number): bigint {
  return (BigInt(words[2 * row + 1] as number) << 32n) + BigInt(words[2 * row] as number);
}
