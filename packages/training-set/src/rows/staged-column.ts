/** A column of the rows: how it is staged, and how it leaves with the training set. */
import { parseColumnType, quoteName } from '@forebay/offline-store';

export interface StagedColumn {
  readonly name: string;
  /** Its name in the staging table: by position, as a user's name may be one that a table can't have. */
  readonly staged: string;
  readonly stagedType: string;
  /** Whether it holds the text of a text file, from which values of any type are read. */
  readonly isText: boolean;
  /** SQL of its value in the training set, over the staged column; and that value's type, `''` while it is not known. */
  readonly keptSql: string;
  readonly keptType: string;
}

/** What a staging table's rows are called in statements: qualified names are never taken for a user's column. */
export const ROWS_ALIAS = '_forebay_rows';
/** The number of a row, from 0 on; the table's sorting key. */
export const ROW_NUMBER = '_row';

export function stagedName(position: number): string {
  return `c${position}`;
}

/** A staged column in statements over the staging table. */
export function qualified(staged: string): string {
  return `${ROWS_ALIAS}.${quoteName(staged)}`;
}

/** Wide integers have no type in files that readers know, so they leave as text; so does what has no type of its own there. */
const KEPT_AS_TEXT = new Set(
  ['Enum8', 'Enum16', 'UUID', 'IPv4', 'IPv6'].concat(['Int128', 'UInt128', 'Int256', 'UInt256']),
);

/**
 * SQL of a column's value with a type that every file format has: instants with their zone, at least to the millisecond
 * (Arrow would get a DateTime as an integer), days as Date32, names and addresses as text.
 */
export function keptSqlOf(column: string, type: string): string {
  const { name, scale } = parseColumnType(type);
  if (name === 'DateTime' || (name === 'DateTime64' && scale < 3)) return `toDateTime64(${column}, 3, 'UTC')`;
  if (name === 'DateTime64') return type.includes("'UTC'") ? column : `toTimeZone(${column}, 'UTC')`;
  if (name === 'Date') return `toDate32(${column})`;
  if (name === 'BFloat16') return `toFloat32(${column})`;
  return KEPT_AS_TEXT.has(name) ? `toString(${column})` : column;
}

/** Types that no file of rows and columns can hold. */
const NOT_STORED = /\b(AggregateFunction|Interval\w+|Dynamic|Variant|JSON|Object|Nothing|QBit)\b/;

/** The type to stage a column as; null where its values can't be staged as they are. */
export function stagedTypeOf(type: string): string | null {
  if (type === 'Nullable(Nothing)') return 'Nullable(String)'; // a column of nulls
  if (NOT_STORED.test(type)) return null;
  const wrapped = /^LowCardinality\((.*)\)$/s.exec(type)?.[1];
  return wrapped === undefined || /String/.test(wrapped) ? type : wrapped;
}

/** A column of typed rows. Its kept type is known once the server has it. */
export function typedColumn(name: string, stagedType: string, position: number): StagedColumn {
  const staged = stagedName(position);
  const keptSql = keptSqlOf(qualified(staged), stagedType);
  return { name, staged, stagedType, isText: false, keptSql, keptType: '' };
}
