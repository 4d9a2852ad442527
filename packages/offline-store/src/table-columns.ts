/** What ClickHouse has of a table source: its columns, checked against the declared fields. */
import { cellShapeOf } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import type { TableField, TableSource } from '@forebay/definitions';
import { type OfflineStore, offlineError } from './client';
import { quoteName } from './identifiers';
import { ACCEPTED_TYPES, type ColumnType, parseColumnType, scalarSql } from './table-column-types';

/** The type of each column of a table source that a field is read from, by the field's name. */
export type TableColumns = ReadonlyMap<string, ColumnType>;

/** `FROM` of a table source's rows. A query ends on a line of its own, for its last one may be a comment. */
export function tableRowsFrom(source: TableSource): string {
  if (source.query !== null) return `(\n${source.query}\n)`;
  const [database, table] = (source.table as string).split('.', 2);
  return table === undefined
    ? quoteName(database as string)
    : `${quoteName(database as string)}.${quoteName(table)}`;
}

/** Throws `failed_precondition` that names every column which is missing or does not fit, and what ClickHouse says of a query. */
export async function readTableColumns(store: OfflineStore, source: TableSource): Promise<TableColumns> {
  const found = await describe(store, source);
  const problems = source.fields.flatMap((field) => problemsOf(field, found));
  if (problems.length > 0) {
    throw new ForebayError('failed_precondition', `${placeOf(source)}: ${problems.join('; ')}`);
  }
  return new Map(source.fields.map(({ name }) => [name, parseColumnType(found.get(name) as string)]));
}

async function describe(store: OfflineStore, source: TableSource): Promise<Map<string, string>> {
  const from = tableRowsFrom(source);
  try {
    const rows = await store.rows<{ name: string; type: string }>(
      source.query === null ? `DESCRIBE TABLE ${from}` : `DESCRIBE ${from}`,
    );
    return new Map(rows.map(({ name, type }) => [name, type]));
  } catch (thrown) {
    const error = offlineError(thrown);
    if (error.retryable) throw error;
    throw new ForebayError(
      'failed_precondition',
      `${placeOf(source)} cannot be read: ${firstSentence(error.message)}; create what is missing, or correct the definition`,
      { cause: thrown },
    );
  }
}

/** ClickHouse ends its first line with a full stop. */
function firstSentence(message: string): string {
  const [line = ''] = message.split('\n');
  return line.slice(0, 500).replace(/[.\s]+$/, '');
}

export function placeOf(source: TableSource): string {
  return source.query === null
    ? `table source "${source.name}", table "${source.table}"`
    : `table source "${source.name}", query`;
}

/** One text for each thing that is wrong with a field's column. */
export function problemsOf(field: TableField, columns: ReadonlyMap<string, string>): string[] {
  const { name, type } = field;
  const text = columns.get(name);
  if (text === undefined) {
    const known = [...columns.keys()].map((column) => `"${column}"`).join(', ');
    return [`there is no column "${name}": the columns are ${known}`];
  }
  const shape = cellShapeOf(type, `field "${name}"`);
  const column = parseColumnType(text);
  const is = `column "${name}" is ${text.replace(/\s+/g, ' ')}, and its field ${type}`;
  const convert = 'declare another type, or convert it in a query';
  if (shape.kind === 'scalar') {
    if (scalarSql(shape.type, column) !== null) return [];
    return [`${is}, which takes ${listed(ACCEPTED_TYPES[shape.type])}: ${convert}`];
  }
  const elements = shape.kind === 'vector' ? VECTOR_ELEMENTS : ACCEPTED_TYPES[shape.type];
  if (column.element === null || !(elements as readonly string[]).includes(column.element.name))
    return [`${is}, which takes Array of ${listed(elements)}: ${convert}`];
  if (!column.element.nullable) return [];
  return [`${is}, which has no nulls in it: take them out in a query (arrayFilter and assumeNotNull)`];
}

const VECTOR_ELEMENTS = ['Float32', 'Float64', 'BFloat16'];

function listed(names: readonly string[]): string {
  return names.length === 1
    ? (names[0] as string)
    : `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`;
}
