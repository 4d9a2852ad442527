/** What views take in Redis, by a sample of its keys. */
import type { Redis } from 'ioredis';
import type { RedisConnection } from './connection';

/** Keys that are looked at on all servers together: some 50 ms of their time. They come in no order, so the first are as good as any. */
const SCANNED_KEYS = 20_000;
const SCAN_COUNT = 1_000;
/** Keys of each view whose memory is asked for, at most. */
const SIZED_KEYS = 200;
/** Of stored values: view and part. */
const VALUE_KEY = /^f:\{\d+\}(\d+)\./;

export interface StoredSize {
  /** Parts of values; an entity has one to five of them. */
  readonly keys: number;
  /** What they take, with what the server keeps beside the bytes. */
  readonly bytes: number;
}

export interface StoredSizes {
  readonly byView: ReadonlyMap<number, StoredSize>;
  /** Whether keys were left out, so that counts and sizes are estimates: a small view may be missing. */
  readonly isSampled: boolean;
}

/** A view without values is not in the answer. */
export async function readStoredSizes(connection: RedisConnection): Promise<StoredSizes> {
  return connection.run('looking at the sizes of stored values', async () => {
    const masters = connection.link.masters();
    const each = Math.max(SCAN_COUNT, Math.ceil(SCANNED_KEYS / masters.length));
    const samples = await Promise.all(masters.map((server) => sampleOf(server, each)));
    const byView = new Map<number, { keys: number; bytes: number }>();
    for (const { sizes } of samples) {
      for (const [view, { keys, bytes }] of sizes) {
        const sum = byView.get(view) ?? { keys: 0, bytes: 0 };
        byView.set(view, { keys: sum.keys + keys, bytes: sum.bytes + bytes });
      }
    }
    return { byView, isSampled: samples.some(({ isSampled }) => isSampled) };
  });
}

async function sampleOf(server: Redis, keysAtMost: number) {
  const byView = new Map<number, string[]>();
  let scanned = 0;
  let cursor = '0';
  do {
    const [next, keys] = await server.scan(cursor, 'COUNT', SCAN_COUNT);
    cursor = next;
    scanned += keys.length;
    for (const key of keys) {
      const view = VALUE_KEY.exec(key)?.[1];
      if (view === undefined) continue;
      const ofView = byView.get(Number(view));
      if (ofView === undefined) byView.set(Number(view), [key]);
      else ofView.push(key);
    }
  } while (cursor !== '0' && scanned < keysAtMost);
  const all = cursor === '0' ? scanned : Math.max(scanned, await server.dbsize());
  const scale = scanned === 0 ? 1 : all / scanned;
  const sizes = new Map<number, StoredSize>();
  let isSampled = cursor !== '0';
  for (const [view, keys] of byView) {
    const sized = keys.slice(0, SIZED_KEYS);
    isSampled ||= sized.length < keys.length;
    const bytes = await memoryOf(server, sized);
    sizes.set(view, {
      keys: Math.round(keys.length * scale),
      bytes: Math.round((bytes / sized.length) * keys.length * scale),
    });
  }
  return { sizes, isSampled };
}

/** Of keys that have gone meanwhile, nothing. */
async function memoryOf(server: Redis, keys: readonly string[]): Promise<number> {
  const sizes = await Promise.all(keys.map((key) => server.memory('USAGE', key, 'SAMPLES', 0)));
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}
