import { chunksOfBucket } from './batch-receipt';
import type { RedisConnection } from './connection';
import { receiptKey, tableMarkerKey } from './keys';
import { RedisScript } from './redis-script';
import { CODEC, instantAt, openStored } from './stored-format';

/** The last finished run of a table view. */
export interface TableMarker {
  readonly tickMs: number;
  /** The clock that the run read. */
  readonly runClockMs: number;
  /** What the run saw of the table's newest rows: if it changes, rows were added to a time that had been read already. */
  readonly digest: TableDigest;
}

export interface TableDigest {
  readonly rows: number;
  /** Unsigned, 64 bits. */
  readonly hash: bigint;
}

/**
 * What became of an attempt to finish a run; `missing` has the indexes of the chunks to write again, and after `base_lost` the
 * values of before the base are not all there: only a full run makes them whole.
 */
export type FinishedTableRun =
  | { readonly outcome: 'moved' }
  | { readonly outcome: 'older' }
  | { readonly outcome: 'base_lost' }
  | { readonly outcome: 'missing'; readonly missing: readonly number[] };

const ADVANCE = new RedisScript('advance-table-marker');
const MOVED = 1;
const MISSING = -1;
const BASE_LOST = -2;
const MARKER_BYTES = 40;

export async function readTableMarker(
  connection: RedisConnection,
  bucket: number,
  viewId: number,
): Promise<TableMarker | null> {
  const bytes = await connection.run('reading a table marker', () =>
    connection.at(bucket).getBuffer(tableMarkerKey(bucket, viewId)),
  );
  return bytes === null ? null : decodeTableMarker(bytes);
}

/** Moves the marker to a run if the receipts of its chunks (of 0 … `chunks` − 1 those of the bucket) are there; never back to an older run. */
export async function advanceTableMarker(
  connection: RedisConnection,
  bucket: number,
  viewId: number,
  run: {
    readonly name: string;
    readonly chunks: number;
    readonly marker: TableMarker;
    /** The tick whose values the run added to; null: it wrote every value. */
    readonly baseMs: number | null;
  },
): Promise<FinishedTableRun> {
  const chunks = chunksOfBucket(bucket, run.chunks, connection.buckets);
  const receipts = chunks.map((chunk) => receiptKey(bucket, viewId, run.name, chunk));
  const keys = [tableMarkerKey(bucket, viewId), ...receipts];
  const base = Buffer.alloc(8);
  base.writeDoubleLE(run.baseMs ?? Number.NEGATIVE_INFINITY);
  const marker = encodeTableMarker(run.marker);
  const [code, ...missing] = (await ADVANCE.run(connection, bucket, keys, [marker, base])) as number[];
  if (code === MISSING) return { outcome: 'missing', missing: missing.map((i) => chunks[i] as number) };
  if (code === BASE_LOST) return { outcome: 'base_lost' };
  return { outcome: code === MOVED ? 'moved' : 'older' };
}

export function encodeTableMarker({ tickMs, runClockMs, digest }: TableMarker): Buffer {
  const bytes = Buffer.alloc(MARKER_BYTES);
  bytes[0] = CODEC;
  bytes.writeDoubleLE(tickMs, 8);
  bytes.writeDoubleLE(runClockMs, 16);
  bytes.writeDoubleLE(digest.rows, 24);
  bytes.writeBigUInt64LE(digest.hash, 32);
  return bytes;
}

export function decodeTableMarker(bytes: Uint8Array): TableMarker {
  const what = 'a table marker';
  const view = openStored(bytes, MARKER_BYTES, what);
  return {
    tickMs: instantAt(view, 8, what),
    runClockMs: instantAt(view, 16, what),
    digest: { rows: view.getFloat64(24, true), hash: view.getBigUint64(32, true) },
  };
}
