/** Training sets of a scene by the real statements: ClickHouse sorts events and rows, the fold reads its stream. */
import type { ViewLayout, ViewOutput } from '@forebay/algebra';
import {
  type EntityKeys,
  type EventStreamChoice,
  eventStreamSql,
  foldEvents,
  makeEntityKeys,
  newTally,
  type RowSink,
  readBlocks,
} from '@forebay/training-set';
import type { Comparison } from './comparison';
import { LOAD, type ParityArchive } from './parity-archive';
import type { ParityCase } from './parity-case';
import { compareRows } from './training-rows';

const ENTITY = {
  id: 1,
  name: 'who',
  joinKeys: [{ name: 'who', type: 'string' }],
  metadata: { owner: '', description: '', tags: {} },
} as const;

/** The archive holds everything. Rows that all see what was known at one time, or each what was known at its own, are one training set. */
export async function compareSqlTraining(
  archive: ParityArchive,
  layout: ViewLayout,
  cases: readonly ParityCase[],
): Promise<Comparison[][]> {
  const found = new Map<ParityCase, Comparison[]>();
  for (const knownAsOfMs of new Set(cases.map(({ rows }) => rows.knownAsOfMs))) {
    const some = cases.filter(({ rows }) => rows.knownAsOfMs === knownAsOfMs && rows.timestampsMs.length > 0);
    if (some.length === 0) continue;
    const outputs = await trainingSet(archive, layout, some, knownAsOfMs);
    let next = 0;
    for (const each of some) {
      const own = outputs.slice(next, next + each.rows.timestampsMs.length);
      found.set(each, compareRows('training set from ClickHouse', each, own));
      next += own.length;
    }
  }
  return cases.map((each) => found.get(each) ?? []);
}

/** The values of all rows, case after case. */
async function trainingSet(
  archive: ParityArchive,
  layout: ViewLayout,
  cases: readonly ParityCase[],
  knownAsOfMs: number | null,
): Promise<ViewOutput[]> {
  const { view, source } = layout;
  const wanted = cases.flatMap(({ key, rows }) =>
    rows.timestampsMs.map((timestampMs) => ({ key, timestampMs })),
  );
  const tables = [`rows_of_${source.table}`, `keys_of_${source.table}`] as const;
  try {
    const times = wanted.map(({ timestampMs }) => timestampMs);
    return await foldedRows(archive, layout, {
      keys: await stageKeys(archive, tables, wanted),
      share: { share: 0, shares: 1 },
      span: { firstMs: Math.min(...times), lastMs: Math.max(...times) },
      clocks: { schedule: view.schedule, knownAsOfMs },
      finishedLoads: [LOAD],
    });
  } finally {
    for (const name of tables) await archive.store.command(`DROP TABLE IF EXISTS ${name} SYNC`);
  }
}

async function foldedRows(
  { store }: ParityArchive,
  layout: ViewLayout,
  choice: EventStreamChoice,
): Promise<ViewOutput[]> {
  const outputs: ViewOutput[] = [];
  const { query, parameters } = eventStreamSql(layout, choice);
  const { bytes, exceptionTag } = await store.stream(query, parameters);
  const nothing = foldEvents(layout, readBlocks(bytes, exceptionTag), collector(outputs));
  for await (const _ of nothing); // the collector gives no bytes
  return outputs;
}

function collector(outputs: ViewOutput[]): RowSink {
  return {
    tally: newTally(0),
    push(row, { numbers, others, statuses }) {
      outputs[row] = {
        numbers: numbers.slice(),
        others: [...others],
        statuses: statuses.slice(),
        reason: null,
      };
      return null;
    },
    rest: () => null,
  };
}

async function stageKeys(
  { store }: ParityArchive,
  [table, keysTable]: readonly [rows: string, keys: string],
  wanted: readonly { readonly key: string; readonly timestampMs: number }[],
): Promise<EntityKeys> {
  await store.command(`CREATE TABLE ${table} (n UInt64, v0 String, t Int64) ENGINE = MergeTree ORDER BY n`);
  await store.insertRows(
    table,
    wanted.map(({ key, timestampMs }, n) => ({ n, v0: key, t: timestampMs })),
  );
  return makeEntityKeys(store, `SELECT n, t, v0 FROM ${table}`, ENTITY, keysTable);
}
