/** What this writer knows of the checkpoints that lie with its values: one in each bucket. */
import type { CheckpointGuard, RedisConnection } from '@forebay/online-store';
import { allOf } from './by-bucket';
import { CheckpointKeeper } from './checkpoint-keeper';

/** How far the checkpoints of a partition are; null: no bucket has one. */
export interface CheckpointRange {
  readonly lowest: CheckpointAt | null;
  readonly highest: CheckpointAt | null;
  /** The buckets that have none: a new writer's, or they were lost. */
  readonly missing: readonly number[];
}

export interface CheckpointAt {
  readonly bucket: number;
  /** The next offset to read. */
  readonly offset: number;
}

export class Checkpoints {
  readonly #keepers: readonly CheckpointKeeper[];

  constructor(connection: RedisConnection, sourceId: number, epoch: number) {
    this.#keepers = Array.from(
      { length: connection.buckets },
      (_, bucket) => new CheckpointKeeper(connection, bucket, sourceId, epoch),
    );
  }

  get buckets(): number {
    return this.#keepers.length;
  }

  /** Reads what is stored. */
  read(): Promise<void> {
    return allOf(this.#keepers.map((keeper) => keeper.read()));
  }

  /** Whether anything of the source was ever read into the bucket: a partition stands behind its beginning. */
  hasBegun(bucket: number): boolean {
    return this.#of(bucket).hasBegun;
  }

  /** What must still be stored when values of the bucket are written. */
  guard(bucket: number, partitions: readonly number[]): CheckpointGuard {
    return this.#of(bucket).guard(partitions);
  }

  rangeOf(partition: number): CheckpointRange {
    let lowest: CheckpointAt | null = null;
    let highest: CheckpointAt | null = null;
    const missing: number[] = [];
    for (const [bucket, keeper] of this.#keepers.entries()) {
      const offset = keeper.stored(partition);
      if (offset < 0) missing.push(bucket);
      else {
        if (lowest === null || offset < lowest.offset) lowest = { bucket, offset };
        if (highest === null || offset > highest.offset) highest = { bucket, offset };
      }
    }
    return { lowest, highest, missing };
  }

  /**
   * Moves partitions forward in the buckets, after their values were written; false: none is behind.
   * Throws `conflict` if another writer, or nobody any more, stands there.
   */
  async advance(
    next: ReadonlyMap<number, number>,
    partitions: number,
    buckets: Iterable<number>,
  ): Promise<boolean> {
    let hasMoved = false;
    const moves = [...buckets].map(async (bucket) => {
      if (await this.#of(bucket).advance(next, partitions)) hasMoved = true;
    });
    await allOf(moves);
    return hasMoved;
  }

  #of(bucket: number): CheckpointKeeper {
    return this.#keepers[bucket] as CheckpointKeeper;
  }
}
