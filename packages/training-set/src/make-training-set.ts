/** A training set from end to end: rows in, features at each row's instant beside them, a file out. */
import { availableParallelism } from 'node:os';
import { STATUS } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import { type OfflineStore, quoteName } from '@forebay/offline-store';
import { readBlocks } from './native/block-reader';
import { clickhouseTypeOf } from './native/result-column';
import { featureColumns, statusColumn } from './plan/output-columns';
import { keyFields, type TrainingPlan, trainingPlan } from './plan/training-plan';
import type { TrainingSetRequest, TrainingSetResult } from './request';
import type { LabelRows } from './rows/label-rows';
import { stageRows } from './rows/stage-rows';
import { writeTrainingFile } from './rows/write-training-file';
import { type EntityKeys, makeEntityKeys } from './sql/entity-keys';
import type { RowSpan } from './sql/event-stream-sql';
import { IN_ORDER, joinedSql, type ResultTable, statusName, valueName } from './sql/joined-sql';
import { viewStream } from './sql/view-stream';
import { type FoldJob, insertBlocks } from './stream/fold-job';
import { runFoldJobs } from './stream/fold-threads';
import { OnDemandStream } from './stream/on-demand-stream';
import { type AskedFeature, addTally, type FoldTally, newTally, ViewResults } from './stream/view-results';
import { WorkTables } from './work-tables';

/** Where the rows' instants are looked for, if no column is named. */
const TIMESTAMP_COLUMNS = ['timestamp', 'event_timestamp'];
/** Each thread has the server read all events, so it must be worth that; and the server, which sorts, needs cores too. */
const ROWS_PER_THREAD = 500_000;
/** How the work is shared out on the progress bar. */
const PROGRESS = { staged: 0.15, folded: 0.8, computed: 0.85 } as const;

type ValuesRequest = Omit<TrainingSetRequest, 'out'>;

/** What is known when the rows are staged and checked. */
interface Staged {
  readonly rows: LabelRows;
  readonly timestampColumn: string;
  /** null: there are no rows. */
  readonly span: RowSpan | null;
  /** By name of the entity. */
  readonly keys: ReadonlyMap<string, EntityKeys>;
}

/** What the folds left, in one table each. */
interface Folded {
  readonly tables: readonly ResultTable[];
  readonly tallies: readonly FoldTally[];
}

/**
 * Throws `invalid_request` that says what is wrong with the rows, and where; `not_found` for features that there are not. Leaves no
 * table behind, and no half of a file.
 */
export async function makeTrainingSet(
  store: OfflineStore,
  request: TrainingSetRequest,
): Promise<TrainingSetResult> {
  const { out, ...asked } = request;
  await out.check();
  return computeRows(store, asked, (computed) => write(store, request, computed));
}

/** Rows with their features beside them, in ClickHouse. */
export interface ComputedRows {
  readonly plan: TrainingPlan;
  readonly rows: LabelRows;
  /** `FROM …`, to be read with the settings IN_ORDER: the columns of the rows, and what the next two name. */
  readonly fromSql: string;
  /** SQL of the value of each feature that was asked for. */
  readonly values: readonly string[];
  /** SQL of its status, as a name; only where statuses were asked for. */
  readonly statuses: readonly string[];
  /** Of each feature that was asked for, how many values have each status. */
  readonly counts: readonly Readonly<Record<string, number>>[];
  readonly events: number;
  /** For tables that are dropped with those of the rows. */
  readonly work: WorkTables;
}

/** Computes what a training set has, and drops its tables when `use` has ended. Throws as `makeTrainingSet` does. */
export async function computeRows<T>(
  store: OfflineStore,
  request: ValuesRequest,
  use: (computed: ComputedRows) => Promise<T>,
): Promise<T> {
  const plan = trainingPlan(request.project, request.features, request.columns);
  const work = new WorkTables(store);
  try {
    await work.dropAbandoned();
    const staged = await stage(store, request, plan, work);
    const folded = await foldViews(store, request, plan, work, staged);
    const { tables, tallies } = await computeOnDemand(store, request, plan, work, staged, folded);
    const places = plan.outputs.map(({ folded: of, index }) => ({ table: of ?? plan.folded.length, index }));
    return await use({
      plan,
      rows: staged.rows,
      fromSql: joinedSql(staged.rows.rowsSql, tables),
      values: places.map(({ table, index }) => valueName(table, index)),
      statuses: places.map(({ table, index }) => statusText(statusName(table, index))),
      counts: places.map(({ table, index }) =>
        countsOf((tallies[table] as FoldTally).statuses[index] as number[]),
      ),
      events: tallies.reduce((sum, { events }) => sum + events, 0),
      work,
    });
  } finally {
    await work.drop();
  }
}

async function stage(
  store: OfflineStore,
  request: ValuesRequest,
  plan: TrainingPlan,
  work: WorkTables,
): Promise<Staged> {
  const tell = (sent: number, size: number) =>
    request.onProgress?.((PROGRESS.staged * sent) / size, 'sending the rows');
  const rows = await stageRows(store, request.rows, work.name('rows'), tell, request.signal);
  request.signal?.throwIfAborted();
  const names = rows.columns.map(({ name }) => name);
  featureColumns(request.features, names, request.withStatuses); // names that clash are told before the work
  const timestampColumn = request.timestampColumn ?? foundTimestamp(names);
  const entities = new Map(plan.folded.map(({ entity }) => [entity.name, entity]));
  const fields = [...entities.values()].flatMap((entity) => keyFields(entity, request.columns));
  await rows.check(timestampColumn, [...fields, ...plan.request]);
  const keys = new Map<string, EntityKeys>();
  for (const entity of entities.values()) {
    const rowsSql = rows.select(timestampColumn, keyFields(entity, request.columns));
    keys.set(entity.name, await makeEntityKeys(store, rowsSql, entity, work.name(`keys_${entity.name}`)));
  }
  return { rows, timestampColumn, keys, span: await spanOf(store, rows, timestampColumn) };
}

function foundTimestamp(columns: readonly string[]): string {
  const found = TIMESTAMP_COLUMNS.filter((name) => columns.includes(name));
  if (found.length === 1) return found[0] as string;
  throw new ForebayError(
    'invalid_request',
    `rows: which column is the instant of a row? ${found.length === 0 ? 'none' : 'more than one'} of them is "${TIMESTAMP_COLUMNS.join('" or "')}", ` +
      `and there are ${columns.map((name) => `"${name}"`).join(', ')}: name it (--timestamp-column)`,
  );
}

async function spanOf(
  store: OfflineStore,
  rows: LabelRows,
  timestampColumn: string,
): Promise<RowSpan | null> {
  if (rows.count === 0) return null;
  const [span] = await store.rows<{ first: number; last: number }>(
    `SELECT toFloat64(min(t)) AS first, toFloat64(max(t)) AS last FROM (${rows.select(timestampColumn, [])})`,
  );
  return { firstMs: span?.first as number, lastMs: span?.last as number };
}

/** Every view that is needed, each into a table of its own. */
async function foldViews(
  store: OfflineStore,
  request: ValuesRequest,
  plan: TrainingPlan,
  work: WorkTables,
  { rows, keys, span }: Staged,
): Promise<Folded> {
  const withStatuses = request.withStatuses || plan.onDemand.length > 0;
  const tables: ResultTable[] = [];
  for (const [i, { asked, view }] of plan.folded.entries()) {
    const types = asked.map((name) => view.features.find((feature) => feature.name === name)!.type);
    const table = work.name(`view_${i}`);
    await createResultTable(store, table, types.map(clickhouseTypeOf), withStatuses);
    tables.push({ table, features: asked.length, withStatuses });
  }
  const empty = plan.folded.map(({ asked }) => newTally(asked.length));
  if (span === null) return { tables, tallies: empty };
  const threads = request.threads ?? threadsFor(rows.count);
  const { knownAsOfMs, isReproducible = false } = request;
  const jobs: (FoldJob & { readonly view: number })[] = [];
  for (const [view, folded] of plan.folded.entries()) {
    const ofEntity = keys.get(folded.entity.name) as EntityKeys;
    const asked = { count: rows.count, keys: ofEntity, span, knownAsOfMs, isReproducible };
    const { statementOf, withStates } = await viewStream(store, folded, work, asked);
    const into = quoteName((tables[view] as ResultTable).table);
    for (let share = 0; share < threads; share++) {
      const statement = statementOf({ share, shares: threads });
      jobs.push({ view, folded, statement, withStates, into, withStatuses });
    }
  }
  const all = plan.folded.length * rows.count;
  const tell = (done: number) =>
    request.onProgress?.(
      PROGRESS.staged + (PROGRESS.folded - PROGRESS.staged) * (done / all),
      'folding events',
    );
  const tallies = await runFoldJobs(store, jobs, threads, tell, request.signal);
  for (const [i, { view }] of jobs.entries()) addTally(empty[view] as FoldTally, tallies[i] as FoldTally);
  for (const [i, { view }] of plan.folded.entries())
    refuseLostRows(view.name, rows.count, empty[i] as FoldTally);
  return { tables, tallies: empty };
}

function threadsFor(rows: number): number {
  return Math.max(1, Math.min(availableParallelism() >> 1, Math.floor(rows / ROWS_PER_THREAD)));
}

/** Results are pasted to the rows by position, so there must be one for each. */
function refuseLostRows(view: string, wanted: number, { rows }: FoldTally): void {
  if (rows === wanted) return;
  throw new ForebayError('internal', `view "${view}": ${rows} of ${wanted} rows came out of the fold`);
}

async function createResultTable(
  store: OfflineStore,
  table: string,
  types: readonly string[],
  withStatuses: boolean,
): Promise<void> {
  // they live for minutes and are read once, so compressing them costs more than it gives
  const columns = types.map((type, i) => `f${i} ${type} CODEC(NONE)`);
  const statuses = withStatuses ? types.map((_, i) => `s${i} UInt8 CODEC(NONE)`) : [];
  await store.command(
    `CREATE TABLE ${quoteName(table)} (${['n UInt64', ...columns, ...statuses].join(', ')}) ENGINE = MergeTree ORDER BY n`,
  );
}

/** The on-demand features, into one more table. */
async function computeOnDemand(
  store: OfflineStore,
  request: ValuesRequest,
  plan: TrainingPlan,
  work: WorkTables,
  { rows, timestampColumn }: Staged,
  folded: Folded,
): Promise<Folded> {
  if (plan.onDemand.length === 0) return folded;
  request.onProgress?.(PROGRESS.folded, 'computing on-demand features');
  const stream = new OnDemandStream(request.project, plan);
  const table = work.name('on_demand');
  await createResultTable(
    store,
    table,
    stream.asked.map(({ type }: AskedFeature) => clickhouseTypeOf(type)),
    true,
  );
  const results = new ViewResults(stream.asked, true);
  const query = stream.streamSql(rows.select(timestampColumn, plan.request), folded.tables);
  const { bytes, exceptionTag } = await store.stream(query, {}, IN_ORDER, request.signal);
  try {
    await insertBlocks(store, quoteName(table), stream.evaluate(readBlocks(bytes, exceptionTag), results));
  } finally {
    bytes.destroy();
  }
  refuseLostRows('on demand', rows.count, results.tally);
  return {
    tables: [...folded.tables, { table, features: stream.asked.length, withStatuses: true }],
    tallies: [...folded.tallies, results.tally],
  };
}

async function write(
  store: OfflineStore,
  request: TrainingSetRequest,
  { rows, fromSql, values, statuses, counts, events }: ComputedRows,
): Promise<TrainingSetResult> {
  const names = rows.columns.map(({ name }) => name);
  const features = featureColumns(request.features, names, request.withStatuses);
  const selected = features.flatMap((name, i) => {
    const value = `${values[i]} AS ${quoteName(name)}`;
    return request.withStatuses ? [value, `${statuses[i]} AS ${quoteName(statusColumn(name))}`] : [value];
  });
  const query = `SELECT ${[...names.map(quoteName), ...selected].join(', ')}\n  ${fromSql}`;
  const tell = () => request.onProgress?.(PROGRESS.computed, 'writing');
  const statement = { query, parameters: {} };
  const bytes = await writeTrainingFile(store, statement, request.out, tell, request.signal);
  return {
    rows: rows.count,
    bytes,
    events,
    columns: [
      ...names,
      ...features.flatMap((name) => (request.withStatuses ? [name, statusColumn(name)] : [name])),
    ],
    statuses: counts,
  };
}

function statusText(status: string): string {
  const names = Object.entries(STATUS);
  return `transform(${status}, [${names.map(([, number]) => number).join(', ')}], [${names.map(([name]) => `'${name}'`).join(', ')}], '')`;
}

function countsOf(counts: readonly number[]): Record<string, number> {
  return Object.fromEntries(Object.entries(STATUS).map(([name, number]) => [name, counts[number] as number]));
}
