import {
  connectRedis,
  entityPartKey,
  FLUSH_APPLIED,
  FLUSH_CONFLICT,
  loadStreamValues,
  MAX_ENTITIES_PER_FLUSH_CALL,
  type Part,
  type RedisConnection,
  type StreamWrite,
  StreamWriter,
  streamKeys,
} from '@forebay/online-store';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { useOwnRedis } from '../support/stack';

const bufferOf = (bytes: Uint8Array | null | undefined) => (bytes ? Buffer.from(bytes) : null);

const BUCKET = 0;
const VIEW = 12;
const KEYS = streamKeys(BUCKET, VIEW, { hasVariableParts: false });
const WIDE_KEYS = streamKeys(BUCKET, VIEW, { hasVariableParts: true });

let raw: Redis;
let connection: RedisConnection;
let writer: StreamWriter;

// Before the server stops: hooks run in the order in which they stand.
afterAll(async () => {
  await connection.close();
  raw.disconnect();
});

const server = useOwnRedis();

beforeAll(async () => {
  raw = new Redis(server.url);
  connection = await connectRedis({ url: server.url, role: 'stream', setting: 'REDIS_URL' });
  writer = new StreamWriter(connection);
});

beforeEach(async () => {
  await raw.flushall();
});

/** A value of `rows` bytes and a tail that is `token`, repeated. */
function value(rows: number, token: number): Buffer {
  return Buffer.concat([
    Buffer.from(Array.from({ length: rows }, (_, i) => i % 251)),
    Buffer.alloc(24, token),
  ]);
}

function tail(bytes: Uint8Array): Uint8Array {
  return bytes.slice(-24);
}

function write(entityKey: string, bytes: Buffer, more: Partial<StreamWrite> = {}): StreamWrite {
  const whole = { expected: null, patchFrom: null, ttlMs: null, valueSize: bytes.length };
  return { keys: KEYS, entityKey, value: bytes, ...whole, ...more };
}

const stored = (entityKey: string, part: Part = 's') =>
  raw.getBuffer(entityPartKey(BUCKET, VIEW, part, entityKey));
const ttl = (entityKey: string, part: Part = 's') => raw.pttl(entityPartKey(BUCKET, VIEW, part, entityKey));

describe('flush', () => {
  test('sets a value that was expected to be absent, and refuses it when it is there', async () => {
    const first = value(100, 1);
    expect([...(await writer.flush([write('ORD', first)]))]).toEqual([FLUSH_APPLIED]);
    expect([...(await writer.flush([write('ORD', value(5, 2))]))]).toEqual([FLUSH_CONFLICT]);
    expect(await stored('ORD')).toEqual(first);
  });

  test('a patch writes exactly the bytes from its offset on', async () => {
    const before = value(200, 1);
    await writer.flush([write('ORD', before)]);
    const after = Buffer.concat([
      before.subarray(0, 150),
      Buffer.from('changed rows, and one more of them'),
      Buffer.alloc(100, 7),
      Buffer.alloc(24, 2),
    ]);
    const roomy = Buffer.concat([after, Buffer.alloc(500, 0xee)]);
    // What lies before the patch is not sent.
    roomy.fill(0xdd, 0, 150);
    const patch = write('ORD', roomy, { expected: tail(before), valueSize: after.length, patchFrom: 150 });
    expect([...(await writer.flush([patch]))]).toEqual([FLUSH_APPLIED]);
    expect(await stored('ORD')).toEqual(after);
    expect([...(await writer.flush([patch]))]).toEqual([FLUSH_CONFLICT]);
  });

  test('a value that vanished is a conflict, for a patch and for a set', async () => {
    const gone = { expected: tail(value(10, 1)) };
    const statuses = await writer.flush([
      write('A', value(10, 2), { ...gone, patchFrom: 5 }),
      write('B', value(10, 2), gone),
    ]);
    expect([...statuses]).toEqual([FLUSH_CONFLICT, FLUSH_CONFLICT]);
    expect(await raw.dbsize()).toBe(0);
  });

  test('a conflict of one entity leaves the others of the call, and its own parts, alone', async () => {
    await writer.flush([write('B', value(10, 9))]);
    const parts = { keys: WIDE_KEYS, open: Buffer.from('open'), sealed: Buffer.from('sealed') };
    const statuses = await writer.flush([
      write('A', value(10, 1), parts),
      write('B', value(10, 2), parts),
      write('Zürich', value(10, 3), parts),
    ]);
    expect([...statuses]).toEqual([FLUSH_APPLIED, FLUSH_CONFLICT, FLUSH_APPLIED]);
    expect(await stored('B', 'o')).toBeNull();
    expect(await stored('B', 'z')).toBeNull();
    expect((await stored('Zürich', 'o'))?.toString()).toBe('open');
    expect((await stored('Zürich', 'z'))?.toString()).toBe('sealed');
  });

  test('the parts of an entity expire together, whatever was written last', async () => {
    const first = value(50, 1);
    await writer.flush([
      write('ORD', first, { keys: WIDE_KEYS, ttlMs: 50_000, sealed: Buffer.from('sealed') }),
    ]);
    expect(await ttl('ORD')).toBeGreaterThan(40_000);
    const second = value(50, 2);
    const patch = { keys: WIDE_KEYS, expected: tail(first), patchFrom: 50 };
    await writer.flush([write('ORD', second, { ...patch, open: Buffer.from('young') })]);
    await expectAligned('ORD', 40_000, 50_000);

    const third = value(60, 3);
    await writer.flush([write('ORD', third, { keys: WIDE_KEYS, expected: tail(second), ttlMs: 90_000 })]);
    await expectAligned('ORD', 80_000, 90_000);
    expect((await stored('ORD', 'o'))?.toString()).toBe('young');

    await writer.flush([
      write('ORD', value(60, 4), { keys: WIDE_KEYS, expected: tail(third), ttlMs: null, open: null }),
    ]);
    expect([await ttl('ORD'), await ttl('ORD', 'z')]).toEqual([-1, -1]);
    expect(await stored('ORD', 'o')).toBeNull();
  });

  describe('of ids', () => {
    const keys = streamKeys(BUCKET, VIEW, { hasVariableParts: true, hasIds: true });
    /** A part of `entries` bytes of ids, and its tail. */
    const ids = (entries: number, token: number) => value(entries, token);
    const whole = (bytes: Buffer) => ({ bytes, from: 0, size: bytes.length });

    test('writes what was added behind what is stored, and expires with the others', async () => {
      const [first, second, third] = [value(50, 1), value(60, 2), value(10, 3)];
      await writer.flush([write('ORD', first, { keys, ttlMs: 50_000, ids: whole(ids(32, 1)) })]);
      expect(await ttl('ORD', 'i')).toBeGreaterThan(40_000);
      const grown = Buffer.concat([ids(48, 2), Buffer.alloc(100, 0xee)]);
      // what lies before the patch is not sent
      grown.fill(0xdd, 0, 32);
      const patch = { keys, expected: tail(first), patchFrom: 50, open: Buffer.from('young') };
      const statuses = await writer.flush([
        write('ORD', second, { ...patch, ids: { bytes: grown, from: 32, size: 72 } }),
      ]);
      expect([...statuses]).toEqual([FLUSH_APPLIED]);
      expect(await stored('ORD', 'i')).toEqual(ids(48, 2));
      expect((await stored('ORD', 'o'))?.toString()).toBe('young');
      expect(await ttl('ORD', 'i')).toBeGreaterThan(40_000);
      expect(await ttl('ORD', 'i')).toBeLessThanOrEqual(50_000);

      // a whole value and a patch of ids: the ids live on with it
      await writer.flush([
        write('ORD', third, {
          keys,
          expected: tail(second),
          ttlMs: 90_000,
          ids: { bytes: ids(64, 3), from: 48, size: 88 },
        }),
      ]);
      expect(await stored('ORD', 'i')).toEqual(ids(64, 3));
      expect(await ttl('ORD', 'i')).toBeGreaterThan(80_000);

      // and the other way round: ids that are written anew get the time that is left
      await writer.flush([
        write('ORD', third, { keys, expected: tail(third), patchFrom: 10, ids: whole(ids(16, 4)) }),
      ]);
      expect(await stored('ORD', 'i')).toEqual(ids(16, 4));
      expect(await ttl('ORD', 'i')).toBeGreaterThan(80_000);
    });

    test('a patch of a part that was lost, or is of another length, is a conflict, and writes nothing', async () => {
      const first = value(50, 1);
      await writer.flush([write('ORD', first, { keys, ids: whole(ids(32, 1)) })]);
      const patch = write('ORD', value(50, 2), {
        keys,
        expected: tail(first),
        patchFrom: 50,
        ids: { bytes: ids(48, 2), from: 32, size: 72 },
      });
      for (const lost of [ids(16, 1), null]) {
        const key = entityPartKey(BUCKET, VIEW, 'i', 'ORD');
        await (lost === null ? raw.del(key) : raw.set(key, lost));
        expect([...(await writer.flush([patch, write('next', value(5, 5))]))]).toEqual([
          FLUSH_CONFLICT,
          lost === null ? FLUSH_CONFLICT : FLUSH_APPLIED,
        ]);
        expect(await stored('ORD')).toEqual(first);
        expect(await stored('ORD', 'i')).toEqual(lost);
      }
    });

    test('a conflict of one entity leaves its ids alone, and the others of the call are written', async () => {
      await writer.flush([write('B', value(10, 9))]);
      const parts = {
        keys,
        open: Buffer.from('open'),
        sealed: Buffer.from('sealed'),
        ids: whole(ids(16, 1)),
      };
      const statuses = await writer.flush(['A', 'B', 'C'].map((key) => write(key, value(10, 1), parts)));
      expect([...statuses]).toEqual([FLUSH_APPLIED, FLUSH_CONFLICT, FLUSH_APPLIED]);
      expect(await stored('B', 'i')).toBeNull();
      expect(await stored('C', 'i')).toEqual(ids(16, 1));
      expect((await stored('C', 'z'))?.toString()).toBe('sealed');
      const loaded = await loadStreamValues(connection, keys, ['A', 'B', 'D']);
      expect(loaded.map((each) => [bufferOf(each.ids), bufferOf(each.open)?.toString() ?? null])).toEqual([
        [ids(16, 1), 'open'],
        [null, null],
        [null, null],
      ]);
      const narrow = streamKeys(BUCKET, VIEW, { hasVariableParts: false, hasIds: true });
      const [only] = await loadStreamValues(connection, narrow, ['A']);
      expect(bufferOf(only?.ids)).toEqual(ids(16, 1));
    });
  });

  async function expectAligned(entityKey: string, above: number, below: number): Promise<void> {
    const at = await Promise.all(
      (['s', 'o', 'z'] as const).map((part) =>
        raw.call('PEXPIRETIME', entityPartKey(BUCKET, VIEW, part, entityKey)),
      ),
    );
    expect(new Set(at).size).toBe(1);
    const left = await ttl(entityKey);
    expect(left).toBeGreaterThan(above);
    expect(left).toBeLessThanOrEqual(below);
  }

  test('a flush of many calls answers in the order of its writes', async () => {
    const count = 3 * MAX_ENTITIES_PER_FLUSH_CALL + 17;
    await writer.flush([write('e700', value(10, 9)), write('e1540', value(10, 9))]);
    const writes = Array.from({ length: count }, (_, i) => write(`e${i}`, value(i % 60, 1)));
    const flushed = writer.flush(writes);
    // The caller's memory is its own again at once.
    for (const each of writes) each.value.fill(0xff);
    const statuses = await flushed;
    const conflicts = [...statuses.keys()].filter((i) => statuses[i] === FLUSH_CONFLICT);
    expect(conflicts).toEqual([700, 1540]);
    expect(await stored('e1500')).toEqual(value(0, 1));
    expect(await raw.dbsize()).toBe(count);
  });

  test('values larger than a call, and no writes at all', async () => {
    const large = value(3_000_000, 1);
    expect([...(await writer.flush([write('A', large), write('B', large)]))]).toEqual([
      FLUSH_APPLIED,
      FLUSH_APPLIED,
    ]);
    expect((await stored('B'))?.equals(large)).toBe(true);
    expect(await writer.flush([])).toHaveLength(0);
  });

  test('a server that forgot its scripts is given them again', async () => {
    await raw.script('FLUSH');
    const writes = Array.from({ length: 2_000 }, (_, i) => write(`e${i}`, value(10, 1)));
    expect((await writer.flush(writes)).every((status) => status === FLUSH_APPLIED)).toBe(true);
  });

  test('a full server refuses, and says what to do', async () => {
    await raw.config('SET', 'maxmemory', '1mb');
    try {
      await expect(writer.flush([write('A', value(10, 1))])).rejects.toMatchObject({
        reason: 'overloaded',
        message: expect.stringMatching(/outcome of a flush is unknown.*raise maxmemory/),
      });
    } finally {
      await raw.config('SET', 'maxmemory', '0');
    }
  });

  test('two writers in any interleaving: exactly the winner of each compare-and-set stands', async () => {
    const other = await connectRedis({ url: server.url, role: 'stream', setting: 'REDIS_URL' });
    const writers = [writer, new StreamWriter(other)] as const;
    const step = fc.record({
      who: fc.integer({ min: 0, max: 1 }),
      entity: fc.integer({ min: 0, max: 2 }),
      act: fc.constantFrom('load', 'patch', 'set'),
      grow: fc.integer({ min: 0, max: 70 }),
    });
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
          await raw.flushall();
          const model: (Buffer | null)[] = [null, null, null];
          const known: (Buffer | null)[][] = [
            [null, null, null],
            [null, null, null],
          ];
          for (const [i, { who, entity, act, grow }] of steps.entries()) {
            const mine = known[who] as (Buffer | null)[];
            const base = mine[entity] as Buffer | null;
            if (act === 'load') {
              const [stored] = await loadStreamValues([connection, other][who] as RedisConnection, KEYS, [
                `e${entity}`,
              ]);
              mine[entity] = stored?.rows ? Buffer.from(stored.rows) : null;
              expect(mine[entity]).toEqual(model[entity]);
              continue;
            }
            const keep = base === null ? 0 : base.length - 24;
            const next = Buffer.concat([
              base?.subarray(0, keep) ?? Buffer.alloc(0),
              Buffer.alloc(grow, i),
              Buffer.alloc(24, 1 + i),
            ]);
            const patchFrom = act === 'patch' && base !== null ? keep : null;
            const [status] = await (writers[who] as StreamWriter).flush([
              write(`e${entity}`, next, { expected: base === null ? null : tail(base), patchFrom }),
            ]);
            const current = model[entity] as Buffer | null;
            const wins =
              base === null
                ? current === null
                : current !== null && tail(base).every((byte, at) => byte === tail(current)[at]);
            expect(status).toBe(wins ? FLUSH_APPLIED : FLUSH_CONFLICT);
            if (wins) model[entity] = mine[entity] = next;
            expect(await stored(`e${entity}`)).toEqual(model[entity]);
          }
        }),
        { numRuns: 40 },
      );
    } finally {
      await other.close();
    }
  });
});

test('stored parts are loaded in the order of the entities, many at once', async () => {
  const entities = Array.from({ length: 300 }, (_, i) => `e${i}`);
  await writer.flush(
    entities
      .filter((_, i) => i % 3 !== 0)
      .map((e, i) => write(e, value(i, 1), { keys: WIDE_KEYS, open: Buffer.from(`open ${e}`) })),
  );
  const loaded = await loadStreamValues(connection, WIDE_KEYS, entities);
  expect(loaded).toHaveLength(300);
  expect(loaded[0]).toEqual({ rows: null, open: null, sealed: null, ids: null });
  expect(bufferOf(loaded[299]?.open)?.toString()).toBe('open e299');
  expect(loaded[299]?.sealed).toBeNull();
});
