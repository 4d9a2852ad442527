import { ForebayError, isInstant } from '@forebay/contract';
import { ByteWriter } from './byte-writer';
import type { RedisConnection } from './connection';
import { checkpointKey, progressKey } from './keys';
import { decodePartitionArray, openPartitionArray, partitionCount, partitionValue } from './partition-array';
import { RedisScript } from './redis-script';

/** Until when a source's events have reached the values of a bucket. */
export interface Progress {
  readonly epoch: number;
  /** By partition: everything that had arrived before this instant is in the values; 0: nothing known. */
  readonly instantsMs: Float64Array;
}

export interface ProgressAdvance {
  readonly epoch: number;
  /** Of the topic; the stored array grows to it. */
  readonly partitions: number;
  readonly reached: readonly PartitionProgress[];
}

export interface PartitionProgress {
  readonly partition: number;
  readonly instantMs: number;
  /**
   * All that had arrived before the instant lies before this offset: refused unless the stored checkpoint has come so far,
   * for then the values do not hold it. Left out: not compared.
   */
  readonly beforeOffset?: number;
}

const ADVANCE = new RedisScript('advance-progress');

export async function readProgress(
  connection: RedisConnection,
  bucket: number,
  sourceId: number,
): Promise<Progress | null> {
  const bytes = await connection.run('reading progress', () =>
    connection.at(bucket).getBuffer(progressKey(bucket, sourceId)),
  );
  return bytes === null ? null : decodeProgress(bytes);
}

/** Raises the partitions that are behind; false: refused, for the stored epoch is newer or a checkpoint is behind. */
export async function advanceProgress(
  connection: RedisConnection,
  bucket: number,
  sourceId: number,
  advance: ProgressAdvance,
): Promise<boolean> {
  const packed = new ByteWriter(6 + 20 * advance.reached.length);
  packed.u16(advance.epoch);
  packed.u32(advance.partitions);
  for (const { partition, instantMs, beforeOffset } of advance.reached) {
    packed.u32(partition);
    packed.f64(instantMs);
    packed.f64(beforeOffset ?? -1);
  }
  const keys = [progressKey(bucket, sourceId), checkpointKey(bucket, sourceId)];
  return (await ADVANCE.run(connection, bucket, keys, [packed.written()])) === 1;
}

export function decodeProgress(bytes: Uint8Array): Progress {
  const { epoch, values } = decodePartitionArray(bytes, 'progress');
  return { epoch, instantsMs: values };
}

/** The smallest instant of a stored progress, read in place; 0 if a partition, or every one, is unknown. */
export function smallestProgress(bytes: Uint8Array): number {
  const view = openPartitionArray(bytes, 'progress');
  const partitions = partitionCount(view);
  if (partitions === 0) return 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (let p = 0; p < partitions; p++) smallest = Math.min(smallest, partitionValue(view, p));
  if (isInstant(smallest)) return smallest;
  throw new ForebayError('corrupt_data', `progress has ${smallest}, which is no instant`);
}
