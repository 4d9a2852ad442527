/** The entities of a view that changed last, with when: what is sampled of a view whose series names no entities. */
import type { RedisConnection } from './connection';
import { OUTPUT_BUCKET, sampledEntitiesKey } from './keys';
import { RedisScript } from './redis-script';

const FORGET = new RedisScript('forget-sampled-entities');

/** @param keep how many there are at most, the newest */
export async function noteSampledEntities(
  connection: RedisConnection,
  viewId: number,
  entityKeys: readonly string[],
  changedMs: number,
  keep: number,
): Promise<void> {
  const key = sampledEntitiesKey(viewId);
  await connection.run('noting sampled entities', async () => {
    const client = connection.at(OUTPUT_BUCKET);
    if (entityKeys.length > 0)
      await client.zadd(key, 'GT', ...entityKeys.flatMap((entity) => [String(changedMs), entity]));
    await client.zremrangebyrank(key, 0, -keep - 1);
  });
}

/** When each changed, ms. */
export async function readSampledEntities(
  connection: RedisConnection,
  viewId: number,
): Promise<ReadonlyMap<string, number>> {
  const flat = await connection.run('reading sampled entities', () =>
    connection.at(OUTPUT_BUCKET).zrange(sampledEntitiesKey(viewId), '0', '-1', 'WITHSCORES'),
  );
  const changed = new Map<string, number>();
  for (let i = 0; i < flat.length; i += 2) changed.set(flat[i] as string, Number(flat[i + 1]));
  return changed;
}

/** Those that have not changed since they were read. */
export async function forgetSampledEntities(
  connection: RedisConnection,
  viewId: number,
  changedMs: ReadonlyMap<string, number>,
): Promise<void> {
  const args = [...changedMs].flatMap(([entity, atMs]) => [Buffer.from(entity), Buffer.from(String(atMs))]);
  for (let from = 0; from < args.length; from += 2 * ENTITIES_PER_CALL)
    await FORGET.run(
      connection,
      OUTPUT_BUCKET,
      [sampledEntitiesKey(viewId)],
      args.slice(from, from + 2 * ENTITIES_PER_CALL),
    );
}

/** One of them, whenever it changed. */
export async function removeSampledEntity(
  connection: RedisConnection,
  viewId: number,
  entityKey: string,
): Promise<void> {
  await connection.run('removing a sampled entity', () =>
    connection.at(OUTPUT_BUCKET).zrem(sampledEntitiesKey(viewId), entityKey),
  );
}

/** A script blocks the server. */
const ENTITIES_PER_CALL = 1_000;
