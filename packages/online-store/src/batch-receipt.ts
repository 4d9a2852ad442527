import { ForebayError } from '@forebay/contract';
import type { RedisConnection } from './connection';
import { receiptKey, SINGLE_NODE_BUCKETS } from './keys';
import { encodeInstants, openStored } from './stored-format';

/** That a chunk of a batch run has written all its values. */
export interface BatchReceipt {
  readonly bucket: number;
  readonly viewId: number;
  /** Names the run: letters, digits, `-` and `_`. */
  readonly run: string;
  readonly chunk: number;
  /** How many values the chunk had. */
  readonly values: number;
}

const RUN_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Written after the values, into the same server: a server that lost values has lost their receipt too. */
export async function writeBatchReceipt(
  connection: RedisConnection,
  receipt: BatchReceipt,
  ttlMs: number,
): Promise<void> {
  if (!RUN_NAME.test(receipt.run)) {
    throw new ForebayError(
      'internal',
      `"${receipt.run}" does not name a batch run; use letters, digits, - and _`,
    );
  }
  const key = receiptKey(receipt.bucket, receipt.viewId, receipt.run, receipt.chunk);
  await connection.run('writing a receipt', () =>
    connection.at(receipt.bucket).set(key, encodeInstants(receipt.values), 'PX', ttlMs),
  );
}

/** The count of values in a chunk's receipt; null: it has none. */
export async function readBatchReceipt(
  connection: RedisConnection,
  receipt: Omit<BatchReceipt, 'values'>,
): Promise<number | null> {
  const key = receiptKey(receipt.bucket, receipt.viewId, receipt.run, receipt.chunk);
  const bytes = await connection.run('reading a receipt', () => connection.at(receipt.bucket).getBuffer(key));
  return bytes === null ? null : openStored(bytes, 16, 'a receipt').getFloat64(8, true);
}

/** The chunks of a run that may hold entities of a bucket; a chunk is a set of buckets, or a share of the only one. */
export function chunksOfBucket(bucket: number, chunks: number, buckets: number): number[] {
  if (buckets === SINGLE_NODE_BUCKETS) return Array.from({ length: chunks }, (_, chunk) => chunk);
  return chunks === 0 ? [] : [bucket % chunks];
}
