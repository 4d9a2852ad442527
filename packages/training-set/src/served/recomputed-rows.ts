/** Some rows of the log with their values recomputed beside them: which differ, and whether anybody can say that they should not. */
import { definitionName, type Entity, findView, type Project, type ValueType } from '@forebay/definitions';
import {
  entityKeySql,
  finishedLoadsOf,
  joinKeySql,
  type OfflineStore,
  quoteName,
} from '@forebay/offline-store';
import type { ComputedRows } from '../make-training-set';
import { IN_ORDER, NUMBER_COLUMN } from '../sql/joined-sql';
import { sameValueSql } from './same-value-sql';
import type { VerifiedColumn } from './served-selection';
import { UNCERTAIN, uncertainRowsSql } from './uncertain-rows';

/** Columns of the staged rows, beside join keys and data of the request: no field has such a name. */
export const ROW_COLUMNS = {
  asOf: '_forebay_as_of',
  service: '_forebay_service',
  requestId: '_forebay_request_id',
  requestRow: '_forebay_request_row',
  entityKey: '_forebay_entity_key',
} as const;
export const servedName = (i: number) => `_forebay_served_${i}`;
export const servedStatusName = (i: number) => `_forebay_served_status_${i}`;

export interface ComparedCounts {
  compared: number;
  different: number;
  inFlight: number;
  late: number;
  degraded: number;
}

export interface Comparison {
  readonly project: Project;
  readonly columns: readonly VerifiedColumn[];
  /** Of each column, see `sameValueSql`. */
  readonly tolerances: readonly number[];
  /** Null: as long as the source lets progress be old before values are DEGRADED. */
  readonly inFlightMs: number | null;
}

export interface Compared {
  /** By column. */
  readonly counts: readonly ComparedCounts[];
  /**
   * A SELECT of what differs for certain: `as_of`, `service`, `request_id`, `request_row`, `entity_key`, `col` (index of the column), `served` and
   * `recomputed`; null: nothing does.
   */
  readonly differencesSql: string | null;
}

export async function compareRows(
  store: OfflineStore,
  comparison: Comparison,
  computed: ComputedRows,
): Promise<Compared> {
  const { columns, tolerances } = comparison;
  const differs = columns.map((column, i) => differsSql(column, tolerances[i] as number, i, computed));
  const [totals] = await store.rows<Record<string, number>>(
    `SELECT ${columns.flatMap((_, i) => [`toFloat64(countIf(${isDegraded(i)})) AS d${i}`, `toFloat64(countIf(${differs[i]})) AS x${i}`]).join(', ')}
  ${computed.fromSql}`,
    {},
    IN_ORDER,
  );
  const counts = columns.map((_, i): ComparedCounts => {
    const degraded = totals?.[`d${i}`] ?? 0;
    return {
      compared: computed.rows.count - degraded,
      different: totals?.[`x${i}`] ?? 0,
      inFlight: 0,
      late: 0,
      degraded,
    };
  });
  if (counts.every(({ different }) => different === 0)) return { counts, differencesSql: null };
  return explainDifferences(store, comparison, computed, { counts, differs });
}

const isDegraded = (i: number) => `${servedStatusName(i)} = 'DEGRADED'`;

/** What is too old leaves the online store after a while, and is not found then. */
const plainStatus = (status: string) => `replaceOne(${status}, 'OUTSIDE_MAX_AGE', 'NOT_FOUND')`;

function differsSql(
  { type }: { readonly type: ValueType },
  tolerance: number,
  i: number,
  { values, statuses }: ComputedRows,
): string {
  const same = sameValueSql(type, servedName(i), values[i] as string, tolerance);
  const status = `${plainStatus(servedStatusName(i))} = ${plainStatus(statuses[i] as string)}`;
  return `(NOT ${isDegraded(i)} AND NOT (${status} AND ${same}))`;
}

/** Tells those that may be right from those that can not, entity by entity. */
async function explainDifferences(
  store: OfflineStore,
  comparison: Comparison,
  computed: ComputedRows,
  { counts, differs }: { readonly counts: readonly ComparedCounts[]; readonly differs: readonly string[] },
): Promise<Compared> {
  const { columns } = comparison;
  const { plan, work } = computed;
  const table = work.name('differing');
  const entities = new Map(plan.folded.map(({ entity }) => [entity.name, entity]));
  const keys = [...entities.values()].map((entity, i) => `${entityTextSql(entity)} AS k${i}`);
  const found = columns.map((_, i) => {
    const shown = [
      `ifNull(toJSONString(${servedName(i)}), 'null')`,
      servedStatusName(i),
      `ifNull(toJSONString(${computed.values[i]}), 'null')`,
      computed.statuses[i] as string,
    ];
    return `if(${differs[i]}, [(toUInt32(${i}), ${shown.join(', ')})], [])`;
  });
  await store.command(
    `CREATE TABLE ${quoteName(table)} ENGINE = MergeTree ORDER BY n AS
SELECT ${NUMBER_COLUMN} AS n, toUnixTimestamp64Milli(${ROW_COLUMNS.asOf}) AS t, ${Object.values(ROW_COLUMNS).join(', ')}${keys.map((key) => `, ${key}`).join('')},
  arrayConcat(${found.join(', ')}) AS found
${computed.fromSql} AND (${differs.join(' OR ')})`,
    {},
    IN_ORDER,
  );
  const why = await whyOf(store, comparison, computed, { table, entities: [...entities.keys()] });
  for (const [i, count] of counts.entries()) {
    if (count.different === 0) continue;
    const [row] = await store.rows<{ late: number; flight: number }>(
      `SELECT toFloat64(countIf(w = ${UNCERTAIN.late})) AS late, toFloat64(countIf(w = ${UNCERTAIN.inFlight})) AS flight
       FROM (SELECT ${why(i)} AS w FROM ${quoteName(table)} WHERE arrayExists(f -> f.1 = ${i}, found))`,
    );
    count.late = row?.late ?? 0;
    count.inFlight = row?.flight ?? 0;
    count.different -= count.late + count.inFlight;
    count.compared -= count.late + count.inFlight;
  }
  const reasons = columns.map((_, i) => (counts[i]!.different === 0 ? '1' : why(i)));
  const { asOf, service, requestId, requestRow, entityKey } = ROW_COLUMNS;
  const shown = (value: string, status: string) =>
    `concat(${value}, if(${status} = 'PRESENT', '', concat(' ', ${status})))`;
  return {
    counts,
    differencesSql: `SELECT ${asOf} AS as_of, ${service} AS service, ${requestId} AS request_id, ${requestRow} AS request_row,
  ${entityKey} AS entity_key, f.1 AS col, ${shown('f.2', 'f.3')} AS served, ${shown('f.4', 'f.5')} AS recomputed
FROM (SELECT *, [${reasons.join(', ')}] AS reasons FROM ${quoteName(table)}) ARRAY JOIN found AS f WHERE reasons[f.1 + 1] = 0`,
  };
}

/** The encoded key of an entity, from the rows' join keys. */
function entityTextSql({ joinKeys }: Entity): string {
  const texts = joinKeys.map(({ name, type }) => {
    const isInteger = type === 'int32' || type === 'int64';
    return joinKeySql(quoteName(name), isInteger ? 'int' : (type as 'string' | 'bool'));
  });
  return entityKeySql(texts);
}

/** Makes a table of the uncertain rows of each view; what it returns is SQL of one of UNCERTAIN, or 0, for a column. */
async function whyOf(
  store: OfflineStore,
  { project, columns, inFlightMs }: Comparison,
  { plan, work }: ComputedRows,
  { table, entities }: { readonly table: string; readonly entities: readonly string[] },
): Promise<(column: number) => string> {
  const [span] = await store.rows<{ first: number; last: number }>(
    `SELECT toFloat64(min(t)) AS first, toFloat64(max(t)) AS last FROM ${quoteName(table)}`,
  );
  const tables = new Map<string, string>();
  for (const [i, folded] of plan.folded.entries()) {
    // what a run wrote, it wrote from all that was known: there is no doubt
    if (folded.kind === 'table view' || folded.view.stream === null) continue;
    const uncertain = work.name(`uncertain_${i}`);
    const { query, parameters } = uncertainRowsSql({
      view: folded.view,
      source: folded.source,
      rowsTable: table,
      keyColumn: `k${entities.indexOf(folded.entity.name)}`,
      firstMs: span?.first ?? 0,
      lastMs: span?.last ?? 0,
      inFlightMs: inFlightMs ?? folded.source.maxStalenessMs,
      finishedLoads: await finishedLoadsOf(store, folded.source),
    });
    await store.command(
      `CREATE TABLE ${quoteName(uncertain)} ENGINE = Join(ANY, LEFT, n) AS ${query}`,
      parameters,
    );
    tables.set(definitionName(folded.view), uncertain);
  }
  return (column) => {
    const { view, version } = columns[column] as VerifiedColumn;
    const of = foldedViews(project, view, version).flatMap((label) => tables.get(label) ?? []);
    if (of.length === 0) return 'toUInt8(0)';
    return `greatest(toUInt8(0), ${of.map((name) => `joinGet('${name}', 'why', n)`).join(', ')})`;
  };
}

/** The views that a view's values come from, itself if it is no on-demand view. */
function foldedViews(project: Project, name: string, version: number): string[] {
  const found = findView(project, name, version);
  if (found?.kind !== 'on-demand view') return [`${name}@${version}`];
  return found.view.inputs.flatMap(({ feature }) => foldedViews(project, feature.view, feature.version));
}
