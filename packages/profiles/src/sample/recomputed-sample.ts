/** Features of one view as a training set has them: of every entity that had a value, at instants of an interval. */
import { compileTableView, compileView } from '@forebay/algebra';
import { ForebayError, formatInstant } from '@forebay/contract';
import {
  type AggregationView,
  entityOf,
  type FeatureReference,
  findView,
  type Project,
  sourceOf,
  type TableView,
  tableSourceOf,
  type Window,
} from '@forebay/definitions';
import {
  eventRowsSql,
  finishedLoadsOf,
  type OfflineStore,
  quoteName,
  readTableColumns,
  type Statement,
  tableRowsSql,
} from '@forebay/offline-store';
import { type ComputedRows, computeRows, IN_ORDER, WorkTables } from '@forebay/training-set';
import type { FeatureProfile } from '../feature-profile';
import { measuredColumn } from '../statistics/measured-column';
import { profileValues } from '../statistics/profile-values';
import type { Instants } from './instants';

export interface RecomputedSample {
  readonly project: Project;
  /** All of one view, which is no on-demand view. */
  readonly features: readonly FeatureReference[];
  /** What each is called in the profile. */
  readonly names: readonly string[];
  readonly instants: Instants;
  /** Of more, a share of the entities is taken, the same ones each time. */
  readonly maxRows: number;
  /** Without it a sample of no entity is refused. */
  readonly mayBeEmpty?: true;
  readonly signal?: AbortSignal;
}

export interface SampleProfile {
  readonly features: readonly FeatureProfile[];
  /** Rows that were computed. */
  readonly rows: number;
  /** One of so many entities is in the sample. */
  readonly oneOf: number;
}

/** Throws `not_found`, and `failed_precondition` where no entity has a row. */
export async function profileRecomputed(
  store: OfflineStore,
  sample: RecomputedSample,
): Promise<SampleProfile> {
  return withSampleTable(store, sample, (table) => profileTable(store, sample, table));
}

/** A table with the features of the sample beside the rows, and where its columns are. */
export interface SampleTable {
  readonly table: string;
  readonly rows: number;
  readonly oneOf: number;
  /** In the order of the features. */
  readonly columns: readonly {
    readonly value: string;
    readonly status: string;
    readonly type: string;
    readonly absent: number;
  }[];
}

/** The table is dropped when `use` has ended. */
export async function withSampleTable<Result>(
  store: OfflineStore,
  sample: RecomputedSample,
  use: (table: SampleTable) => Promise<Result>,
): Promise<Result> {
  const work = new WorkTables(store);
  try {
    return await useSampleTable(store, sample, work, use);
  } finally {
    await work.drop();
  }
}

const AT = '_at';

async function useSampleTable<Result>(
  store: OfflineStore,
  sample: RecomputedSample,
  work: WorkTables,
  use: (table: SampleTable) => Promise<Result>,
): Promise<Result> {
  const { project, features, signal } = sample;
  const population = await populationOf(store, sample);
  const { rows, oneOf } = await makeRows(store, sample, population, work);
  const request = {
    project,
    features,
    rows: { query: `SELECT * FROM ${quoteName(rows)}` },
    timestampColumn: AT,
    columns: Object.fromEntries(population.joinKeys.map((name, i) => [name, `_key${i}`])),
    knownAsOfMs: null,
    withStatuses: true,
    threads: 1,
    ...(signal === undefined ? {} : { signal }),
  };
  return computeRows(store, request, async (computed) => use(await keptValues(store, computed, oneOf)));
}

/** Statistics read each column by itself, some of them several times. */
async function keptValues(
  store: OfflineStore,
  { fromSql, values, statuses, counts, rows, work }: ComputedRows,
  oneOf: number,
): Promise<SampleTable> {
  const table = work.name('sample');
  const selected = values.flatMap((value, i) => [`${value} AS v${i}`, `${statuses[i]} AS s${i}`]);
  await store.command(
    `CREATE TABLE ${quoteName(table)} ENGINE = MergeTree ORDER BY tuple() AS SELECT ${selected.join(', ')} ${fromSql}`,
    {},
    IN_ORDER,
  );
  const described = await store.rows<{ name: string; type: string }>(
    `DESCRIBE TABLE ${quoteName(table)}`,
    {},
    { print_pretty_type_names: 0 },
  );
  const types = new Map(described.map(({ name, type }) => [name, type]));
  return {
    table,
    rows: rows.count,
    oneOf,
    columns: values.map((_, i) => ({
      value: `v${i}`,
      status: `s${i}`,
      type: types.get(`v${i}`) as string,
      absent: counts[i]?.NOT_FOUND ?? 0,
    })),
  };
}

async function profileTable(
  store: OfflineStore,
  { features, names }: RecomputedSample,
  { table, rows, oneOf, columns }: SampleTable,
): Promise<SampleProfile> {
  const profiles: FeatureProfile[] = [];
  for (const [i, { view, version }] of features.entries()) {
    const { value, status, type, absent } = columns[i] as SampleTable['columns'][number];
    const measured = measuredColumn(value, type);
    if (measured === null) continue;
    const { measure, sql } = measured;
    const described = { feature: names[i] as string, view: `${view}@${version}`, measure, absent };
    profiles.push(
      await profileValues(store, described, {
        sql: knownValuesSql(table, { sql, status }),
        parameters: {},
      }),
    );
  }
  return { features: profiles, rows, oneOf };
}

/** Lists and maps that are null are empty in the table. */
export function knownValuesSql(table: string, { sql, status }: { sql: string; status: string }): string {
  return `SELECT if(${quoteName(status)} IN ('NULL_VALUE', 'OUTSIDE_MAX_AGE'), NULL, ${sql}) AS v
    FROM ${quoteName(table)} WHERE ${quoteName(status)} != 'NOT_FOUND'`;
}

interface Population {
  readonly joinKeys: readonly string[];
  /** Columns `g0` …, texts of the join keys, of every entity that may have a value. */
  readonly statement: Statement;
}

async function populationOf(
  store: OfflineStore,
  { project, features, instants }: RecomputedSample,
): Promise<Population> {
  const { view: name, version } = features[0] as FeatureReference;
  const found = findView(project, name, version);
  if (found === undefined || found.kind === 'on-demand view')
    throw new ForebayError(
      'not_found',
      `view "${project.name}.${name}@${version}" ${found === undefined ? 'is not applied' : 'is computed from requests: profile a training set, or the log of served vectors'}`,
    );
  const joinKeys = entityOf(project, found.view).joinKeys.map((key) => key.name);
  return {
    joinKeys,
    statement:
      found.kind === 'table view'
        ? await tableEntities(store, project, found.view, instants)
        : await eventEntities(store, project, found.view, instants),
  };
}

async function eventEntities(
  store: OfflineStore,
  project: Project,
  view: AggregationView,
  { fromMs, untilMs }: Instants,
): Promise<Statement> {
  const source = sourceOf(project, view);
  const { schedule } = view;
  const lagMs = schedule === null ? 0 : schedule.delayMs + schedule.intervalMs;
  const reachMs = Math.max(...view.features.map(({ window }) => reachOf(window)));
  const from = Number.isFinite(reachMs) ? 'from' : null;
  const { sql, keys } = eventRowsSql(compileView(view, source), { from, until: 'until', known: null });
  return {
    query: `SELECT DISTINCT ${keys.join(', ')} FROM (${sql})`,
    parameters: {
      ...(from === null ? {} : { from: fromMs - reachMs - lagMs }),
      until: untilMs,
      finished: await finishedLoadsOf(store, source),
    },
  };
}

/** How far before an instant the oldest event of its window may lie, ms. */
function reachOf(window: Window): number {
  switch (window.kind) {
    case 'lifetime':
      return Number.POSITIVE_INFINITY;
    case 'tumbling':
      return 2 * window.lengthMs;
    default:
      return window.lengthMs + window.hopMs;
  }
}

async function tableEntities(
  store: OfflineStore,
  project: Project,
  view: TableView,
  { untilMs }: Instants,
): Promise<Statement> {
  const source = tableSourceOf(project, view);
  const columns = await readTableColumns(store, source);
  const { sql, keys } = tableRowsSql(compileTableView(view, source), columns, {
    condition: 'et < {until:Int64}',
    withoutCells: true,
  });
  return { query: `SELECT DISTINCT ${keys.join(', ')} FROM (${sql})`, parameters: { until: untilMs } };
}

/** `range` makes the rows of a block at once. */
const ROWS_SETTINGS = { max_block_size: '8192' } as const;

async function makeRows(
  store: OfflineStore,
  { instants, maxRows, mayBeEmpty, features }: RecomputedSample,
  { statement, joinKeys }: Population,
  work: WorkTables,
): Promise<{ rows: string; oneOf: number }> {
  const [table, entities] = [work.name('rows'), work.name('entities')];
  const keys = joinKeys.map((_, i) => `g${i}`);
  await store.command(
    `CREATE TABLE ${quoteName(entities)} ENGINE = MergeTree ORDER BY tuple() AS ${statement.query}`,
    statement.parameters,
  );
  const [counted] = await store.rows<{ entities: number }>(
    `SELECT toFloat64(count()) AS entities FROM ${quoteName(entities)}`,
  );
  const all = counted?.entities ?? 0;
  const { fromMs, untilMs, everyMs } = instants;
  if (all === 0 && mayBeEmpty === undefined) {
    const { view, version } = features[0] as FeatureReference;
    throw new ForebayError(
      'failed_precondition',
      `view "${view}@${version}": no entity has an event or a row that counts between ${formatInstant(fromMs)} and ${formatInstant(untilMs)}; load the history of that time, or name another one`,
    );
  }
  const oneOf = Math.max(1, Math.ceil((all * Math.ceil((untilMs - fromMs) / everyMs)) / maxRows));
  const named = keys.map((key, i) => `${key} AS _key${i}`).join(', ');
  await store.command(
    `CREATE TABLE ${quoteName(table)} ENGINE = MergeTree ORDER BY tuple() AS
      SELECT ${named}, fromUnixTimestamp64Milli(arrayJoin(range({from:Int64}, {until:Int64}, {every:Int64})), 'UTC') AS ${AT}
      FROM ${quoteName(entities)} WHERE cityHash64(${keys.join(', ')}) % {oneOf:UInt32} = 0`,
    { from: fromMs, until: untilMs, every: everyMs, oneOf },
    ROWS_SETTINGS,
  );
  return { rows: table, oneOf };
}
