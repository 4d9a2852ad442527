/** Fields that were looked up, found again by the positions of their events. */
import {
  ArchiveBlock,
  ArchiveWriter,
  applyEventSource,
  archivedEnds,
  archivedFields,
  createMetaTables,
  type OfflineStore,
  openOfflineStore,
} from '@forebay/offline-store';
import { sharedStack, uniqueName, useDatabase } from '../support/stack';
import { eventSource } from './offline-store-fixtures';

const database = useDatabase('fields');
let store: OfflineStore;

beforeAll(async () => {
  store = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: database.name });
  await createMetaTables(store);
});
afterAll(() => store.close());

const FIELDS = [
  { name: 'at', type: 'timestamp' },
  { name: 'a', type: 'int64' },
  { name: 'b', type: 'double' },
  { name: 'c', type: 'string' },
  { name: 'd', type: 'bool' },
  { name: 'e', type: 'timestamp' },
  { name: 'f', type: 'int32' },
] as const;
const AT = Date.UTC(2026, 0, 1);

async function archive(
  rows: readonly (readonly [partition: number, offset: number, claim: number, values: unknown[]])[],
) {
  const source = eventSource(uniqueName('events'), FIELDS);
  await applyEventSource(store, source);
  const writer = new ArchiveWriter(store, source, 0, () => AT);
  // a block each: none is merged with another before it is asked for
  for (const [partition, offset, claim, values] of rows) {
    const block = new ArchiveBlock(source);
    const position = { log: 8_192 + partition, offset, knownAtMs: AT, arrivedAtMs: AT, claim };
    block.append([AT, ...(values as string[])], position);
    await writer.insert(block, []);
  }
  return source;
}

const NULLS = [null, null, null, null, null, null];

test('values of every type come back as they were', async () => {
  const values = [2n ** 63n - 1n, 0.1, 'zoë "1"', false, AT + 1, -7];
  const source = await archive([
    [0, 3, 1, values],
    [0, 4, 1, [7, -1e300, '', true, 0, 0]],
    [0, 5, 1, NULLS],
    [1, 4, 1, NULLS],
  ]);
  const read = await archivedFields(store, source, source.fields.slice(1), { partition: 0, from: 3, to: 6 });
  expect([...read]).toEqual([
    [3, values],
    [4, [7, -1e300, '', true, 0, 0]],
    [5, NULLS],
  ]);
  expect(
    await archivedFields(store, source, source.fields.slice(1, 2), { partition: 0, from: 4, to: 5 }),
  ).toEqual(new Map([[4, [7]]]));
  expect(await archivedEnds(store, source)).toEqual(
    new Map([
      [0, 6],
      [1, 5],
    ]),
  );
});

test('of rows of one position the one with the highest claim counts, in whatever order they came', async () => {
  const row = (a: number) => [a, null, null, null, null, null];
  const source = await archive([
    [0, 0, 20, row(1)],
    [0, 0, 10, row(2)],
    [0, 1, 10, row(3)],
    [0, 1, 20, row(4)],
    // of equal claims the last one
    [0, 2, 20, row(5)],
    [0, 2, 20, row(6)],
  ]);
  const final = () => store.rows(`SELECT toInt32(a) AS a FROM ${source.table} FINAL ORDER BY _offset`);
  const expected = [{ a: 1 }, { a: 4 }, { a: 6 }];
  expect(await final()).toEqual(expected);
  const read = await archivedFields(store, source, source.fields.slice(1, 2), {
    partition: 0,
    from: 0,
    to: 2,
  });
  expect([...read.values()]).toEqual([[1], [4]]);
  await store.command(`OPTIMIZE TABLE ${source.table} FINAL`);
  expect(await final()).toEqual(expected);
});
