import { ForebayError } from '@forebay/contract';
import { ByteWriter } from './byte-writer';
import type { RedisConnection } from './connection';
import { checkpointKey } from './keys';
import { decodePartitionArray } from './partition-array';
import { RedisScript } from './redis-script';

/** Up to where a source's events are in the values of a bucket. */
export interface Checkpoint {
  readonly epoch: number;
  /** By partition: the next offset to read; −1: none. */
  readonly offsets: Float64Array;
}

export interface CheckpointMove {
  readonly partition: number;
  /** What this writer last read or wrote there; −1: nothing. */
  readonly expected: number;
  /** Not before `expected`. */
  readonly next: number;
}

export interface CheckpointAdvance {
  readonly epoch: number;
  /** Of the topic; the stored array grows to it. */
  readonly partitions: number;
  readonly moves: readonly CheckpointMove[];
}

export interface CheckpointOutcome {
  readonly applied: boolean;
  /** What is stored after the call; null: nothing. */
  readonly stored: Checkpoint | null;
}

const ADVANCE = new RedisScript('advance-checkpoint');

export async function readCheckpoint(
  connection: RedisConnection,
  bucket: number,
  sourceId: number,
): Promise<Checkpoint | null> {
  const bytes = await connection.run('reading a checkpoint', () =>
    connection.at(bucket).getBuffer(checkpointKey(bucket, sourceId)),
  );
  return bytes === null ? null : decodeCheckpoint(bytes);
}

/**
 * Moves all the partitions or, on a conflict, none: another value than the expected one is stored in any of them (another
 * writer, or a server that lost its last writes), or the stored epoch is newer.
 */
export async function advanceCheckpoint(
  connection: RedisConnection,
  bucket: number,
  sourceId: number,
  advance: CheckpointAdvance,
): Promise<CheckpointOutcome> {
  const packed = new ByteWriter(6 + 20 * advance.moves.length);
  packed.u16(advance.epoch);
  packed.u32(advance.partitions);
  for (const { partition, expected, next } of advance.moves) {
    if (next < expected) {
      throw new ForebayError(
        'internal',
        `the checkpoint of source ${sourceId}, partition ${partition}, would go back from ${expected} to ${next}`,
      );
    }
    packed.u32(partition);
    packed.f64(expected);
    packed.f64(next);
  }
  const key = checkpointKey(bucket, sourceId);
  const [applied, stored] = (await ADVANCE.run(connection, bucket, [key], [packed.written()])) as [
    number,
    Buffer,
  ];
  return { applied: applied === 1, stored: stored.length === 0 ? null : decodeCheckpoint(stored) };
}

export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { epoch, values } = decodePartitionArray(bytes, 'a checkpoint');
  return { epoch, offsets: values };
}
