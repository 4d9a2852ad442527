import { ForebayError } from '@forebay/contract';
import { advanceProgress, type PartitionProgress, type RedisConnection } from '@forebay/online-store';
import type { RawRecord } from './chunk-reader';
import type { TopicControl } from './topic-control';

/** Kafka's own offsets are for display. */
const COMMIT_EVERY_MS = 5_000;
const PROGRESS_EVERY_MS = 250;

export interface ProgressTellerOptions<R extends RawRecord> {
  readonly name: string;
  readonly sourceId: number;
  readonly epoch: number;
  readonly bucket: number;
  readonly redis: RedisConnection;
  readonly topic: Pick<TopicControl<R>, 'partitions' | 'commit' | 'arrivedBefore'>;
}

/** Tells how far the stored values are: to readers, who judge by it how fresh they are, and to the group. */
export class ProgressTeller<R extends RawRecord> {
  readonly #options: ProgressTellerOptions<R>;
  #lastCommitMs = 0;
  #lastProgressMs = 0;

  constructor(options: ProgressTellerOptions<R>) {
    this.#options = options;
  }

  /**
   * Call it after a flush, also an empty one; it does little if called often. `stored`: by partition, the end of what is in
   * the values. Resolves with whether progress was told to the store. Throws `conflict` when the store does not hold that
   * much (any more).
   */
  async tell(stored: ReadonlyMap<number, number>, nowMs: number): Promise<boolean> {
    const { topic, redis, bucket, sourceId, epoch, name } = this.#options;
    if (Math.abs(nowMs - this.#lastCommitMs) >= COMMIT_EVERY_MS) {
      this.#lastCommitMs = nowMs;
      topic.commit(stored);
    }
    if (Math.abs(nowMs - this.#lastProgressMs) < PROGRESS_EVERY_MS) return false;
    this.#lastProgressMs = nowMs;
    const reached: PartitionProgress[] = [];
    for (const [partition, offset] of stored) {
      const instantMs = topic.arrivedBefore(partition, offset);
      if (instantMs !== null) reached.push({ partition, instantMs, beforeOffset: offset });
    }
    if (reached.length === 0) return false;
    const { partitions } = topic;
    if (await advanceProgress(redis, bucket, sourceId, { epoch, partitions, reached })) return true;
    throw new ForebayError(
      'conflict',
      `source "${name}": the stored checkpoint is behind what was written: redis lost values`,
    );
  }
}
