/** All keys of a view: what a version that is retired leaves behind. */
import type { RedisConnection } from './connection';
import { outputPositionKey, sampledEntitiesKey } from './keys';

const SCAN_COUNT = 1_000;
/** Asked for their size, and removed, at a time. */
const REMOVED_AT_ONCE = 200;

export interface RemovedKeys {
  readonly keys: number;
  /** What they took in memory, with what the server keeps beside the bytes. */
  readonly bytes: number;
}

/** Removes values, markers, receipts, positions and checkpoints of its own. Resolves with what was there. */
export async function removeViewKeys(
  connection: RedisConnection,
  viewId: number,
  signal: AbortSignal,
): Promise<RemovedKeys> {
  const removed = { keys: 0, bytes: 0 };
  for (const server of connection.link.masters()) {
    let cursor = '0';
    do {
      signal.throwIfAborted();
      const [next, scanned] = await connection.run("looking for a view's keys", () =>
        server.scan(cursor, 'COUNT', SCAN_COUNT),
      );
      cursor = next;
      const own = scanned.filter((key) => isKeyOfView(key, viewId));
      for (let from = 0; from < own.length; from += REMOVED_AT_ONCE) {
        const some = own.slice(from, from + REMOVED_AT_ONCE);
        const sizes = await connection.run("removing a view's keys", async () => {
          const bytes = await Promise.all(some.map((key) => server.memory('USAGE', key)));
          // one by one: they may be in different slots
          await Promise.all(some.map((key) => server.unlink(key)));
          return bytes;
        });
        removed.keys += some.length;
        removed.bytes += sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
      }
    } while (cursor !== '0');
  }
  return removed;
}

/** `f:`, `m:` and `r:` have the view's id behind the bucket, a checkpoint of its own behind that of the source. */
const OF_VIEW = /^[fmr]:\{\d+\}(\d+)\./;
const CHECKPOINT_OF_VIEW = /^k:\{\d+\}\d+\.(\d+)(\.|$)/;

/** Exported for its test. */
export function isKeyOfView(key: string, viewId: number): boolean {
  const found = OF_VIEW.exec(key) ?? CHECKPOINT_OF_VIEW.exec(key);
  if (found !== null) return Number(found[1]) === viewId;
  return key === outputPositionKey(viewId) || key === sampledEntitiesKey(viewId);
}
