/** Columns of the log of served vectors as SQL, with the types that they have in every training set. Pure. */
import type { Field, ScalarType, ValueType } from '@forebay/definitions';
import { quoteName, quoteText } from '@forebay/offline-store';
import { clickhouseTypeOf } from '../native/result-column';

/** What a row of the log is called in these statements. */
export const SERVED_ALIAS = 'v';

/** A column of a layout; see SERVED_LAYOUTS_COLUMNS. */
export interface ServedColumn {
  readonly name: string;
  readonly type: ValueType;
  readonly view: string;
  readonly version: number;
  /** In `numbers`, counted from 1; 0: it is in the map of its type. */
  readonly place: number;
}

/** The value of a column. @param position in the layout, counted from 1 */
export function servedValueSql({ type, place }: ServedColumn, position: number): string {
  const wanted = quoteText(clickhouseTypeOf(type));
  if (place > 0) {
    const number = `${SERVED_ALIAS}.numbers[${place}]`;
    const isNull = `isNaN(${number})`;
    // nulls are cast, too, and NaN is no integer
    const value = type === 'bool' ? `${number} != 0` : `if(${isNull}, 0, ${number})`;
    return `if(${isNull}, NULL, CAST(${value}, ${wanted}))`;
  }
  const map = `${SERVED_ALIAS}.${mapOf(type)}`;
  const key = `toUInt16(${position})`;
  const stored = `${map}[${key}]`;
  // where there is none, lists and maps are empty, as in every training set
  if (/^(list|map|vector)</.test(type)) return `CAST(${elementsSql(type, stored)}, ${wanted})`;
  return `CAST(if(mapContains(${map}, ${key}), ${scalarSql(type as ScalarType, stored)}, NULL), ${wanted})`;
}

/** A join key, which the log has as text. */
export function servedKeySql({ name, type }: Field): string {
  const text = `${SERVED_ALIAS}.keys[${quoteText(name)}]`;
  return `${type === 'string' ? text : `to${type === 'int32' ? 'Int32' : 'Int64'}(${text})`} AS ${quoteName(name)}`;
}

/** Data of the request. */
export function servedRequestSql({ name, type }: Field): string {
  const map = `${SERVED_ALIAS}.request_${type === 'string' ? 'strings' : type === 'double' ? 'doubles' : 'integers'}`;
  const key = quoteText(name);
  const value = scalarSql(type, `${map}[${key}]`);
  return `CAST(if(mapContains(${map}, ${key}), ${value}, NULL), ${quoteText(clickhouseTypeOf(type))}) AS ${quoteName(name)}`;
}

/** Booleans are 0 and 1, instants milliseconds. */
function scalarSql(type: ScalarType, stored: string): string {
  if (type === 'bool') return `${stored} != 0`;
  return type === 'timestamp' ? `fromUnixTimestamp64Milli(${stored}, 'UTC')` : stored;
}

function elementsSql(type: string, stored: string): string {
  if (type === 'list<bool>') return `arrayMap(x -> x != 0, ${stored})`;
  return type === 'list<timestamp>' ? `arrayMap(x -> fromUnixTimestamp64Milli(x, 'UTC'), ${stored})` : stored;
}

function mapOf(type: ValueType): string {
  if (type.startsWith('vector<')) return 'vectors';
  const list = /^list<(.+)>$/.exec(type)?.[1];
  if (list !== undefined)
    return list === 'string' ? 'string_lists' : list === 'double' ? 'double_lists' : 'integer_lists';
  const map = /^map<(.+),(.+)>$/.exec(type);
  if (map !== null)
    return `${map[1] === 'string' ? 'string' : 'integer'}_${map[2] === 'double' ? 'double' : 'integer'}_maps`;
  return type === 'string' ? 'strings' : 'integers';
}
