/** The values of an erased entity in Redis: each is replaced by one that holds nothing, and its place against older ones. */
import {
  compileTableView,
  compileView,
  emptyBatchList,
  emptyTableValue,
  StreamList,
  storedExpiryMs,
} from '@forebay/algebra';
import { floorTo } from '@forebay/contract';
import type { AggregationView, EventSource, TableSource, TableView } from '@forebay/definitions';
import {
  BatchWriter,
  bucketOf,
  entityPartKey,
  FLUSH_APPLIED,
  loadStreamValues,
  PARTS,
  type RedisConnection,
  STREAM_TAIL_BYTES,
  StreamWriter,
  streamKeys,
  TableWriter,
  WriteTokens,
} from '@forebay/online-store';
import { storedTerms } from '../plan-run';

const ALL_PARTS = Object.values(PARTS);

/** How many parts of a view there are. */
export async function countParts(redis: RedisConnection, viewId: number, key: string): Promise<number> {
  const bucket = bucketOf(key, redis.buckets);
  return redis.run('looking for parts of an entity', () =>
    redis.at(bucket).exists(...ALL_PARTS.map((part) => entityPartKey(bucket, viewId, part, key))),
  );
}

/**
 * Batch values: of a view with a stream one with the latest cut that a run under way may have; of a view on a schedule one for each of
 * the last two ticks. A run that has read its clock before this one is older. Resolves with how many were written.
 */
export async function emptyBatchValues(
  redis: RedisConnection,
  view: AggregationView,
  source: EventSource,
  key: string,
  qMs: number,
): Promise<number> {
  const layout = compileView(view, source);
  for (const cutMs of cutsOf(view, source, qMs)) {
    const { part, expiresAtMs, readUntilMs } = storedTerms(view, source, cutMs);
    const goodUntilMs = view.schedule === null ? readUntilMs : cutMs;
    const writer = new BatchWriter(redis, { viewId: view.id, part, expiresAtMs });
    await writer.write(key, emptyBatchList(layout, { cutMs, qMs, goodUntilMs }));
    await writer.finish();
  }
  return cutsOf(view, source, qMs).length;
}

function cutsOf(
  { batch, schedule }: AggregationView,
  { allowedLatenessMs }: EventSource,
  qMs: number,
): number[] {
  if (batch !== null) return [floorTo(qMs - allowedLatenessMs, batch.cutHopMs)];
  if (schedule === null) return [];
  const tickMs = floorTo(qMs - schedule.waitMs, schedule.intervalMs);
  return [tickMs, tickMs - schedule.intervalMs];
}

/** The value of a table view: rows of up to the instant are behind it. */
export async function emptyTableValues(
  redis: RedisConnection,
  view: TableView,
  source: TableSource,
  key: string,
  untilMs: number,
): Promise<void> {
  const writer = new TableWriter(redis, {
    viewId: view.id,
    keepMs: view.maxAgeMs,
    replacesUpToMs: Number.POSITIVE_INFINITY,
  });
  await writer.write(key, emptyTableValue(compileTableView(view, source), untilMs));
  await writer.finish();
}

/**
 * The stream value of a view of pairs, whose events no archive has: an empty list, in place of what is stored now. Resolves when it is
 * there, whoever else writes.
 */
export async function emptyPairedValue(
  redis: RedisConnection,
  view: AggregationView,
  source: EventSource,
  key: string,
  nowMs: number,
): Promise<void> {
  const layout = compileView(view, source);
  const keys = streamKeys(bucketOf(key, redis.buckets), view.id, {
    hasVariableParts: layout.variable.length > 0,
    hasIds: source.dedupeMs !== null,
  });
  const gone = keys.hasVariableParts ? null : undefined;
  const tokens = new WriteTokens();
  const writer = new StreamWriter(redis);
  for (;;) {
    const [stored] = await loadStreamValues(redis, keys, [key]);
    const rows = stored?.rows ?? null;
    if (rows === null) return;
    const list = new StreamList(layout);
    list.compact(nowMs, nowMs - (source.dedupeMs ?? 0));
    const write = list.takeWrite(tokens.next());
    const [status] = await writer.flush([
      {
        keys,
        entityKey: key,
        expected: new Uint8Array(rows.subarray(Math.max(0, rows.length - STREAM_TAIL_BYTES))),
        value: write.value,
        valueSize: write.valueSize,
        patchFrom: null,
        ttlMs: storedExpiryMs(layout),
        open: write.open ?? gone,
        sealed: write.sealed ?? gone,
        ids: write.ids,
      },
    ]);
    if (status === FLUSH_APPLIED) return;
  }
}
