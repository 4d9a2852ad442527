/**
 * Reads one event source: records in, values and archive out, checkpoint after the values, progress after that.
 * The shell around the pure state: everything that touches memory runs in one serial queue.
 */
import { ForebayError } from '@forebay/contract';
import { advanceProgress, type RedisConnection } from '@forebay/online-store';
import { inSpan, type Logger } from '@forebay/service-kit';
import type { Archiver } from './archiver';
import { type CheckpointKeeper } from './checkpoint-keeper';
import { type ChunkReader, type RawRecord } from './chunk-reader';
import { type Flusher, StoredBehind } from './flusher';
import type { Rejection } from './json-decoder';
import { SerialQueue } from './serial-queue';
import type { SourceMetrics } from './source-metrics';
import type { SourceState } from './source-state';
import { decideStart, type PartitionFacts } from './start-point';
import { newApplyCounts } from './view-state';

/** Records are decoded, applied and flushed in pieces of at most so many. */
export const MAX_CHUNK_RECORDS = 2_000;
const RECOVERY_PAUSE_MS = 500;
/** Kafka's own offsets are for display. */
const COMMIT_EVERY_MS = 5_000;
const PROGRESS_EVERY_MS = 250;

/** What the worker needs of its topic. */
export interface TopicControl<R extends RawRecord> {
  readonly partitions: number;
  /** Reading goes on at the offset; records that were fetched before are not delivered any more. */
  seek(partition: number, offset: number): void;
  /** The first offset that the topic has, and the one after its last, by partition. */
  bounds(): Promise<ReadonlyMap<number, { low: number; high: number }>>;
  commit(offsets: ReadonlyMap<number, number>): void;
  /** Resolves when the dead letters are stored. */
  sendDeadLetters(partition: number, rejected: readonly { record: R; rejection: Rejection }[]): Promise<void>;
  /** Everything that had arrived before the instant is below the applied offset; null: not known. */
  arrivedBefore(partition: number, appliedNextOffset: number): number | null;
}

export interface SourceWorkerOptions<R extends RawRecord> {
  readonly name: string;
  readonly sourceId: number;
  readonly epoch: number;
  readonly bucket: number;
  readonly redis: RedisConnection;
  readonly state: SourceState;
  readonly reader: ChunkReader;
  readonly flusher: Flusher;
  readonly archiver: Archiver;
  readonly checkpoint: CheckpointKeeper;
  readonly topic: TopicControl<R>;
  readonly metrics: SourceMetrics;
  readonly logger: Logger;
  readonly clock: () => number;
  readonly flushEveryMs: number;
  readonly maxStateBytes: number;
  /** Prepares the views' markers; called before the first record and after every loss of the store's content. */
  readonly markStart: (facts: { resumed: boolean; untruncated: boolean }) => Promise<void>;
  /** By partition: the end of what the archive holds. */
  readonly archivedTo: () => Promise<ReadonlyMap<number, number>>;
  readonly decide: (facts: PartitionFacts) => ReturnType<typeof decideStart>;
  /** Reading can't go on without a person. */
  readonly onFatal: (error: ForebayError) => void;
}

export class SourceWorker<R extends RawRecord> {
  readonly #options: SourceWorkerOptions<R>;
  readonly #queue = new SerialQueue();
  /** By assigned partition: the offset after the last record that was applied, and that was stored. */
  readonly #applied = new Map<number, number>();
  readonly #stored = new Map<number, number>();
  /** Grows with every rewind: what was read before it is void. */
  #generation = 0;
  #oldestArrivalMs = Number.POSITIVE_INFINITY;
  #flushTimer: NodeJS.Timeout | null = null;
  #lastCommitMs = 0;
  #lastProgressMs = 0;
  #stopped = false;

  constructor(options: SourceWorkerOptions<R>) {
    this.#options = options;
  }

  /** Offsets at which reading of newly assigned partitions begins. */
  assign(partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    return this.#queue.run(async () => {
      this.#forget();
      this.#applied.clear();
      this.#stored.clear();
      return this.#startPoints(partitions);
    });
  }

  /** Partitions have another owner from now on: what is not flushed is theirs to count. */
  revoke(): Promise<void> {
    return this.#queue.run(async () => {
      this.#forget();
      this.#applied.clear();
      this.#stored.clear();
    });
  }

  /**
   * Applies records of one partition, in order; resolves when memory has room for more.
   * `nextOffset`: where reading goes on after them.
   */
  async process(partition: number, records: readonly R[], nextOffset: number): Promise<void> {
    const generation = this.#generation;
    for (let from = 0; from < records.length; from += MAX_CHUNK_RECORDS) {
      const piece = records.slice(from, from + MAX_CHUNK_RECORDS);
      const next = records[from + MAX_CHUNK_RECORDS]?.offset ?? nextOffset;
      await this.#queue.run(() => this.#guarded(generation, () => this.#processPiece(partition, piece, next)));
      if (this.#generation !== generation) return;
    }
  }

  /** Drops the memory and reads again from the checkpoint: the store was restarted, or lost what it had. */
  rewind(reason: string): Promise<void> {
    return this.#queue.run(() => this.#recover(reason));
  }

  /** By assigned partition: the end of what is in the values. */
  get stored(): ReadonlyMap<number, number> {
    return this.#stored;
  }

  /** Called every second or so, also when nothing comes. */
  tick(): Promise<void> {
    return this.#queue.run(() => this.#guarded(this.#generation, () => this.#flush()));
  }

  /** Stores what was applied; the archiver is closed by its owner. */
  async stop(): Promise<void> {
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer);
    await this.#queue.run(async () => {
      this.#stopped = true;
      await this.#flush();
      this.#options.topic.commit(this.#stored);
    });
  }

  #forget(): void {
    this.#generation++;
    this.#options.state.reset();
    this.#oldestArrivalMs = Number.POSITIVE_INFINITY;
  }

  async #guarded(generation: number, task: () => Promise<void>): Promise<void> {
    if (this.#generation !== generation || this.#stopped) return;
    try {
      await task();
    } catch (thrown) {
      const reason = thrown instanceof StoredBehind ? 'behind' : ForebayError.from(thrown).reason;
      this.#options.logger.warn({ err: thrown }, `source "${this.#options.name}": a write failed; reading again from the checkpoint`);
      await this.#recover(reason);
    }
  }

  async #processPiece(partition: number, records: readonly R[], nextOffset: number): Promise<void> {
    const { reader, state, topic, flusher, archiver, metrics, clock, epoch } = this.#options;
    const nowMs = clock();
    const read = reader.read(partition, epoch, records, nextOffset, nowMs);
    const { chunk, arrivedAtMs, rejected } = read;
    if (rejected.length > 0) await topic.sendDeadLetters(partition, rejected);
    for (const { rejection } of rejected) metrics.deadLetter(rejection.reason);
    const prepared = state.prepare(chunk, nowMs);
    await Promise.all(prepared.missing.map(({ view, keys }) => flusher.load(view, keys)));
    state.apply(prepared, clock());
    this.#applied.set(partition, chunk.nextOffset);
    for (const at of arrivedAtMs) if (at < this.#oldestArrivalMs) this.#oldestArrivalMs = at;
    metrics.chunk({ ...read, events: chunk.events.length });
    await archiver.add(chunk, arrivedAtMs);
    if (records.length === MAX_CHUNK_RECORDS) await this.#flush();
    else this.#scheduleFlush();
  }

  #scheduleFlush(): void {
    this.#flushTimer ??= setTimeout(() => {
      this.#flushTimer = null;
      void this.tick();
    }, this.#options.flushEveryMs);
  }

  /** Values, then the checkpoint, then progress. */
  async #flush(): Promise<void> {
    const { state, flusher, checkpoint, topic, metrics, clock, maxStateBytes } = this.#options;
    const startedMs = clock();
    const report = await inSpan('flush stream values', { 'forebay.source': this.#options.name }, () => flusher.flush(state, clock));
    if (report.values > 0) metrics.flush(report.values, report.conflicts, (clock() - startedMs) / 1000);
    metrics.counts(state.counts);
    state.counts = newApplyCounts();
    await checkpoint.advance(this.#applied, topic.partitions);
    state.settle();
    for (const [partition, offset] of this.#applied) this.#stored.set(partition, offset);
    if (Number.isFinite(this.#oldestArrivalMs)) metrics.applyDelay((clock() - this.#oldestArrivalMs) / 1000);
    this.#oldestArrivalMs = Number.POSITIVE_INFINITY;
    if (state.sizeBytes > maxStateBytes) state.evict(0.8 * maxStateBytes);
    for (const view of state.views) metrics.cached(view.layout.view.name, view.entities);
    await this.#tell(clock());
  }

  async #tell(nowMs: number): Promise<void> {
    const { topic, redis, bucket, sourceId, epoch } = this.#options;
    if (nowMs - this.#lastCommitMs >= COMMIT_EVERY_MS) {
      this.#lastCommitMs = nowMs;
      topic.commit(this.#stored);
    }
    if (nowMs - this.#lastProgressMs < PROGRESS_EVERY_MS) return;
    this.#lastProgressMs = nowMs;
    const reached: { partition: number; instantMs: number }[] = [];
    for (const [partition, offset] of this.#stored) {
      const instantMs = topic.arrivedBefore(partition, offset);
      if (instantMs !== null) reached.push({ partition, instantMs });
    }
    if (reached.length > 0) await advanceProgress(redis, bucket, sourceId, { epoch, partitions: topic.partitions, reached });
  }

  /** Forgets, then tries to find the checkpoint and to seek there, until it succeeds or the worker is stopped. */
  async #recover(reason: string): Promise<void> {
    const { logger, metrics, name, topic } = this.#options;
    const partitions = [...this.#applied.keys()];
    this.#forget();
    metrics.rewind(reason);
    while (!this.#stopped) {
      try {
        const starts = await this.#startPoints(partitions);
        for (const [partition, offset] of starts) topic.seek(partition, offset);
        return;
      } catch (thrown) {
        const error = ForebayError.from(thrown);
        if (error.reason === 'failed_precondition') {
          this.#options.onFatal(error);
          return;
        }
        logger.warn(`source "${name}": cannot read the checkpoint: ${error.message}`);
        await new Promise((resolve) => setTimeout(resolve, RECOVERY_PAUSE_MS));
      }
    }
  }

  /** Throws `failed_precondition` when records are lost for good. */
  async #startPoints(partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const { checkpoint, topic, archivedTo, archiver, markStart, decide, logger, name } = this.#options;
    const [stored, archived, bounds] = await Promise.all([checkpoint.read(), archivedTo(), topic.bounds()]);
    const untruncated = [...bounds.values()].every(({ low }) => low === 0);
    await markStart({ resumed: stored !== null, untruncated });
    const starts = new Map<number, number>();
    for (const partition of partitions) {
      const { low, high } = bounds.get(partition) ?? { low: 0, high: 0 };
      const known = checkpoint.stored(partition);
      const decision = decide({ partition, checkpoint: known < 0 ? null : known, archivedTo: archived.get(partition) ?? null, low, high });
      if (decision.kind === 'refuse') throw new ForebayError('failed_precondition', decision.reason);
      archiver.assign(partition, archived.get(partition) ?? decision.offset);
      starts.set(partition, decision.offset);
      this.#applied.set(partition, decision.offset);
      this.#stored.set(partition, decision.offset);
    }
    logger.info({ partitions: Object.fromEntries(starts) }, `source "${name}": reading from the checkpoint`);
    return starts;
  }
}
