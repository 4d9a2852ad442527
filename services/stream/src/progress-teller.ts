import { ForebayError } from '@forebay/contract';
import {
  advanceProgress,
  allOf,
  type PartitionProgress,
  type RedisConnection,
  SINGLE_NODE_BUCKETS,
} from '@forebay/online-store';
import type { RawRecord } from './chunk-reader';
import { DueBuckets, IDLE_EVERY_MS } from './due-buckets';
import type { SourceMetrics } from './source-metrics';
import type { TopicControl } from './topic-control';

/** Kafka's own offsets are for display. */
const COMMIT_EVERY_MS = 5_000;
const ONLY_BUCKET: ReadonlySet<number> = new Set([0]);

export interface ProgressTellerOptions<R extends RawRecord> {
  readonly name: string;
  readonly sourceId: number;
  readonly epoch: number;
  /** How far progress may be behind before readers call values stale. */
  readonly maxStalenessMs: number;
  readonly redis: RedisConnection;
  readonly topic: Pick<TopicControl<R>, 'partitions' | 'absent' | 'commit' | 'arrivedBefore'>;
  readonly metrics: Pick<SourceMetrics, 'progress'>;
}

/** Tells how far the stored values are: to readers, who judge by it how fresh they are, and to the group. */
export class ProgressTeller<R extends RawRecord> {
  readonly #options: ProgressTellerOptions<R>;
  readonly #due: DueBuckets;
  /** Whose progress is told next. */
  #told: readonly number[] = [];
  #lastCommitMs = 0;
  #lastFurtherMs = Number.NEGATIVE_INFINITY;

  constructor(options: ProgressTellerOptions<R>) {
    this.#options = options;
    this.#due = new DueBuckets(options.redis.buckets, options.maxStalenessMs);
  }

  /**
   * Call it after the values of a flush, also an empty one, which were written into these buckets. Returns the buckets whose checkpoint
   * must be moved now: those, and those whose progress is due.
   */
  begin(written: Iterable<number>, nowMs: number): ReadonlySet<number> {
    this.#due.wrote(written);
    this.#told = this.#due.take(nowMs);
    // the only bucket in any case: most flushes write to it
    return this.#options.redis.buckets === SINGLE_NODE_BUCKETS
      ? ONLY_BUCKET
      : new Set([...written, ...this.#told]);
  }

  /**
   * Call it when the checkpoints were moved to `stored`: by partition, the end of what is in the values. Resolves with whether the
   * progress of the source may be further than when this was last said. Throws `conflict` when the store does not hold that
   * much (any more).
   */
  async tell(stored: ReadonlyMap<number, number>, nowMs: number): Promise<boolean> {
    const { topic, redis, sourceId, epoch, name } = this.#options;
    if (Math.abs(nowMs - this.#lastCommitMs) >= COMMIT_EVERY_MS) {
      this.#lastCommitMs = nowMs;
      topic.commit(stored);
    }
    if (this.#told.length === 0) return false;
    const reached: PartitionProgress[] = [];
    for (const [partition, offset] of stored) {
      const instantMs = topic.arrivedBefore(partition, offset);
      if (instantMs !== null) reached.push({ partition, instantMs, beforeOffset: offset });
    }
    if (reached.length === 0) return false;
    const { partitions, absent } = topic;
    const advance = { epoch, partitions, reached, absent };
    const tells = this.#told.map(async (bucket) => {
      if (await advanceProgress(redis, bucket, sourceId, advance)) return;
      throw new ForebayError(
        'conflict',
        `source "${name}": the stored checkpoint is behind what was written: redis lost values`,
      );
    });
    await allOf(tells);
    this.#options.metrics.progress(reached);
    return this.#isFurther(nowMs);
  }

  /** In a cluster, when every bucket has been told of. */
  #isFurther(nowMs: number): boolean {
    if (this.#options.redis.buckets === SINGLE_NODE_BUCKETS) return true;
    if (Math.abs(nowMs - this.#lastFurtherMs) < IDLE_EVERY_MS) return false;
    this.#lastFurtherMs = nowMs;
    return true;
  }
}
