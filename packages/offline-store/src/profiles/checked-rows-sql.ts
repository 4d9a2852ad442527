/** Rows of a source as rules of quality read them. */
import type { EventSource, ScalarType, TableSource } from '@forebay/definitions';
import { archiveConditionSql, fieldSql, finiteSql } from '../archived-rows-sql';
import { quoteName } from '../identifiers';
import { type ColumnType, scalarSql } from '../table-column-types';
import { type TableColumns, tableRowsFrom } from '../table-columns';

/** `sql`: fields by position (`c0` …) as expressions take them, and `et` Int64 ms; `column`: the name of a field's column. */
export interface CheckedRows {
  readonly sql: string;
  readonly column: (field: string) => string;
}

/** Parameters `from` and `until`, Int64 ms, `finished` Array(UInt16): archived events of [from, until), each once. */
export function checkedEventsSql(source: EventSource): CheckedRows {
  const fields = source.fields.map(({ name, type }, i) => `${fieldSql(name, type)} AS c${i}`);
  return {
    sql: `SELECT ${fields.join(', ')}, toUnixTimestamp64Milli(t.${quoteName(source.eventTime)}) AS et
      FROM ${quoteName(source.table)} AS t FINAL WHERE ${archiveConditionSql(source, { from: 'from', until: 'until', known: null })}`,
    column: (field) => `c${source.fields.findIndex(({ name }) => name === field)}`,
  };
}

/** Parameters `from` and `until`, Int64 ms; fields that are lists or vectors are not among the columns, nor rows without a time. */
export function checkedTableSql(source: TableSource, columns: TableColumns): CheckedRows {
  const selected = source.fields.flatMap(({ name, type }, i) => {
    const scalar = SCALAR.test(type) ? scalarSql(type as ScalarType, columns.get(name) as ColumnType) : null;
    return scalar === null ? [] : [`${valueSql(scalar.value(`t.${quoteName(name)}`), type)} AS c${i}`];
  });
  const column = (field: string) => `c${source.fields.findIndex(({ name }) => name === field)}`;
  return {
    sql: `SELECT *, assumeNotNull(${column(source.eventTime)}) AS et
      FROM (SELECT ${selected.join(', ')} FROM ${tableRowsFrom(source)} AS t)
      WHERE isNotNull(${column(source.eventTime)}) AND et >= {from:Int64} AND et < {until:Int64}`,
    column,
  };
}

const SCALAR = /^(bool|int32|int64|double|string|timestamp)$/;

function valueSql(value: string, type: string): string {
  const widened = type === 'int32' ? `toInt64(${value})` : value;
  return `toNullable(${finiteSql(widened, type === 'double' ? 'double' : 'string')})`;
}
