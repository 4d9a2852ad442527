/** The values of join keys, request fields and the timestamp, from the rows' columns. */
import type { ScalarType } from '@forebay/definitions';
import {
  ACCEPTED_TYPES,
  ARCHIVE_TIME_RANGE_MS,
  isoInstantSql,
  MILLISECONDS,
  parseColumnType,
  scalarSql,
  TEXT_VALUES,
} from '@forebay/offline-store';
import { qualified, type StagedColumn } from './staged-column';

export interface FieldValue {
  /** SQL of the value as expressions take it; null where the column is, or where it is a number that is none. */
  readonly value: string;
  /** SQL: whether a value that is not null does not fit; null: every value does. */
  readonly bad: string | null;
  /** What a value must be, for messages. */
  readonly wanted: string;
}

const INTEGERS = ACCEPTED_TYPES.int64;
const FLOATS = ['Float32', 'Float64'] as const;

/** What a column's type may be, besides text, by the type of the field. Data frames have integers as doubles, and the other way round. */
const ACCEPTED = {
  ...ACCEPTED_TYPES,
  int32: [...INTEGERS, ...FLOATS],
  int64: [...INTEGERS, ...FLOATS],
  double: [...ACCEPTED_TYPES.double, 'Int64', 'UInt64'],
  timestamp: [...ACCEPTED_TYPES.timestamp, 'Int64', 'UInt64'],
} as const satisfies Record<ScalarType, readonly string[]>;

/** null: values of such a type can't be had from the column. */
export function fieldValue(column: StagedColumn, type: ScalarType): FieldValue | null {
  const sql = qualified(column.staged);
  const { name } = parseColumnType(column.stagedType);
  if (name === 'String') return textValue(sql, type);
  const accepted: readonly string[] = ACCEPTED[type];
  if (!accepted.includes(name)) return null;
  if (type === 'timestamp') return instantValue(sql, column);
  const isFloat = (FLOATS as readonly string[]).includes(name);
  if ((type === 'int32' || type === 'int64') && isFloat) return integerOfDouble(sql, type);
  if (type === 'int32') {
    const bad = outside(sql, INT32_RANGE);
    return { value: plain(`toInt64(${sql})`, type), bad, wanted: 'an int32' };
  }
  if (type === 'double' && name.endsWith('Int64')) {
    const bad = outside(sql, EXACT_RANGE);
    return { value: plain(`toFloat64(${sql})`, type), bad, wanted: 'an integer that a double holds exactly' };
  }
  const scalar = scalarSql(type, parseColumnType(column.stagedType));
  if (scalar === null) return null;
  const { value, bad, wanted } = scalar;
  return { value: plain(value(sql), type), bad: bad === null ? null : bad(sql), wanted };
}

/** What a field of the type takes, for messages. */
export function acceptedText(type: ScalarType): string {
  const names: readonly string[] = ACCEPTED[type];
  return [...new Set([...names, 'String'])].join(', ');
}

const PLAIN_TYPES = {
  bool: 'UInt8',
  int32: 'Int64',
  int64: 'Int64',
  double: 'Float64',
  string: 'String',
  timestamp: 'Int64',
} as const satisfies Record<ScalarType, string>;

export function plain(value: string, type: ScalarType): string {
  return `CAST(${value}, 'Nullable(${PLAIN_TYPES[type]})')`;
}

const INT32_RANGE = ['-2147483648', '2147483647'] as const;
/** The integers that doubles have all of. */
const EXACT_RANGE = [String(Number.MIN_SAFE_INTEGER), String(Number.MAX_SAFE_INTEGER)] as const;
const INSTANT_RANGE = [String(ARCHIVE_TIME_RANGE_MS.from), String(ARCHIVE_TIME_RANGE_MS.to - 1)] as const;

function outside(sql: string, [from, to]: readonly [string, string]): string {
  return `(${sql} < ${from} OR ${sql} > ${to})`;
}

function textValue(sql: string, type: ScalarType): FieldValue {
  if (type === 'string') {
    return { value: plain(sql, type), bad: `NOT isValidUTF8(${sql})`, wanted: 'UTF-8 text' };
  }
  const { wanted } = TEXT_VALUES[type];
  if (type === 'timestamp') {
    const iso = `toUnixTimestamp64Milli(${isoInstantSql(sql, 3)})`;
    const value = plain(`if(match(${sql}, '${MILLISECONDS}'), toInt64OrNull(${sql}), ${iso})`, type);
    return { value, bad: `ifNull(${outside(value, INSTANT_RANGE)}, 1)`, wanted: INSTANT_WANTED };
  }
  const value = TEXT_VALUES[type].value(sql);
  const finite = type === 'double' ? `if(isFinite(${value}), ${value} + 0., NULL)` : value;
  return { value: plain(finite, type), bad: `isNull(${value})`, wanted };
}

const INSTANT_WANTED = 'an instant from 1900 to 2299 (ISO 8601, or milliseconds since the epoch)';

function instantValue(sql: string, column: StagedColumn): FieldValue {
  const type = parseColumnType(column.stagedType);
  const isInteger = type.name === 'Int64' || type.name === 'UInt64';
  const value = plain(isInteger ? sql : (scalarSql('timestamp', type)?.value(sql) as string), 'timestamp');
  return { value, bad: outside(isInteger ? sql : value, INSTANT_RANGE), wanted: INSTANT_WANTED };
}

/** A data frame with a missing integer has doubles, and NaN for it. */
function integerOfDouble(sql: string, type: 'int32' | 'int64'): FieldValue {
  const whole = `(isFinite(${sql}) AND ${sql} = trunc(${sql}) AND NOT ${outside(sql, type === 'int32' ? INT32_RANGE : EXACT_RANGE)})`;
  return {
    value: plain(`if(${whole}, toInt64(${sql}), NULL)`, type),
    bad: `(NOT isNaN(${sql}) AND NOT ${whole})`,
    wanted: `an ${type}`,
  };
}
