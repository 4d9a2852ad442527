/** Whether the values of a table source fit the features that are read from them. */
import { fieldOf, type TableFeaturePlan, type TableLayout } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import type { ScalarType } from '@forebay/definitions';
import type { OfflineStore } from './client';
import { type ColumnType, scalarSql } from './table-column-types';
import { placeOf, type TableColumns } from './table-columns';
import { FIRST_TICK_SQL, keyTextSql, rawColumns, rowValues } from './table-rows-sql';
import type { TableRun } from './table-values-sql';

interface Check {
  /** `feature "name"`, or `join key field "name"`. */
  readonly what: string;
  readonly wanted: string;
  /** SQL over the raw columns. */
  readonly bad: string;
  readonly shown: string;
}

/** Throws `failed_precondition` that says of how many rows, and of which entity for example, a value does not fit. */
export async function checkTableValues(
  store: OfflineStore,
  layout: TableLayout,
  columns: TableColumns,
  run: TableRun,
): Promise<void> {
  const raw = rawColumns(layout, run.sinceMs === null ? undefined : 'since');
  const checks = [
    ...layout.view.keyFields.flatMap((field) => keyCheckOf(layout, field, columns, raw.column)),
    ...layout.features.flatMap((plan) => checkOf(plan, columns, raw.column)),
  ];
  if (checks.length === 0) return;
  const { eventTime, knownAt, keyValues } = rowValues(layout, columns, raw.column);
  const texts = keyValues.map((value, i) => keyTextSql(layout, i, `assumeNotNull(${value})`));
  const whole = [...keyValues, eventTime].map((value) => `isNotNull(${value})`).join(' AND ');
  const found = checks.flatMap((_, i) => [
    `toFloat64(countIf(bad${i})) AS rows${i}`,
    `anyIf(entity, bad${i}) AS entity${i}`,
    `anyIf(shown${i}, bad${i}) AS shown${i}`,
  ]);
  const changed = run.changedSinceMs === null ? '' : 'vf > {changed_since:Int64} AND ';
  const since = run.sinceMs === null ? '' : 'et >= {since:Int64} AND ';
  const [row] = await store.rows<Record<string, string | number>>(
    `SELECT ${found.join(', ')} FROM (
      SELECT concat(${texts.join(", '.', ")}, '') AS entity, assumeNotNull(${eventTime}) AS et,
        ${knownAt === null ? 'et' : `assumeNotNull(ifNull(${knownAt}, et))`} AS ka, ${FIRST_TICK_SQL} AS vf,
        ${checks.map(({ bad, shown }, i) => `${bad} AS bad${i}, ${shown} AS shown${i}`).join(', ')}
      FROM ${raw.from} WHERE ${whole}
    ) WHERE ${since}${changed}vf <= {tick:Int64}`,
    {
      tick: run.tickMs,
      interval: layout.view.schedule.intervalMs,
      wait: layout.view.schedule.waitMs,
      ...(run.changedSinceMs === null ? {} : { changed_since: run.changedSinceMs }),
      ...(run.sinceMs === null ? {} : { since: run.sinceMs }),
    },
  );
  const problems = checks.flatMap(({ what, wanted }, i) => {
    const rows = Number(row?.[`rows${i}`] ?? 0);
    if (rows === 0) return [];
    const of = `in ${rows} ${rows === 1 ? 'row' : 'rows'}`;
    return [`${what} is no ${wanted} ${of}: ${row?.[`shown${i}`]} for entity "${row?.[`entity${i}`]}"`];
  });
  if (problems.length === 0) return;
  throw new ForebayError(
    'failed_precondition',
    `${placeOf(layout.source)}: ${problems.join('; ')}; correct these rows, or leave them out in a query`,
  );
}

function checkOf(
  { feature, shape }: TableFeaturePlan,
  columns: TableColumns,
  column: (field: string) => string,
): Check[] {
  const what = `feature "${feature.name}"`;
  const sql = column(feature.field);
  const type = columns.get(feature.field) as ColumnType;
  if (shape.kind === 'vector') {
    const bad = `(notEmpty(${sql}) AND length(${sql}) != ${shape.length})`;
    const shown = `concat('one of ', toString(length(${sql})))`;
    return [{ what, wanted: `vector of ${shape.length} numbers`, bad, shown }];
  }
  const element = shape.kind === 'list' ? (type.element as ColumnType) : type;
  const scalar = scalarSql(shape.type, element)!;
  if (scalar.bad === null) return [];
  const bad =
    shape.kind === 'list' ? `arrayExists(x -> ${scalar.bad('x')}, ${sql})` : `ifNull(${scalar.bad(sql)}, 0)`;
  const wanted = shape.kind === 'list' ? `list of ${scalar.wanted}` : scalar.wanted;
  return [{ what, wanted: wanted.replace(/^an? /, ''), bad, shown: shownSql(sql) }];
}

/** A key that does not fit would be that of another entity, or of one that nobody can ask for. */
function keyCheckOf(
  { source }: TableLayout,
  field: string,
  columns: TableColumns,
  column: (field: string) => string,
): Check[] {
  const type = fieldOf(source, field).type as ScalarType;
  const { bad, wanted } = scalarSql(type, columns.get(field) as ColumnType)!;
  if (bad === null) return [];
  const sql = column(field);
  const what = `join key field "${field}"`;
  return [{ what, wanted: wanted.replace(/^an? /, ''), bad: `ifNull(${bad(sql)}, 0)`, shown: shownSql(sql) }];
}

function shownSql(column: string): string {
  return `toValidUTF8(substring(ifNull(toString(${column}), ''), 1, 100))`;
}
