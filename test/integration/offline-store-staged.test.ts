/** A slice of an archive that is staged for a backfill: once, whoever began it. */
import { randomUUID } from 'node:crypto';
import {
  ArchiveBlock,
  ArchiveWriter,
  applyEventSource,
  createMetaTables,
  createStaged,
  type OfflineStore,
  openOfflineStore,
  type StagedRun,
  stageSlice,
} from '@forebay/offline-store';
import { sharedStack, uniqueName, useDatabase, waitFor } from '../support/stack';
import { DAY, eventSource, HOUR } from './offline-store-fixtures';

const EVENTS = 300;
/** Of the archive's positions: a record of partition 0. */
const LOG = 8_192;
const FROM = Date.UTC(2026, 0, 1);
const SLICE = { fromMs: FROM, untilMs: FROM + DAY, events: EVENTS };
const FIELDS = [
  { name: 'at', type: 'timestamp' },
  { name: 'user', type: 'string' },
  { name: 'shop', type: 'int64' },
] as const;

const database = useDatabase('staged');
let store: OfflineStore;

beforeAll(async () => {
  store = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: database.name });
  await createMetaTables(store);
});
afterAll(() => store.close());

/** Events of two entities each: half of them in the slice, and each inserted twice, as by a replay. */
async function newRun(): Promise<StagedRun> {
  const source = eventSource(uniqueName('orders'), FIELDS, { archiveOrder: ['user'] });
  await applyEventSource(store, source);
  const block = new ArchiveBlock(source);
  for (let offset = 0; offset < 2 * EVENTS; offset++) {
    const at = FROM + (offset < EVENTS ? 0 : DAY) + (offset % 24) * HOUR;
    const row = [at, `user-${offset % 7}`, offset % 5];
    block.append(row, { log: LOG, offset, knownAtMs: at, arrivedAtMs: at });
  }
  const writer = new ArchiveWriter(store, source, 0, () => 0);
  await writer.insert(block, []);
  await writer.insert(block, []);
  const entities = [[{ name: 'user', type: 'string' }], [{ name: 'shop', type: 'int' }]] as const;
  const run = { run: randomUUID(), source, entities, chunks: 4, buckets: 1, finishedLoads: [] };
  await createStaged(store, run);
  return run;
}

const tableOf = ({ run }: StagedRun) => `_forebay_backfill_${run.replaceAll('-', '')}`;

async function staged(run: StagedRun, final = ''): Promise<number> {
  const [row] = await store.rows<{ n: number }>(
    `SELECT toUInt32(count()) AS n FROM ${tableOf(run)} ${final}`,
  );
  return row?.n ?? 0;
}

test('a slice that is there is not staged again', async () => {
  const run = await newRun();
  await store.command(`SYSTEM STOP MERGES ${tableOf(run)}`);
  expect(await stageSlice(store, run, 0, SLICE, 0)).toBe(true);
  expect(await staged(run)).toBe(2 * EVENTS);
  expect(await stageSlice(store, run, 0, SLICE, 0)).toBe(true);
  expect(await staged(run)).toBe(2 * EVENTS);
});

test('one that is there in part is staged again', async () => {
  const run = await newRun();
  await store.command(`SYSTEM STOP MERGES ${tableOf(run)}`);
  const part = { ...SLICE, untilMs: FROM + 12 * HOUR };
  expect(await stageSlice(store, run, 0, part, 0)).toBe(true);
  const before = await staged(run);
  expect(await stageSlice(store, run, 0, SLICE, 0)).toBe(true);
  expect(await staged(run)).toBe(before + 2 * EVENTS);
  expect(await staged(run, 'FINAL')).toBe(2 * EVENTS);
});

test('while an insert for the slice runs, nobody begins another one', async () => {
  const run = await newRun();
  const queryId = `${tableOf(run)}_0`;
  const endless = store
    .command('SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1', {}, {}, queryId)
    .catch((error: Error) => error.message);
  const isRunning = async () => {
    const found = "SELECT query FROM system.processes WHERE position(query, 'sipHash64(number)') > 0";
    return (await store.rows<{ query: string }>(found)).some(({ query }) => !query.includes('processes'));
  };
  await waitFor(isRunning, { deadlineMs: 10_000, message: 'the statement of that name runs' });
  expect(await stageSlice(store, run, 0, SLICE, 0)).toBe(false);
  expect(await stageSlice(store, run, 1, { ...SLICE, fromMs: null, untilMs: FROM + HOUR }, 0)).toBe(true);
  await store.command(`KILL QUERY WHERE query_id = '${queryId}' ASYNC`);
  expect(await endless).toMatch(/QUERY_WAS_CANCELLED/);
  expect(await stageSlice(store, run, 0, SLICE, 0)).toBe(true);
  expect(await staged(run, 'FINAL')).toBe(2 * EVENTS);
});
