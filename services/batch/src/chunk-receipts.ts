/** Receipts of chunks: what has been written is not written again, and a marker moves only if all is there. */
import { HOUR_MS } from '@forebay/contract';
import {
  type BatchWriteStats,
  chunksOfBucket,
  inEveryBucket,
  type RedisConnection,
  readBatchReceipt,
  writeBatchReceipt,
} from '@forebay/online-store';
import { faultPoint } from './fault-points';
import type { WrittenChunk } from './view-run';

/** Receipts are needed until the marker has moved: as long as a run may go on, with room for one that was let go on by hand. */
const RECEIPT_TTL_MS = 24 * HOUR_MS;

export interface ChunkOfRun {
  readonly viewId: number;
  /** Names the run in its receipts. */
  readonly run: string;
  readonly chunk: number;
  readonly chunks: number;
}

/** Writes a chunk that has no receipt yet, and its receipt. */
export async function writeOnce(
  redis: RedisConnection,
  { viewId, run, chunk, chunks }: ChunkOfRun,
  write: () => Promise<BatchWriteStats>,
): Promise<WrittenChunk> {
  const receipts = bucketsOfChunk(chunk, chunks, redis.buckets).map((bucket) => ({
    bucket,
    viewId,
    run,
    chunk,
  }));
  const found = await Promise.all(receipts.map((receipt) => readBatchReceipt(redis, receipt)));
  const [values] = found;
  if (typeof values === 'number' && !found.includes(null)) return { values, was_done: true };
  let isLost = false;
  const unwatch = redis.onReconnect(() => {
    isLost = true;
  });
  const written = await write().finally(unwatch);
  faultPoint('values-written');
  // without a receipt the marker does not move, and it is written again
  if (!isLost) {
    await Promise.all(
      receipts.map((receipt) =>
        writeBatchReceipt(redis, { ...receipt, values: written.values }, RECEIPT_TTL_MS),
      ),
    );
  }
  faultPoint('receipts-written');
  return { ...written };
}

/** Every bucket is in one chunk; the only bucket of one server is in each. */
function bucketsOfChunk(chunk: number, chunks: number, buckets: number): number[] {
  const all = Array.from({ length: buckets }, (_, bucket) => bucket);
  return all.filter((bucket) => chunksOfBucket(bucket, chunks, buckets).includes(chunk));
}

/** What became of a bucket's marker; `missing`: the chunks without a receipt. */
export interface FinishedBucket<Outcome extends string> {
  readonly outcome: Outcome | 'missing';
  readonly missing?: readonly number[];
}

/**
 * Moves the markers of all buckets. One that is left behind makes the whole the same: `missing` or `base_lost` anywhere is that,
 * and a run is `older` only if it is so everywhere.
 */
export async function finishInEveryBucket<Outcome extends string>(
  redis: RedisConnection,
  finish: (bucket: number) => Promise<FinishedBucket<Outcome>>,
): Promise<{ readonly outcome: Outcome | 'missing'; readonly missing: readonly number[] }> {
  const finished = await inEveryBucket(redis, finish);
  const of = (wanted: string) => finished.find(({ outcome }) => outcome === wanted);
  const found = of('missing') ?? of('base_lost') ?? of('moved') ?? finished[0];
  const missing = new Set(finished.flatMap((bucket) => bucket.missing ?? []));
  return { outcome: (found as FinishedBucket<Outcome>).outcome, missing: [...missing].sort((a, b) => a - b) };
}
