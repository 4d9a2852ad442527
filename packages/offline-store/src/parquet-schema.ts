import { ForebayError } from '@forebay/contract';

/**
 * The columns of a Parquet file, read from its footer: https://github.com/apache/parquet-format (parquet.thrift), which is
 * Thrift's compact protocol (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
 * Only what a check of names and types needs; the rows are read by ClickHouse.
 */
export interface ParquetColumn {
  readonly name: string;
  /** What the column holds, in our words, or `nested` for lists, maps and groups. */
  readonly content: ParquetContent;
  /** Its type as Parquet names it, for messages. */
  readonly type: string;
}

export type ParquetContent = 'bool' | 'integer' | 'double' | 'string' | 'timestamp' | 'other' | 'nested';

export interface ParquetSchema {
  readonly rows: number;
  readonly columns: readonly ParquetColumn[];
}

export const PARQUET_MAGIC = 'PAR1';
/** At a file's end: the footer's size, u32, and the magic. */
export const PARQUET_TAIL_BYTES = 8;

/** Offset and size of the footer in a file of `fileSize` bytes; throws `invalid_request` for what is no Parquet file. */
export function parquetFooterRange(
  tail: Buffer,
  fileSize: number,
  place: string,
): { from: number; size: number } {
  if (tail.length !== PARQUET_TAIL_BYTES || tail.toString('latin1', 4) !== PARQUET_MAGIC) {
    throw new ForebayError(
      'invalid_request',
      `${place}: not a Parquet file (it does not end with ${PARQUET_MAGIC})`,
    );
  }
  const size = tail.readUInt32LE(0);
  const from = fileSize - PARQUET_TAIL_BYTES - size;
  if (from < PARQUET_MAGIC.length)
    throw new ForebayError('invalid_request', `${place}: the Parquet footer is cut off`);
  return { from, size };
}

/** Reads a footer (Parquet's FileMetaData). */
export function readParquetSchema(footer: Uint8Array, place: string): ParquetSchema {
  try {
    const metadata = new CompactReader(footer).struct();
    const elements = metadata.get(FILE.schema) as Struct[];
    return { rows: Number(metadata.get(FILE.rows)), columns: topLevelColumns(elements) };
  } catch (thrown) {
    throw new ForebayError('invalid_request', `${place}: the Parquet footer can't be read`, {
      cause: thrown,
    });
  }
}

const FILE = { schema: 2, rows: 3 } as const;
const ELEMENT = { type: 1, repetition: 3, name: 4, children: 5, converted: 6, logical: 10 } as const;
const PHYSICAL = [
  'BOOLEAN',
  'INT32',
  'INT64',
  'INT96',
  'FLOAT',
  'DOUBLE',
  'BYTE_ARRAY',
  'FIXED_LEN_BYTE_ARRAY',
];
const CONVERTED: Readonly<Record<number, string>> = {
  0: 'UTF8',
  4: 'ENUM',
  5: 'DECIMAL',
  6: 'DATE',
  7: 'TIME_MILLIS',
  8: 'TIME_MICROS',
  9: 'TIMESTAMP_MILLIS',
  10: 'TIMESTAMP_MICROS',
  11: 'UINT_8',
  12: 'UINT_16',
  13: 'UINT_32',
  14: 'UINT_64',
  15: 'INT_8',
  16: 'INT_16',
  17: 'INT_32',
  18: 'INT_64',
  19: 'JSON',
  20: 'BSON',
};
/** Members of the union LogicalType by field number. */
const LOGICAL: Readonly<Record<number, string>> = {
  1: 'STRING',
  2: 'MAP',
  3: 'LIST',
  4: 'ENUM',
  5: 'DECIMAL',
  6: 'DATE',
  7: 'TIME',
  8: 'TIMESTAMP',
  10: 'INTEGER',
  12: 'JSON',
  13: 'BSON',
  14: 'UUID',
};
const REPEATED = 2;

/** The schema is a tree, written depth first; the first element is its root. */
function topLevelColumns(elements: readonly Struct[]): ParquetColumn[] {
  const columns: ParquetColumn[] = [];
  for (let at = 1; at < elements.length; ) {
    const element = elements[at] as Struct;
    const name = Buffer.from(element.get(ELEMENT.name) as Uint8Array).toString('utf8');
    columns.push({ name, ...contentOf(element) });
    at = skipElement(elements, at);
  }
  return columns;
}

function skipElement(elements: readonly Struct[], at: number): number {
  let next = at + 1;
  for (let children = Number((elements[at] as Struct).get(ELEMENT.children) ?? 0); children > 0; children--)
    next = skipElement(elements, next);
  return next;
}

function contentOf(element: Struct): { content: ParquetContent; type: string } {
  if (
    Number(element.get(ELEMENT.children) ?? 0) > 0 ||
    Number(element.get(ELEMENT.repetition) ?? 0) === REPEATED
  ) {
    return { content: 'nested', type: 'a nested type' };
  }
  const physical = PHYSICAL[Number(element.get(ELEMENT.type))] ?? 'unknown';
  const logicalField = (element.get(ELEMENT.logical) as Struct | undefined)?.keys().next().value;
  const logical =
    logicalField === undefined
      ? CONVERTED[Number(element.get(ELEMENT.converted) ?? -1)]
      : LOGICAL[logicalField];
  return {
    content: contentOfType(physical, logical),
    type: logical === undefined ? physical : `${physical} (${logical})`,
  };
}

function contentOfType(physical: string, logical: string | undefined): ParquetContent {
  if (physical === 'INT96' || logical === 'DATE' || logical?.startsWith('TIMESTAMP') === true)
    return 'timestamp';
  if (
    logical?.startsWith('TIME') === true ||
    logical === 'DECIMAL' ||
    logical === 'UINT_64' ||
    logical === 'UUID'
  )
    return 'other';
  if (physical === 'BOOLEAN') return 'bool';
  if (physical === 'INT32' || physical === 'INT64') return 'integer';
  if (physical === 'FLOAT' || physical === 'DOUBLE') return 'double';
  return physical === 'BYTE_ARRAY' ? 'string' : 'other';
}

type ThriftValue = bigint | number | boolean | Uint8Array | ThriftValue[] | Struct;
type Struct = Map<number, ThriftValue>;

/** Thrift's compact protocol, reading only. */
class CompactReader {
  #at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  struct(): Struct {
    const fields: Struct = new Map();
    for (let id = 0; ; ) {
      const header = this.#byte();
      if (header === 0) return fields;
      id = header >> 4 === 0 ? Number(this.#zigzag()) : id + (header >> 4);
      const type = header & 0x0f;
      fields.set(id, type === 1 || type === 2 ? type === 1 : this.#value(type));
    }
  }

  #value(type: number): ThriftValue {
    switch (type) {
      case 1:
      case 2:
        return this.#byte() === 1;
      case 3:
        return this.#byte();
      case 4:
      case 5:
      case 6:
        return this.#zigzag();
      case 7:
        return this.#take(8);
      case 8:
        return this.#take(Number(this.#varint()));
      case 9:
      case 10:
        return this.#list();
      case 12:
        return this.struct();
      default:
        throw new Error(`thrift type ${type}`);
    }
  }

  #list(): ThriftValue[] {
    const header = this.#byte();
    const size = header >> 4 === 15 ? Number(this.#varint()) : header >> 4;
    return Array.from({ length: size }, () => this.#value(header & 0x0f));
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Error('end of footer');
    return byte;
  }

  #take(size: number): Uint8Array {
    if (this.#at + size > this.#bytes.length) throw new Error('end of footer');
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  #zigzag(): bigint {
    const value = this.#varint();
    return (value >> 1n) ^ -(value & 1n);
  }
}
