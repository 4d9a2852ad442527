import { ForebayError } from '@forebay/contract';
import { advanceProgress, type PartitionProgress, type RedisConnection } from '@forebay/online-store';
import { allOf } from './by-bucket';
import type { RawRecord } from './chunk-reader';
import type { TopicControl } from './topic-control';

/** Kafka's own offsets are for display. */
const COMMIT_EVERY_MS = 5_000;

export interface ProgressTellerOptions<R extends RawRecord> {
  readonly name: string;
  readonly sourceId: number;
  readonly epoch: number;
  readonly redis: RedisConnection;
  readonly topic: Pick<TopicControl<R>, 'partitions' | 'commit' | 'arrivedBefore'>;
}

/** Tells how far the stored values are: to readers, who judge by it how fresh they are, and to the group. */
export class ProgressTeller<R extends RawRecord> {
  readonly #options: ProgressTellerOptions<R>;
  #lastCommitMs = 0;

  constructor(options: ProgressTellerOptions<R>) {
    this.#options = options;
  }

  /**
   * Call it after a flush, also an empty one, with the buckets whose checkpoint is `stored`: by partition, the end of what is in
   * the values. Resolves with whether progress was told to the store. Throws `conflict` when the store does not hold that
   * much (any more).
   */
  async tell(
    stored: ReadonlyMap<number, number>,
    buckets: readonly number[],
    nowMs: number,
  ): Promise<boolean> {
    const { topic, redis, sourceId, epoch, name } = this.#options;
    if (Math.abs(nowMs - this.#lastCommitMs) >= COMMIT_EVERY_MS) {
      this.#lastCommitMs = nowMs;
      topic.commit(stored);
    }
    if (buckets.length === 0) return false;
    const reached: PartitionProgress[] = [];
    for (const [partition, offset] of stored) {
      const instantMs = topic.arrivedBefore(partition, offset);
      if (instantMs !== null) reached.push({ partition, instantMs, beforeOffset: offset });
    }
    if (reached.length === 0) return false;
    const { partitions } = topic;
    const advance = { epoch, partitions, reached };
    const tells = buckets.map(async (bucket) => {
      if (await advanceProgress(redis, bucket, sourceId, advance)) return;
      throw new ForebayError(
        'conflict',
        `source "${name}": the stored checkpoint is behind what was written: redis lost values`,
      );
    });
    await allOf(tells);
    return true;
  }
}
