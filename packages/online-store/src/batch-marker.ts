import { chunksOfBucket } from './batch-receipt';
import type { RedisConnection } from './connection';
import { type BatchPart, batchMarkerKey, PARTS, receiptKey, streamMarkerKey, tableMarkerKey } from './keys';
import { RedisScript } from './redis-script';
import { encodeInstants, instantAt, openStored } from './stored-format';

/** The last finished batch run of a view; of a view on a schedule, of the ticks of one parity. */
export interface BatchMarker {
  /** The event time up to which the run's segments speak: the cut, or the tick. */
  readonly cutMs: number;
  /** The clock that the run read. */
  readonly runClockMs: number;
  /** Since when history is covered; −∞: all of it. */
  readonly coverageFromMs: number;
}

/** What became of an attempt to finish a run; `missing` has the indexes of the chunks to write again. */
export type FinishedRun =
  | { readonly outcome: 'moved' }
  | { readonly outcome: 'older' }
  | { readonly outcome: 'missing'; readonly missing: readonly number[] };

const ADVANCE = new RedisScript('advance-batch-marker');
const MOVED = 1;
const MISSING = -1;

export async function readBatchMarker(
  connection: RedisConnection,
  bucket: number,
  viewId: number,
  part: BatchPart = PARTS.batch,
): Promise<BatchMarker | null> {
  const bytes = await connection.run('reading a batch marker', () =>
    connection.at(bucket).getBuffer(batchMarkerKey(bucket, viewId, part)),
  );
  return bytes === null ? null : decodeBatchMarker(bytes);
}

/** Moves the marker to a run if the receipts of its chunks (of 0 … `chunks` − 1 those of the bucket) are there; never back to an older run. */
export async function advanceBatchMarker(
  connection: RedisConnection,
  bucket: number,
  viewId: number,
  run: {
    readonly name: string;
    readonly chunks: number;
    /** Default: the batch list. */
    readonly part?: BatchPart;
    readonly marker: BatchMarker;
  },
): Promise<FinishedRun> {
  const chunks = chunksOfBucket(bucket, run.chunks, connection.buckets);
  const receipts = chunks.map((chunk) => receiptKey(bucket, viewId, run.name, chunk));
  const keys = [batchMarkerKey(bucket, viewId, run.part), ...receipts];
  const [code, ...missing] = (await ADVANCE.run(connection, bucket, keys, [
    encodeBatchMarker(run.marker),
  ])) as number[];
  if (code === MISSING) return { outcome: 'missing', missing: missing.map((i) => chunks[i] as number) };
  return { outcome: code === MOVED ? 'moved' : 'older' };
}

/** Forgets the markers of a view: its values are then DEGRADED until they are rebuilt. */
export async function removeViewMarkers(
  connection: RedisConnection,
  bucket: number,
  viewId: number,
): Promise<void> {
  const parts = [PARTS.batch, PARTS.even, PARTS.odd];
  const batch = parts.map((part) => batchMarkerKey(bucket, viewId, part));
  await connection.run('removing markers', () =>
    connection.at(bucket).del(streamMarkerKey(bucket, viewId), tableMarkerKey(bucket, viewId), ...batch),
  );
}

export function encodeBatchMarker(marker: BatchMarker): Buffer {
  return encodeInstants(marker.cutMs, marker.runClockMs, marker.coverageFromMs);
}

export function decodeBatchMarker(bytes: Uint8Array): BatchMarker {
  const what = 'a batch marker';
  const view = openStored(bytes, 32, what);
  return {
    cutMs: instantAt(view, 8, what),
    runClockMs: instantAt(view, 16, what),
    coverageFromMs: instantAt(view, 24, what),
  };
}
