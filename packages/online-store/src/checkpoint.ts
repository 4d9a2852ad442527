import { ForebayError } from '@forebay/contract';
import { ByteWriter } from './byte-writer';
import type { RedisConnection } from './connection';
import { checkpointKey } from './keys';
import { decodePartitionArray } from './partition-array';
import { RedisScript } from './redis-script';

/** Up to where a source's events are in the values of a bucket. */
export interface Checkpoint {
  /** Raised whenever other views are fed by who moves it; 0 at first. */
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
  /** The one that is stored; 0 where none is. */
  readonly epoch: number;
  /** Of the topic; the stored array grows to it. */
  readonly partitions: number;
  readonly moves: readonly CheckpointMove[];
  /** What the last call of `StreamWriter` wrote to its witness; left out: no values were written since the last advance. */
  readonly witness?: { readonly key: string; readonly number: number } | undefined;
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
  return readCheckpointAt(connection, bucket, checkpointKey(bucket, sourceId));
}

/** The same of any key that holds one (of a source, or of a view that catches up). */
export async function readCheckpointAt(
  connection: RedisConnection,
  bucket: number,
  key: string,
): Promise<Checkpoint | null> {
  const bytes = await connection.run('reading a checkpoint', () => connection.at(bucket).getBuffer(key));
  return bytes === null ? null : decodeCheckpoint(bytes);
}

export function advanceCheckpoint(
  connection: RedisConnection,
  bucket: number,
  sourceId: number,
  advance: CheckpointAdvance,
): Promise<CheckpointOutcome> {
  return advanceCheckpointAt(connection, bucket, checkpointKey(bucket, sourceId), advance);
}

/**
 * Moves all the partitions or, on a conflict, none: another value than the expected one is stored in any of them (another
 * writer, or a server that lost its last writes), another epoch, or the witness is not there any more: the server lost values that were
 * written since.
 */
export async function advanceCheckpointAt(
  connection: RedisConnection,
  bucket: number,
  key: string,
  advance: CheckpointAdvance,
): Promise<CheckpointOutcome> {
  const packed = new ByteWriter(6 + 20 * advance.moves.length);
  packed.u16(advance.epoch);
  packed.u32(advance.partitions);
  for (const { partition, expected, next } of advance.moves) {
    if (next < expected) {
      throw new ForebayError(
        'internal',
        `checkpoint "${key}", partition ${partition}, would go back from ${expected} to ${next}`,
      );
    }
    packed.u32(partition);
    packed.f64(expected);
    packed.f64(next);
  }
  const { witness } = advance;
  const number = new ByteWriter(8);
  if (witness !== undefined) number.f64(witness.number);
  const keys = witness === undefined ? [key] : [key, witness.key];
  const [applied, stored] = (await ADVANCE.run(connection, bucket, keys, [
    packed.written(),
    number.written(),
  ])) as [number, Buffer];
  return { applied: applied === 1, stored: stored.length === 0 ? null : decodeCheckpoint(stored) };
}

export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { epoch, values } = decodePartitionArray(bytes, 'a checkpoint');
  return { epoch, offsets: values };
}
