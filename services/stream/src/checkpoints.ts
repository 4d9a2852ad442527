/** What this writer knows of the checkpoints that lie with its values: one in each bucket. */
import { randomBytes } from 'node:crypto';
import { allOf, type CheckpointGuard, type RedisConnection } from '@forebay/online-store';
import { CheckpointKeeper } from './checkpoint-keeper';
import { faultPointOnceSent } from './fault-points';

/** How far the checkpoints of a partition are; null: no bucket has one. */
export interface CheckpointRange {
  /** The next offsets to read. */
  readonly lowest: number | null;
  readonly highest: number | null;
  /** The buckets that have none: a new writer's, or they were lost. */
  readonly missing: readonly number[];
}

export class Checkpoints {
  readonly #keepers: readonly CheckpointKeeper[];

  /** @param keyOf the key of a bucket's checkpoint */
  constructor(connection: RedisConnection, keyOf: (bucket: number) => string) {
    const writer = randomBytes(6).toString('hex');
    this.#keepers = Array.from(
      { length: connection.buckets },
      (_, bucket) => new CheckpointKeeper(connection, bucket, keyOf(bucket), writer),
    );
  }

  get buckets(): number {
    return this.#keepers.length;
  }

  /** Reads what is stored, but of the partitions in `kept` stands what is known. */
  read(kept: ReadonlySet<number>): Promise<void> {
    return allOf(this.#keepers.map((keeper) => keeper.read(kept)));
  }

  /** Whether the bucket has one, of any partition. */
  isStored(bucket: number): boolean {
    return this.#of(bucket).isStored;
  }

  /** See `Checkpoint`. */
  epochOf(bucket: number): number {
    return this.#of(bucket).epoch;
  }

  /** What must still be stored when values of the bucket are written. */
  guard(bucket: number, partitions: readonly number[]): CheckpointGuard {
    return this.#of(bucket).guard(partitions);
  }

  rangeOf(partition: number): CheckpointRange {
    let lowest: number | null = null;
    let highest: number | null = null;
    const missing: number[] = [];
    for (const [bucket, keeper] of this.#keepers.entries()) {
      const offset = keeper.stored(partition);
      if (offset < 0) missing.push(bucket);
      else {
        if (lowest === null || offset < lowest) lowest = offset;
        if (highest === null || offset > highest) highest = offset;
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
    faultPointOnceSent('checkpoint-sent');
    await allOf(moves);
    return hasMoved;
  }

  #of(bucket: number): CheckpointKeeper {
    return this.#keepers[bucket] as CheckpointKeeper;
  }
}
