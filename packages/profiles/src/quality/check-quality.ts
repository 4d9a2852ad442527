/** Checks rules of quality in ClickHouse. */
import {
  type AggregationView,
  definitionName,
  type EventSource,
  type Project,
  type QualityRule,
  type TableSource,
  type TableView,
} from '@forebay/definitions';
import {
  checkedEventsSql,
  checkedTableSql,
  finishedLoadsOf,
  type OfflineStore,
  quoteName,
  readTableColumns,
} from '@forebay/offline-store';
import { type SampleTable, withSampleTable } from '../sample/recomputed-sample';
import { outcomeOf, type QualityResult, type QualitySubjectName, type RuleCounts } from './quality-outcome';
import { type RuleRows, reachOf, ruleSql } from './rule-sql';

/** Values of more entities say no more of a view. */
const MOST_CHECKED_VALUES = 200_000;

/**
 * The rules of a source over its rows before `untilMs`. How old the newest row is, is seen from `nowMs`: an interval that ends in the
 * past has no age.
 */
export async function checkSource(
  store: OfflineStore,
  source: EventSource | TableSource,
  { untilMs, nowMs }: { readonly untilMs: number; readonly nowMs: number },
): Promise<QualityResult[]> {
  const { quality = [], name, fields } = source;
  if (quality.length === 0) return [];
  const isEvents = 'topic' in source;
  const checked = isEvents
    ? checkedEventsSql(source)
    : checkedTableSql(source, await readTableColumns(store, source));
  const finished = isEvents ? { finished: await finishedLoadsOf(store, source) } : {};
  const rows: RuleRows = { ...checked, fields };
  const results: QualityResult[] = [];
  for (const rule of quality) {
    const isAge = rule.check.kind === 'freshness';
    const endMs = isAge ? nowMs : untilMs;
    const fromMs = endMs - reachOf(rule);
    const parameters = { from: fromMs, until: endMs, ...finished };
    const counts = await countsOf(store, rule, rows, parameters);
    results.push(resultOf({ kind: 'source', name }, rule, counts, { fromMs, untilMs: endMs }));
  }
  return results;
}

/** The rules of a view over the values of its entities at an instant. */
export async function checkView(
  store: OfflineStore,
  project: Project,
  view: AggregationView | TableView,
  atMs: number,
  signal?: AbortSignal,
): Promise<QualityResult[]> {
  const { quality = [] } = view;
  if (quality.length === 0) return [];
  const features = view.features.map(({ name: feature }) => ({
    view: view.name,
    version: view.version,
    feature,
  }));
  return withSampleTable(
    store,
    {
      project,
      features,
      names: features.map(({ feature }) => feature),
      instants: { fromMs: atMs, untilMs: atMs + 1, everyMs: 1 },
      maxRows: MOST_CHECKED_VALUES,
      mayBeEmpty: true,
      ...(signal === undefined ? {} : { signal }),
    },
    (table) => checkTable(store, view, quality, table, atMs),
  );
}

async function checkTable(
  store: OfflineStore,
  view: AggregationView | TableView,
  quality: readonly QualityRule[],
  table: SampleTable,
  atMs: number,
): Promise<QualityResult[]> {
  const results: QualityResult[] = [];
  const rows = valueRows(view, table);
  for (const rule of quality) {
    const counts = await countsOf(store, rule, rows, {});
    const subject = { kind: 'view', name: definitionName(view) } as const;
    results.push(resultOf(subject, rule, counts, { fromMs: null, untilMs: atMs }));
  }
  return results;
}

/** One row for each entity that is found: features by position. */
function valueRows(view: AggregationView | TableView, { table, columns }: SampleTable): RuleRows {
  const column = (name: string) => `c${view.features.findIndex((feature) => feature.name === name)}`;
  const selected = view.features.map(({ type }, i) => {
    const { value, status } = columns[i] as SampleTable['columns'][number];
    return `if(${quoteName(status)} IN ('NULL_VALUE', 'OUTSIDE_MAX_AGE'), NULL, ${asExpression(quoteName(value), type)}) AS c${i}`;
  });
  const status = quoteName((columns[0] as SampleTable['columns'][number]).status);
  return {
    sql: `SELECT ${selected.join(', ')} FROM ${quoteName(table)} WHERE ${status} != 'NOT_FOUND'`,
    fields: view.features,
    column,
  };
}

/** A feature's value as expressions take it; lists and others, which they don't, by their lengths, which nothing asks for. */
function asExpression(value: string, type: string): string {
  switch (type) {
    case 'bool':
      return `CAST(${value}, 'Nullable(UInt8)')`;
    case 'int32':
    case 'int64':
      return `CAST(${value}, 'Nullable(Int64)')`;
    case 'double':
      return `CAST(if(isFinite(${value}), ${value}, NULL), 'Nullable(Float64)')`;
    case 'timestamp':
      return `toNullable(toUnixTimestamp64Milli(${value}))`;
    case 'string':
      return `toNullable(${value})`;
    default:
      return `toNullable(length(${value}))`;
  }
}

async function countsOf(
  store: OfflineStore,
  rule: QualityRule,
  rows: RuleRows,
  parameters: Readonly<Record<string, unknown>>,
): Promise<RuleCounts> {
  const [counts] = await store.rows<RuleCounts>(ruleSql(rule, rows), parameters);
  return counts as RuleCounts;
}

function resultOf(
  subject: QualitySubjectName,
  rule: QualityRule,
  counts: RuleCounts,
  { fromMs, untilMs }: { readonly fromMs: number | null; readonly untilMs: number },
): QualityResult {
  const { name, severity } = rule;
  return {
    subject,
    rule: name,
    severity,
    ...outcomeOf(rule, counts, untilMs),
    rows: counts.rows,
    brokenRows: counts.broken,
    fromMs,
    untilMs,
  };
}
