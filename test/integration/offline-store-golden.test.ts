/** Batch lists as ClickHouse wrote them when the golden files were made; what they mean is read in test/parity/golden.test.ts. */
import type { ViewLayout } from '@forebay/algebra';
import {
  ArchiveBlock,
  ArchiveWriter,
  applyEventSource,
  createMetaTables,
  type OfflineStore,
  openOfflineStore,
  streamSegments,
} from '@forebay/offline-store';
import { GOLDEN_CUT, GOLDEN_T, goldenHistory } from '../parity/golden-events';
import { CLICKHOUSE_LAYOUTS, GOLDEN_SOURCE } from '../parity/golden-views';
import { goldenBytes } from '../parity/support/golden-file';
import { sharedStack, useDatabase } from '../support/stack';

const database = useDatabase('golden');
let store: OfflineStore;

beforeAll(async () => {
  store = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: database.name });
  await createMetaTables(store);
  await applyEventSource(store, GOLDEN_SOURCE);
  const block = new ArchiveBlock(GOLDEN_SOURCE);
  for (const { row, offset, timeMs } of goldenHistory())
    block.append(row, { log: 1, offset, knownAtMs: timeMs, arrivedAtMs: timeMs });
  await new ArchiveWriter(store, GOLDEN_SOURCE, 0, () => 0).insert(block, []);
});
afterAll(() => store.close());

async function batchValue(layout: ViewLayout): Promise<Buffer> {
  const run = { qMs: GOLDEN_T, cutMs: GOLDEN_CUT, finishedLoads: [1] };
  const found: Buffer[] = [];
  for await (const { values } of streamSegments(store, layout, run, { chunk: 0, chunks: 1 }))
    found.push(...(values as Buffer[]).map((value) => Buffer.from(value)));
  expect(found).toHaveLength(1);
  return found[0] as Buffer;
}

test.each(Object.entries(CLICKHOUSE_LAYOUTS))(
  'the batch list of %s is written byte for byte as ever',
  async (prefix, layout) => {
    const value = await batchValue(layout);
    expect(value.toString('hex')).toBe(goldenBytes(`${prefix}-clickhouse-batch`, value).toString('hex'));
  },
);
