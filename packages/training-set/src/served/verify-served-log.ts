/**
 * The log of served vectors against what a training set would say of the same entities and instants: whether models are served what they
 * are trained with.
 */
import { randomUUID } from 'node:crypto';
import { findView, type Project } from '@forebay/definitions';
import {
  type OfflineStore,
  quoteText,
  readServedDifferences,
  recordServedVerification,
  SERVED_DIFFERENCES_TABLE,
  SERVED_VECTORS_TABLE,
  type ServedDifference,
  type ServedFeatureCounts,
} from '@forebay/offline-store';
import { computeRows } from '../make-training-set';
import {
  type Compared,
  type ComparedCounts,
  compareRows,
  ROW_COLUMNS,
  servedName,
  servedStatusName,
} from './recomputed-rows';
import { SERVED_ALIAS, servedKeySql, servedRequestSql, servedValueSql } from './served-columns';
import { servedFields } from './served-rows';
import {
  type ServedLayout,
  type ServedLogSelection,
  selectionSql,
  servedLayouts,
  type VerifiedColumn,
} from './served-selection';

/** What is staged, folded and compared at once. */
const ROWS_PER_CHUNK = 500_000;
/** Differences that a chunk keeps; all are counted. */
const MAX_DIFFERENCES = 10_000;
const SHOWN_DIFFERENCES = 50;

/** Of sums of doubles, which are added in another order on each path. */
const OF_SUMS = 1e-9;
/** Of what is computed from squares and differences of such sums, where most digits may cancel; and from any values. */
const OF_SPREADS = 1e-6;

export interface ServedLogVerification extends ServedLogSelection {
  /** Names the run; left out: a name of its own. */
  readonly run?: string;
  /** By `view@version:feature`, as a share of the larger value; of others, by their operation. */
  readonly tolerances: ReadonlyMap<string, number>;
  /** How long before or after a row's instant an event may have become known to be in its values, or not; null: the source's max staleness. */
  readonly inFlightMs: number | null;
  /** A share of the whole, 0 to 1, and what is being done. */
  readonly onProgress?: (share: number, doing: string) => void;
  /** Ends the work; its reason is thrown. */
  readonly signal?: AbortSignal;
}

export interface VerifiedServedLog {
  /** Names the run in the tables of what was found. */
  readonly run: string;
  readonly rows: number;
  /** In the order of views and features. */
  readonly features: readonly ServedFeatureCounts[];
  /** The first ones; more are in _forebay_served_differences. */
  readonly differences: readonly ServedDifference[];
  /** Views whose values are in the log and that the registry does not have any more: nothing is said of them. */
  readonly retired: readonly string[];
}

/** @param nowMs when, for the records */
export async function verifyServedLog(
  store: OfflineStore,
  verification: ServedLogVerification,
  nowMs: number,
): Promise<VerifiedServedLog> {
  const run = verification.run ?? randomUUID();
  const layouts = await servedLayouts(store, verification);
  const rows = layouts.reduce((sum, layout) => sum + layout.rows, 0);
  const features = new Map<string, ServedFeatureCounts>();
  let done = 0;
  for (const layout of layouts) {
    if (layout.columns.length === 0) continue;
    const chunks = Math.ceil(layout.rows / ROWS_PER_CHUNK);
    for (let chunk = 0; chunk < chunks; chunk++) {
      const tell = (share: number, doing: string) =>
        verification.onProgress?.((done + (share * layout.rows) / chunks) / rows, doing);
      const counts = await verifyChunk(store, verification, layout, { run, nowMs, chunk, chunks, tell });
      for (const [i, { view, version, name }] of layout.columns.entries())
        addCounts(features, { view: `${view}@${version}`, feature: name }, counts[i] as ComparedCounts);
      done += layout.rows / chunks;
    }
  }
  const ordered = [...features.values()].sort((a, b) =>
    order(`${a.view}:${a.feature}`, `${b.view}:${b.feature}`),
  );
  await recordServedVerification(store, { run, project: verification.project.name, atMs: nowMs }, ordered);
  return {
    run,
    rows,
    features: ordered,
    differences: await readServedDifferences(store, [run], SHOWN_DIFFERENCES),
    retired: [...new Set(layouts.flatMap(({ retired }) => retired))],
  };
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function addCounts(
  features: Map<string, ServedFeatureCounts>,
  named: { readonly view: string; readonly feature: string },
  counts: ComparedCounts,
): void {
  const key = `${named.view}:${named.feature}`;
  const sum = features.get(key);
  const names = ['compared', 'different', 'inFlight', 'late', 'degraded'] as const;
  const added = Object.fromEntries(names.map((name) => [name, (sum?.[name] ?? 0) + counts[name]]));
  features.set(key, { ...named, ...(added as Record<(typeof names)[number], number>) });
}

interface ChunkOfRun {
  readonly run: string;
  readonly nowMs: number;
  readonly chunk: number;
  readonly chunks: number;
  readonly tell: (share: number, doing: string) => void;
}

async function verifyChunk(
  store: OfflineStore,
  verification: ServedLogVerification,
  layout: ServedLayout,
  { run, nowMs, chunk, chunks, tell }: ChunkOfRun,
): Promise<readonly ComparedCounts[]> {
  const { project, tolerances, inFlightMs, signal } = verification;
  const { columns } = layout;
  const compare = {
    project,
    columns,
    inFlightMs,
    tolerances: columns.map(
      (column) =>
        tolerances.get(`${column.view}@${column.version}:${column.name}`) ?? toleranceOf(project, column),
    ),
  };
  const request = {
    project,
    features: columns.map(({ view, version, name }) => ({ view, version, feature: name })),
    rows: { query: rowsSql(verification, layout, { chunk, chunks }) },
    timestampColumn: ROW_COLUMNS.asOf,
    columns: {},
    knownAsOfMs: null,
    withStatuses: true,
    threads: null,
    onProgress: tell,
    ...(signal === undefined ? {} : { signal }),
  };
  return computeRows(store, request, async (computed) => {
    const compared = await compareRows(store, compare, computed);
    await keepDifferences(store, { run, project, columns, nowMs }, compared);
    return compared.counts;
  });
}

function rowsSql(
  verification: ServedLogVerification,
  { layouts, columns }: ServedLayout,
  { chunk, chunks }: { readonly chunk: number; readonly chunks: number },
): string {
  const { keys, request } = servedFields(verification.project, columns);
  const v = SERVED_ALIAS;
  const selected = [
    `${v}.as_of AS ${ROW_COLUMNS.asOf}`,
    `${v}.feature_service AS ${ROW_COLUMNS.service}`,
    `${v}.request_id AS ${ROW_COLUMNS.requestId}`,
    `${v}.row AS ${ROW_COLUMNS.requestRow}`,
    `${v}.entity_key AS ${ROW_COLUMNS.entityKey}`,
    ...keys.map(servedKeySql),
    ...request.map(servedRequestSql),
    ...columns.flatMap((column, i) => [
      `${servedValueSql(column, column.position)} AS ${servedName(i)}`,
      `toString(${v}.statuses[${column.position}]) AS ${servedStatusName(i)}`,
    ]),
  ];
  const ofChunk = chunks === 1 ? '' : ` AND cityHash64(${v}.entity_key) % ${chunks} = ${chunk}`;
  return `SELECT ${selected.join(', ')} FROM ${SERVED_VECTORS_TABLE} AS ${v}
WHERE ${selectionSql(verification)} AND ${v}.layout IN (${layouts.map(quoteText).join(', ')})${ofChunk}
ORDER BY ${v}.as_of, ${v}.request_id, ${v}.row`;
}

/** Integers, texts and instants are equal on every path, and so is what a table has. */
function toleranceOf(project: Project, { view, version, name, type }: VerifiedColumn): number {
  if (!type.includes('double')) return 0;
  const found = findView(project, view, version);
  if (found?.kind === 'table view') return 0;
  if (found?.kind !== 'aggregation view') return OF_SPREADS;
  const operation = found.view.features.find((feature) => feature.name === name)?.operation;
  return operation === 'variance' || operation === 'stddev' || operation === 'skewness'
    ? OF_SPREADS
    : OF_SUMS;
}

async function keepDifferences(
  store: OfflineStore,
  {
    run,
    project,
    columns,
    nowMs,
  }: {
    readonly run: string;
    readonly project: Project;
    readonly columns: readonly VerifiedColumn[];
    readonly nowMs: number;
  },
  { differencesSql }: Compared,
): Promise<void> {
  if (differencesSql === null) return;
  const names = (of: (column: VerifiedColumn) => string) =>
    `[${columns.map((column) => quoteText(of(column))).join(', ')}]`;
  await store.command(
    `INSERT INTO ${SERVED_DIFFERENCES_TABLE} (run, project, feature_service, view, feature, as_of, request_id, row, entity_key, served, recomputed, at)
SELECT {run:String}, {project:String}, service, ${names(({ view, version }) => `${view}@${version}`)}[col + 1], ${names(({ name }) => name)}[col + 1],
  as_of, request_id, request_row, entity_key, served, recomputed, fromUnixTimestamp64Milli({now:Int64}, 'UTC')
FROM (${differencesSql}) ORDER BY as_of, request_id, request_row, col LIMIT ${MAX_DIFFERENCES}`,
    { run, project: project.name, now: nowMs },
  );
}
