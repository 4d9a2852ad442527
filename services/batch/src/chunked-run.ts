import { ForebayError, HOUR_MS } from '@forebay/contract';
import type { MaterializeProgress } from '@forebay/jobs';
import {
  type BatchReceipt,
  type BatchWriteStats,
  chunksOfBucket,
  inEveryBucket,
  type RedisConnection,
  readBatchReceipt,
  writeBatchReceipt,
} from '@forebay/online-store';

/** Receipts are needed until the marker has moved. */
const RECEIPT_TTL_MS = 24 * HOUR_MS;
/** Rounds of writing chunks again whose receipts were lost with the server's last writes. */
const MAX_ROUNDS = 3;

export interface Chunks<Outcome extends string> {
  readonly viewId: number;
  /** `view "name@version"`. */
  readonly place: string;
  /** Names the run in its receipts. */
  readonly run: string;
  readonly chunks: number;
  readonly report: (progress: MaterializeProgress) => void;
  readonly signal: AbortSignal;
  readonly writeChunk: (chunk: number) => Promise<BatchWriteStats>;
  /** Moves the marker, if every chunk has its receipt. */
  readonly finish: () => Promise<{ readonly outcome: Outcome | 'missing' }>;
}

/** Writes the chunks of a planned run, and moves the marker when all of them are there. Throws `unavailable`, or the signal's reason. */
export async function writeChunks<Outcome extends string>(
  redis: RedisConnection,
  run: Chunks<Outcome>,
): Promise<{ readonly written: BatchWriteStats; readonly outcome: Outcome }> {
  // by chunk, since one may be written twice
  const written = new Map<number, BatchWriteStats>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await writeRound(redis, run, written);
    run.signal.throwIfAborted();
    const { outcome } = await run.finish();
    if (outcome !== 'missing') return { written: sumOf(written), outcome: outcome as Outcome };
  }
  throw new ForebayError(
    'unavailable',
    `${run.place}: redis lost what was written ${MAX_ROUNDS} times; is it restarting again and again?`,
  );
}

/** Writes every chunk that has no receipt yet. */
async function writeRound<Outcome extends string>(
  redis: RedisConnection,
  { viewId, run, chunks, signal, report, writeChunk }: Chunks<Outcome>,
  written: Map<number, BatchWriteStats>,
): Promise<void> {
  for (let chunk = 0; chunk < chunks; chunk++) {
    signal.throwIfAborted();
    const receipts = bucketsOfChunk(chunk, chunks, redis.buckets).map((bucket) => ({
      bucket,
      viewId,
      run,
      chunk,
    }));
    const found = await Promise.all(receipts.map((receipt) => readBatchReceipt(redis, receipt)));
    if (found.includes(null)) {
      let isLost = false;
      const unwatch = redis.onReconnect(() => {
        isLost = true;
      });
      const stats = await writeChunk(chunk).finally(unwatch);
      written.set(chunk, stats);
      // without a receipt the next round writes it again
      if (!isLost) await writeReceipts(redis, receipts, stats);
    }
    report({ chunksDone: chunk + 1, chunks, valuesWritten: sumOf(written).values });
  }
}

async function writeReceipts(
  redis: RedisConnection,
  receipts: readonly Omit<BatchReceipt, 'values'>[],
  { values }: BatchWriteStats,
): Promise<void> {
  await Promise.all(
    receipts.map((receipt) => writeBatchReceipt(redis, { ...receipt, values }, RECEIPT_TTL_MS)),
  );
}

/** Every bucket is in one chunk; the only bucket of one server is in each. */
function bucketsOfChunk(chunk: number, chunks: number, buckets: number): number[] {
  const all = Array.from({ length: buckets }, (_, bucket) => bucket);
  return all.filter((bucket) => chunksOfBucket(bucket, chunks, buckets).includes(chunk));
}

/**
 * Moves the markers of all buckets. One that is left behind makes the whole the same: `missing` or `lost` anywhere is that, and a
 * run is `older` only if it is so everywhere.
 */
export async function finishInEveryBucket<Outcome extends string>(
  redis: RedisConnection,
  finish: (bucket: number) => Promise<{ readonly outcome: Outcome }>,
): Promise<{ readonly outcome: Outcome }> {
  const finished = await inEveryBucket(redis, finish);
  const of = (...wanted: string[]) => finished.find(({ outcome }) => wanted.includes(outcome));
  const found = of('missing') ?? of('base_lost') ?? of('moved') ?? finished[0];
  return found as { readonly outcome: Outcome };
}

function sumOf(written: ReadonlyMap<number, BatchWriteStats>): BatchWriteStats {
  const sum = { values: 0, older: 0, bytes: 0 };
  for (const { values, older, bytes } of written.values()) {
    sum.values += values;
    sum.older += older;
    sum.bytes += bytes;
  }
  return sum;
}
