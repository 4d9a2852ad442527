import { checkShape, shownName } from './check-shape';
import { compileQuality } from './compile-quality';
import { MAX_FIELDS_PER_SOURCE, MAX_QUERY_CHARACTERS, MAX_VECTOR_LENGTH, TABLE_PATTERN } from './limits';
import { compileMetadata } from './metadata';
import type { TableField, TableSource, ValueType } from './model';
import { checkColumnName, checkCount, checkName, listNames } from './names';
import type { Problems } from './problems';
import { TABLE_SOURCE_SHAPE } from './source-shapes';
import type { TableSourceDeclaration, TableSourceOptions } from './table-view-declaration';
import { vectorLength } from './value-type-codec';

const TABLE_FIELD_TYPE =
  /^(bool|int32|int64|double|string|timestamp|list<(bool|int32|int64|double|string|timestamp)>)$/;

/** Null if it is too broken for views to be checked against it. */
export function compileTableSource(
  declaration: TableSourceDeclaration,
  problems: Problems,
): TableSource | null {
  const place = `table source ${shownName(declaration.options)}`;
  if (checkShape(TABLE_SOURCE_SHAPE, declaration.options, place, problems) === null) return null;
  const options: TableSourceOptions = declaration.options;
  checkName(options.name, place, problems);
  checkRows(options, place, problems);
  const fields = compileFields(options.fields, place, problems);
  checkTime(options.eventTime, options.fields, `${place}, eventTime`, problems);
  if (options.knownAt !== undefined)
    checkTime(options.knownAt, options.fields, `${place}, knownAt`, problems);
  return {
    id: 0,
    name: options.name,
    table: options.table ?? null,
    query: options.query?.trim() ?? null,
    fields,
    eventTime: options.eventTime,
    knownAt: options.knownAt ?? null,
    metadata: compileMetadata(options),
    ...compileQuality(options.quality, { kind: 'source', fields, place, problems }),
  };
}

/** Where the rows come from: one table, or one query. */
function checkRows({ table, query }: TableSourceOptions, place: string, problems: Problems): void {
  if (table === undefined && query === undefined) {
    problems.add(place, 'it has neither a table nor a query: give one of them');
  }
  if (table !== undefined && query !== undefined) {
    problems.add(place, 'it has a table and a query: leave one of them out');
  }
  if (table !== undefined && !TABLE_PATTERN.test(table)) {
    problems.add(`${place}, table`, `"${table}" is not a table: write "table" or "database.table"`);
  }
  if (query !== undefined) checkQuery(query, `${place}, query`, problems);
}

/** ClickHouse checks the query itself, when it is planned; here is refused what could not stand inside another query. */
function checkQuery(query: string, place: string, problems: Problems): void {
  checkCount(query.length, MAX_QUERY_CHARACTERS, 'characters', place, problems);
  const beginning = JSON.stringify(query.trim().slice(0, 40));
  if (!/^\s*(select|with)\b/i.test(query)) {
    problems.add(place, `${beginning} is not a query: begin it with SELECT or WITH`);
  } else if (/;\s*$/.test(query)) {
    problems.add(place, `${JSON.stringify(query.trim().slice(-40))} ends with ";": leave that out`);
  }
}

function compileFields(
  declared: Readonly<Record<string, string>>,
  place: string,
  problems: Problems,
): TableField[] {
  const fields = Object.entries(declared);
  checkCount(fields.length, MAX_FIELDS_PER_SOURCE, 'fields', place, problems);
  return fields.flatMap(([name, type]) => {
    const fieldPlace = `${place}, field "${name}"`;
    checkColumnName(name, fieldPlace, problems);
    const problem = typeProblem(type);
    if (problem === null) return [{ name, type: type as ValueType }];
    problems.add(fieldPlace, problem);
    return [];
  });
}

function typeProblem(type: string): string | null {
  if (TABLE_FIELD_TYPE.test(type)) return null;
  const length = vectorLength(type as ValueType);
  if (length === null) {
    return `"${type}" is not a type of fields of tables: they are bool, int32, int64, double, string, timestamp, list<…> of these, and vector<n>`;
  }
  if (length >= 1 && length <= MAX_VECTOR_LENGTH) return null;
  return `a vector has 1 to ${MAX_VECTOR_LENGTH} numbers, not ${length}`;
}

function checkTime(
  name: string,
  fields: Readonly<Record<string, string>>,
  place: string,
  problems: Problems,
): void {
  if (!Object.hasOwn(fields, name)) {
    problems.add(place, `there is no field "${name}": the fields are ${listNames(Object.keys(fields))}`);
  } else if (fields[name] !== 'timestamp') {
    problems.add(place, `field "${name}" is ${fields[name]}, not timestamp`);
  }
}
