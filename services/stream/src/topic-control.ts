import type { Rejection } from '@forebay/formats';
import type { NumberRange } from '@forebay/online-store';
import type { RawRecord } from './chunk-reader';
import type { Reading } from './partition-positions';

/** What the worker needs of its topic. */
export interface TopicControl<R extends RawRecord> extends Reading {
  /** The number after the last that a partition has. */
  readonly partitions: number;
  /** The numbers before it that no partition has. */
  readonly absent: readonly NumberRange[];
  /** Reading goes on at the offset, what was fetched before is not delivered any more; false: the partition is not being read. */
  seek(partition: number, offset: number): boolean;
  /** Nothing of the partition is fetched or delivered until `resume`; no more when it is revoked. */
  pause(partition: number): void;
  resume(partition: number): void;
  /** The next offset that will be delivered; all before it were, and were processed. null: the partition is not being read. */
  position(partition: number): number | null;
  /** The first offset that the topic has, and the one after its last, by partition. */
  bounds(): Promise<ReadonlyMap<number, { low: number; high: number }>>;
  commit(offsets: ReadonlyMap<number, number>): void;
  /** Resolves when the dead letters are stored. */
  sendDeadLetters(partition: number, rejected: readonly { record: R; rejection: Rejection }[]): Promise<void>;
  /** Everything that had arrived before the instant is below the applied offset; null: not known. */
  arrivedBefore(partition: number, appliedNextOffset: number): number | null;
}
