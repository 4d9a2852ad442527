/** Training sets of a scene by the real statements: ClickHouse sorts events and rows, the fold reads its stream. */
import type { ViewLayout, ViewOutput } from '@forebay/algebra';
import type { OfflineStore } from '@forebay/offline-store';
import {
  type EntityKeys,
  type EventStreamChoice,
  eventStreamSql,
  foldEvents,
  makeCoarseTiles,
  makeEntityKeys,
  newTally,
  type RowSink,
  readBlocks,
} from '@forebay/training-set';
import type { Comparison } from './comparison';
import { LOAD, type ParityArchive } from './parity-archive';
import type { ParityCase } from './parity-case';
import { compareRows } from './training-rows';

export const ENTITY = {
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
    const { byEvents, byTiles } = await trainingSets(archive, layout, some, knownAsOfMs);
    let next = 0;
    for (const each of some) {
      const end = next + each.rows.timestampsMs.length;
      found.set(each, [
        ...compareRows('training set from ClickHouse', each, byEvents.slice(next, end)),
        ...compareRows('training set from tiles', each, byTiles.slice(next, end)),
      ]);
      next = end;
    }
  }
  return cases.map((each) => found.get(each) ?? []);
}

/** The values of all rows, case after case: of every event by itself, and of tiles where no row looks into them. */
async function trainingSets(
  archive: ParityArchive,
  layout: ViewLayout,
  cases: readonly ParityCase[],
  knownAsOfMs: number | null,
): Promise<{ byEvents: ViewOutput[]; byTiles: ViewOutput[] }> {
  const { view, source } = layout;
  const wanted = cases.flatMap(({ key, rows }) =>
    rows.timestampsMs.map((timestampMs) => ({ key, timestampMs })),
  );
  const tables = [`rows_of_${source.table}`, `keys_of_${source.table}`, `tiles_of_${source.table}`] as const;
  try {
    const times = wanted.map(({ timestampMs }) => timestampMs);
    const keys = await stageKeys(archive.store, tables, wanted);
    const clocks = { schedule: view.schedule, knownAsOfMs };
    const choice: EventStreamChoice = {
      keys,
      share: { share: 0, shares: 1 },
      span: { firstMs: Math.min(...times), lastMs: Math.max(...times) },
      clocks,
      finishedLoads: [LOAD],
      tiles: null,
      wantedSql: null,
    };
    const byEvents = await foldedRows(archive, layout, choice);
    const tiles = await makeCoarseTiles(archive.store, layout, keys, clocks, tables[2]);
    const wantedSql = `(t.who) IN (SELECT r0 FROM ${keys.table})`;
    return { byEvents, byTiles: await foldedRows(archive, layout, { ...choice, tiles, wantedSql }) };
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
  const nothing = foldEvents(
    layout,
    readBlocks(bytes, exceptionTag),
    collector(outputs),
    choice.tiles !== null,
  );
  for await (const _ of nothing); // the collector gives no bytes
  return outputs;
}

/** Keeps the values of rows by their numbers. */
export function collector(outputs: ViewOutput[]): RowSink {
  return {
    tally: newTally(0),
    push(row, { numbers, others, statuses }) {
      outputs[row] = {
        numbers: numbers.slice(),
        others: [...others],
        statuses: statuses.slice(),
        reason: null,
        allPresent: false,
        newestEventMs: Number.NaN,
      };
      return null;
    },
    rest: () => null,
  };
}

/** The rows, and the entities that they ask for, in two tables; the caller drops them. */
export async function stageKeys(
  store: OfflineStore,
  [table, keysTable]: readonly [rows: string, keys: string, ...others: string[]],
  wanted: readonly { readonly key: string; readonly timestampMs: number }[],
): Promise<EntityKeys> {
  await store.command(`CREATE TABLE ${table} (n UInt64, v0 String, t Int64) ENGINE = MergeTree ORDER BY n`);
  await store.insertRows(
    table,
    wanted.map(({ key, timestampMs }, n) => ({ n, v0: key, t: timestampMs })),
  );
  return makeEntityKeys(store, `SELECT n, t, v0 FROM ${table}`, ENTITY, keysTable);
}
