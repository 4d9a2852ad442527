/** Which ClickHouse types a field of a table source takes, and the SQL of its value. */
import type { ScalarType } from '@forebay/definitions';

/** A column's type without what wraps it: `LowCardinality(Nullable(String))` is a nullable String. */
export interface ColumnType {
  readonly name: string;
  /** Digits after the second of a DateTime64. */
  readonly scale: number;
  readonly nullable: boolean;
  /** Of an Array. */
  readonly element: ColumnType | null;
}

/** How a value of a field is made from its column; `value` is null where the column is. */
export interface ScalarSql {
  readonly value: (column: string) => string;
  /** Whether a value that is not null does not fit; null: every value does. */
  readonly bad: ((column: string) => string) | null;
  /** What a value must be, for messages. */
  readonly wanted: string;
}

export function parseColumnType(text: string): ColumnType {
  const wrapped = /^(Nullable|LowCardinality|Array)\((.*)\)$/s.exec(text);
  if (wrapped !== null) {
    const inner = parseColumnType(wrapped[2] as string);
    if (wrapped[1] === 'LowCardinality') return inner;
    if (wrapped[1] === 'Nullable') return { ...inner, nullable: true };
    return { name: 'Array', scale: 0, nullable: false, element: inner };
  }
  const named = /^(\w+)(?:\((\d+))?/.exec(text);
  const name = named?.[1] ?? text;
  const scale = name === 'DateTime64' ? Number(named?.[2] ?? 3) : 0;
  return { name, scale, nullable: false, element: null };
}

const SMALL_INTEGERS = ['Int8', 'Int16', 'Int32', 'UInt8', 'UInt16'] as const;
const INTEGERS = [...SMALL_INTEGERS, 'UInt32', 'Int64', 'UInt64'] as const;
const DECIMALS = ['Decimal', 'Decimal32', 'Decimal64', 'Decimal128', 'Decimal256'] as const;

/** The ClickHouse types that fit, by the type of the field. */
export const ACCEPTED_TYPES = {
  bool: ['Bool', 'UInt8'],
  int32: SMALL_INTEGERS,
  int64: INTEGERS,
  double: ['Float32', 'Float64', 'BFloat16', ...SMALL_INTEGERS, 'UInt32', ...DECIMALS],
  string: ['String', 'Enum8', 'Enum16', 'UUID'],
  timestamp: ['DateTime64', 'DateTime', 'Date', 'Date32'],
} as const satisfies Record<ScalarType, readonly string[]>;

const SCALARS: Readonly<Record<ScalarType, (type: ColumnType) => ScalarSql>> = {
  bool: () => ({ value: (column) => `toUInt8(${column} != 0)`, bad: null, wanted: 'true or false' }),
  int32: () => ({ value: (column) => `toInt32(${column})`, bad: null, wanted: 'an int32' }),
  int64: ({ name }) => ({
    value: (column) => `toInt64(${column})`,
    bad: name === 'UInt64' ? (column) => `${column} > 9223372036854775807` : null,
    wanted: 'an int64',
  }),
  double: () => ({
    value: (column) => `if(isFinite(toFloat64(${column})), toFloat64(${column}) + 0., NULL)`,
    bad: null,
    wanted: 'a number',
  }),
  string: ({ name }) => ({
    value: (column) => (name === 'String' ? column : `toString(${column})`),
    bad: name === 'String' ? (column) => `NOT isValidUTF8(${column})` : null,
    wanted: 'UTF-8 text',
  }),
  timestamp: (type) => ({
    value: (column) => millisecondsSql(column, type),
    bad: null,
    wanted: 'an instant',
  }),
};

/** null: the column's type does not fit the field's. */
export function scalarSql(type: ScalarType, column: ColumnType): ScalarSql | null {
  const accepted: readonly string[] = ACCEPTED_TYPES[type];
  return accepted.includes(column.name) ? SCALARS[type](column) : null;
}

/** Instants are whole milliseconds: finer ones are rounded down, before the epoch too. */
function millisecondsSql(column: string, { name, scale }: ColumnType): string {
  if (name !== 'DateTime64') return `toUnixTimestamp64Milli(toDateTime64(${column}, 3, 'UTC'))`;
  if (scale <= 3) return `toUnixTimestamp64Milli(${column})`;
  const [unit, perMs, digits] = scale <= 6 ? ['Micro', 1_000, 6] : ['Nano', 1_000_000, 9];
  const units = `toUnixTimestamp64${unit}(toDateTime64(${column}, ${digits}, 'UTC'))`;
  return `intDiv(${units} - positiveModulo(${units}, ${perMs}), ${perMs})`;
}
