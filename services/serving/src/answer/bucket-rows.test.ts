import { type BucketReaders, bucketOf, type ReadJob, StoredValues } from '@forebay/online-store';
import type { ServicePlan } from '../plan/plan';
import type { ReadableView } from '../plan/readable-view';
import { EntityKeys } from '../request/entity-keys';
import { readBucketRows } from './bucket-rows';
import { type ReadRows, RowParts } from './stored-rows';

const BUCKETS = 16;

/** A view with two parts and a batch marker; each key says where it is. */
function view(name: string): ReadableView {
  return {
    keysIn: (bucket: number) => ({
      partPrefixes: ['s', 'b'].map((part) => Buffer.from(`{${bucket}}${name}.${part}.`)),
      streamMarkerKey: null,
      progressKey: null,
      batchMarkerKey: Buffer.from(`{${bucket}}${name}`),
      tickMarkerKeys: [],
    }),
    partPrefixes: ['s', 'b'],
    parts: { stream: 0, open: -1, sealed: -1, batch: 1, even: -1, odd: -1 },
    streamMarkerKey: null,
    batchMarkerKey: Buffer.from(name),
    tickMarkerKeys: [],
    decodeMarker: (bytes: Uint8Array) => Buffer.from(bytes).toString(),
  } as unknown as ReadableView;
}

const plan = {
  entityKeys: [[0], [1]],
  views: ['users', 'shops', 'carts'].map((name, index) => ({
    index,
    readable: view(name),
    entityKey: name === 'shops' ? 1 : 0,
    progress: -1,
  })),
} as unknown as ServicePlan;

/** Answers every key with its own text; `sizes` has the counts of keys by bucket. */
function echoing(failing = -1) {
  const sizes = new Map<number, number[]>();
  const of = (bucket: number) => ({
    read(job: ReadJob) {
      const values: Buffer[] = [];
      const sink = {
        key: (prefix: Uint8Array, rest: string | Uint8Array) =>
          values.push(Buffer.concat([prefix, Buffer.from(rest)])),
        integerKey: () => undefined,
      };
      job.shared?.writeKeys(sink);
      const from = values.length;
      job.writeKeys(sink);
      sizes.set(bucket, [...(sizes.get(bucket) ?? []), values.length]);
      setImmediate(() => {
        if (bucket === failing) job.onError({ reason: 'unavailable' } as never);
        else job.onValues(StoredValues.of(values), from, 0);
      });
    },
  });
  return { readers: { buckets: BUCKETS, of } as unknown as BucketReaders, sizes };
}

function keysOf(users: readonly string[], shops: readonly string[]): EntityKeys {
  const column = (joinKey: string, values: readonly string[]) =>
    ({ joinKey, kind: 'strings', values }) as const;
  return new EntityKeys(users.length, [[column('user', users)], [column('shop', shops)]]);
}

function read(readers: BucketReaders, keys: EntityKeys, of = plan): Promise<readonly ReadRows[]> {
  return new Promise((resolve, reject) => {
    readBucketRows(readers, of, keys, 1_000, { keepsReads: true, onRows: resolve, onError: reject });
  });
}

const text = (bytes: Uint8Array | null) => Buffer.from(bytes ?? []).toString();

test('each row gets the parts and the markers of its own buckets', async () => {
  const users = Array.from({ length: 50 }, (_, i) => `user-${i}`);
  const shops = users.map((_, i) => `shop-${i % 7}`);
  const { readers } = echoing();
  const rows = await read(readers, keysOf(users, shops));
  expect(rows).toHaveLength(50);
  const parts = new RowParts();
  for (const [row, readRow] of rows.entries()) {
    expect([readRow.fromRow, readRow.toRow]).toEqual([row, row + 1]);
    for (const [i, name] of ['users', 'shops', 'carts'].entries()) {
      const entity = (name === 'shops' ? shops : users)[row] as string;
      const tag = `{${bucketOf(entity, BUCKETS)}}${name}`;
      readRow.take(readRow.positionOf(row), plan.views[i] as never, parts);
      expect([text(parts.stream), text(parts.batch)]).toEqual([`${tag}.s.${entity}`, `${tag}.b.${entity}`]);
      expect(readRow.clocks[i]?.batchMarker).toBe(tag);
    }
  }
});

test('a bucket is asked once for the entities of a request, until a command is full', async () => {
  const one = Array.from({ length: 400 }, () => 'same');
  const { readers, sizes } = echoing();
  await read(readers, keysOf(one, one));
  const [ofBucket] = [...sizes.values()];
  expect(sizes.size).toBe(1);
  expect(Math.max(...(ofBucket ?? []))).toBeLessThanOrEqual(400);
  // 400 × 2 views with 2 parts in commands of 400 keys less the markers, and the same with one view
  expect(ofBucket).toHaveLength(5 + 3);
});

test('the first error is told, once', async () => {
  const users = Array.from({ length: 50 }, (_, i) => `user-${i}`);
  const { readers } = echoing(bucketOf('user-3', BUCKETS));
  await expect(read(readers, keysOf(users, users))).rejects.toMatchObject({ reason: 'unavailable' });
});

test('a plan without stored views, and a request without rows, are answered too', async () => {
  const { readers } = echoing();
  const computed = { entityKeys: [], views: [] } as unknown as ServicePlan;
  expect(await read(readers, new EntityKeys(2, []), computed)).toHaveLength(2);
  expect(await read(readers, keysOf([], []))).toEqual([]);
});
