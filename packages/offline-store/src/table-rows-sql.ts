/** The rows of a table view in SQL: the common base of every statement that reads them. */
import { fieldOf, type TableLayout } from '@forebay/algebra';
import type { ScalarType } from '@forebay/definitions';
import { entityKeySql, joinKeySql } from './entity-key-sql';
import { quoteName } from './identifiers';
import { cellsSql } from './table-cells-sql';
import { type ColumnType, scalarSql } from './table-column-types';
import { type TableColumns, tableRowsFrom } from './table-columns';

/**
 * Columns: `g0…` join keys as text · `et` event time, `ka` known at, Int64 ms (an unknown `ka` is the event time) ·
 * `h` UInt64 row hash · `cells` String (docs/CODEC.md, table value). Of two rows of an entity the later by (et, ka, h) holds.
 */
export interface TableRows {
  readonly sql: string;
  readonly keys: readonly string[];
}

export interface TableRowsChoice {
  /** SQL over `g0…`, `et` and `ka`. */
  readonly condition?: string;
  /** An Int64 parameter: rows before that event time are not read. */
  readonly sinceParameter?: string;
  /** Without cells and their hash: nothing but keys and times is read. */
  readonly withoutCells?: true;
}

/** Rows with a null join key or event time are of no entity, and not among them. */
export function tableRowsSql(
  layout: TableLayout,
  columns: TableColumns,
  { condition = '1', sinceParameter, withoutCells }: TableRowsChoice = {},
): TableRows {
  const { view } = layout;
  const raw = rawColumns(layout, sinceParameter);
  const keys = view.keyFields.map((_, i) => `g${i}`);
  const { eventTime, knownAt, keyValues } = rowValues(layout, columns, raw.column);
  const selected = [
    ...keys.map((name, i) => `${keyTextSql(layout, i, `assumeNotNull(${keyValues[i]})`)} AS ${name}`),
    `assumeNotNull(${eventTime}) AS et`,
    `${knownAt === null ? 'et' : `assumeNotNull(ifNull(${knownAt}, ${eventTime}))`} AS ka`,
  ];
  if (withoutCells === undefined) {
    selected.push(`${cellsSql(layout, columns, raw.column)} AS cells`, 'xxHash64(cells) AS h');
  }
  const conditions = [...keyValues, eventTime].map((value) => `isNotNull(${value})`);
  if (sinceParameter !== undefined) conditions.push(`et >= {${sinceParameter}:Int64}`);
  return {
    sql: `SELECT ${selected.join(', ')}\n  FROM ${raw.from}\n  WHERE ${conditions.join(' AND ')} AND (${condition})`,
    keys,
  };
}

/** What a row's keys and times are, from the source's columns; null where they are. */
export function rowValues(layout: TableLayout, columns: TableColumns, column: (field: string) => string) {
  const { source, view } = layout;
  const value = (field: string) =>
    scalarSql(fieldOf(source, field).type as ScalarType, columns.get(field) as ColumnType)!.value(
      column(field),
    );
  return {
    eventTime: value(source.eventTime),
    knownAt: source.knownAt === null ? null : value(source.knownAt),
    keyValues: view.keyFields.map(value),
  };
}

/** A day of a Date begins by ClickHouse's time zone where it is compared, and by UTC in `et`. */
const LONGEST_ZONE_MS = 86_400_000;

/**
 * Columns by position (c0 …), so that no name of the user's can collide with one of ours. Of rows before the parameter's time not all
 * are left out: what ClickHouse's index knows to be a day older.
 */
export function rawColumns(
  { source }: TableLayout,
  sinceParameter?: string,
): { from: string; column: (field: string) => string } {
  const names = source.fields.map(({ name }, i) => `t.${quoteName(name)} AS c${i}`);
  const since =
    sinceParameter === undefined
      ? ''
      : ` WHERE t.${quoteName(source.eventTime)} >= fromUnixTimestamp64Milli({${sinceParameter}:Int64} - ${LONGEST_ZONE_MS}, 'UTC')`;
  return {
    from: `(SELECT ${names.join(', ')} FROM ${tableRowsFrom(source)} AS t${since})`,
    column: (field) => `c${source.fields.findIndex(({ name }) => name === field)}`,
  };
}

/** The text of a join key, from its value (not null). */
export function keyTextSql({ source, view }: TableLayout, index: number, value: string): string {
  const { type } = fieldOf(source, view.keyFields[index] as string);
  return joinKeySql(value, type === 'int32' || type === 'int64' ? 'int' : (type as 'string' | 'bool'));
}

/** The encoded entity key of a row. */
export function rowKeySql({ keys }: TableRows): string {
  return entityKeySql(keys);
}

/** The first tick that sees a row, from parameters `interval` and `wait` (Int64 ms); equal to `firstTickOf` of the algebra. */
export const FIRST_TICK_SQL = firstTickSql('');

/** The same with parameters whose names begin with a prefix. */
export function firstTickSql(prefix: string): string {
  return tickFromSql(`greatest(et, ka - {${prefix}wait:Int64})`, prefix);
}

/** The first tick at or after the event time, whenever the row became known. */
export function nextTickSql(prefix: string): string {
  return tickFromSql('et', prefix);
}

function tickFromSql(from: string, prefix: string): string {
  return `toInt64(${from} + positiveModulo(-${from}, {${prefix}interval:Int64}))`;
}
