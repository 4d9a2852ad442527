/**
 * Reads one event source: records in, values and archive out, checkpoint after the values, progress after that.
 * The shell around the pure state: everything that touches memory runs in one serial queue.
 */
import { ForebayError } from '@forebay/contract';
import type { RedisConnection } from '@forebay/online-store';
import { inSpan, type Logger } from '@forebay/service-kit';
import type { Archiver } from './archiver';
import type { ChunkReader, RawRecord } from './chunk-reader';
import { type Flusher, StoredBehind } from './flusher';
import { PartitionPositions } from './partition-positions';
import { pause } from './pause';
import { ProgressTeller } from './progress-teller';
import { SerialQueue } from './serial-queue';
import type { SourceMetrics } from './source-metrics';
import type { SourceState } from './source-state';
import { findStartPoints, type StartPointOptions } from './start-points';
import type { TopicControl } from './topic-control';
import { newApplyCounts } from './view-state';

/**
 * Records are decoded, applied and flushed in pieces of at most so many. Large ones, for a backlog: the more events of an
 * entity a flush holds, the less it writes for each. A piece keeps the process busy for a tenth of a second or two.
 */
export const MAX_CHUNK_RECORDS = 8_000;
const RECOVERY_PAUSE_MS = 500;
/** A write that fails again and again, for whatever reason, is tried again after growing pauses. */
const FIRST_FAILURE_PAUSE_MS = 100;
const LONGEST_FAILURE_PAUSE_MS = 5_000;
/** A full archiver is waited for so long, then the records are given back: the group must not wait for the archive. */
const ARCHIVE_WAIT_MS = 5_000;

export interface SourceWorkerOptions<R extends RawRecord> extends StartPointOptions {
  readonly name: string;
  readonly sourceId: number;
  readonly maxStalenessMs: number;
  readonly epoch: number;
  readonly redis: RedisConnection;
  readonly state: SourceState;
  readonly reader: ChunkReader;
  readonly flusher: Flusher;
  readonly archiver: Archiver;
  readonly topic: TopicControl<R>;
  readonly metrics: SourceMetrics;
  readonly logger: Logger;
  readonly clock: () => number;
  readonly flushEveryMs: number;
  readonly maxStateBytes: number;
  /** The event time from which on ids are held, by what the store knows of the source's progress. */
  readonly idsHeldFrom: () => Promise<number>;
  /** Reading can't go on without a person. */
  readonly onFatal: (error: ForebayError) => void;
}

export class SourceWorker<R extends RawRecord> {
  readonly #options: SourceWorkerOptions<R>;
  readonly #queue = new SerialQueue();
  #assigned: readonly number[] = [];
  readonly #positions: PartitionPositions;
  readonly #progress: ProgressTeller<R>;
  /** Grows with every rewind: what was read before it is void. */
  #generation = 0;
  /** Connections to the store so far, and the one that the start points were read on: another server may answer, or an older state. */
  #connections = 0;
  #session = 0;
  /** Recoveries since something was last stored. */
  #failures = 0;
  #oldestArrivalMs = Number.POSITIVE_INFINITY;
  #flushTimer: NodeJS.Timeout | null = null;
  #tick: Promise<void> | null = null;
  /** Ends every wait. */
  readonly #stopping = new AbortController();
  #stopped = false;

  constructor(options: SourceWorkerOptions<R>) {
    this.#options = options;
    this.#positions = new PartitionPositions(options.topic);
    this.#progress = new ProgressTeller(options);
  }

  /** Offsets at which reading of newly assigned partitions begins. */
  assign(partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    return this.#queue.run(async () => {
      this.#forget();
      this.#assigned = partitions;
      return this.#startPoints(partitions);
    });
  }

  /** Partitions have another owner from now on: what is not flushed is theirs to count. */
  revoke(): Promise<void> {
    return this.#queue.run(async () => {
      this.#forget();
      this.#assigned = [];
    });
  }

  /**
   * Applies records of one partition, in order; resolves when memory has room for more.
   *
   * @param from where reading stood: nothing lies between it and the first record
   * @param nextOffset where reading goes on after them
   */
  async process(partition: number, from: number, records: readonly R[], nextOffset: number): Promise<void> {
    const generation = this.#generation;
    let expected = from;
    for (let at = 0; at < records.length; at += MAX_CHUNK_RECORDS) {
      const piece = records.slice(at, at + MAX_CHUNK_RECORDS);
      const next = records[at + MAX_CHUNK_RECORDS]?.offset ?? nextOffset;
      const hasRoom = await this.#options.archiver.room(ARCHIVE_WAIT_MS, this.#stopping.signal);
      await this.#queue.run(() =>
        this.#guarded(generation, async () => {
          if (hasRoom && this.#positions.applied.get(partition) === expected)
            await this.#processPiece(partition, piece, next);
          else this.#positions.readAgain(partition);
        }),
      );
      if (!hasRoom || this.#generation !== generation) return;
      expected = next;
    }
  }

  /** The connection to the store was made anew: the server may have lost what it had. Call it before any command of a later turn. */
  reconnected(): void {
    this.#connections++;
    void this.#queue.run(async () => {
      if (this.#session !== this.#connections && !this.#stopped && this.#assigned.length > 0)
        await this.#recover('reconnect');
    });
  }

  /** By assigned partition: the end of what is in the values. */
  get stored(): ReadonlyMap<number, number> {
    return this.#positions.stored;
  }

  /** Called several times a second, also when nothing comes. */
  tick(): Promise<void> {
    this.#tick ??= this.#queue
      .run(() => this.#guarded(this.#generation, () => this.#flush()))
      .finally(() => {
        this.#tick = null;
      });
    return this.#tick;
  }

  /** Stores what was applied; the archiver is closed by its owner. */
  async stop(): Promise<void> {
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer);
    this.#stopping.abort();
    await this.#queue.run(async () => {
      if (this.#stopped) return;
      this.#stopped = true;
      await this.#flush();
      this.#options.topic.commit(this.#positions.stored);
    });
  }

  #forget(): void {
    this.#generation++;
    this.#positions.clear();
    this.#options.state.reset();
    this.#oldestArrivalMs = Number.POSITIVE_INFINITY;
  }

  async #guarded(generation: number, task: () => Promise<void>): Promise<void> {
    if (this.#generation !== generation || this.#stopped) return;
    try {
      await task();
    } catch (thrown) {
      const reason = thrown instanceof StoredBehind ? 'behind' : ForebayError.from(thrown).reason;
      this.#options.logger.warn(
        { err: thrown },
        `source "${this.#options.name}": a write failed; reading again from the checkpoint`,
      );
      await this.#recover(reason);
    }
  }

  async #processPiece(partition: number, records: readonly R[], nextOffset: number): Promise<void> {
    const { reader, state, topic, flusher, archiver, metrics, clock, epoch } = this.#options;
    const nowMs = clock();
    const firstOffset = this.#positions.applied.get(partition) as number;
    const read = reader.read({ partition, epoch, records, firstOffset, nextOffset }, nowMs);
    const { chunk, arrivedAtMs, rejected } = read;
    if (rejected.length > 0) await topic.sendDeadLetters(partition, rejected);
    for (const { rejection } of rejected) metrics.deadLetter(rejection.reason);
    const prepared = state.prepare(chunk, nowMs);
    await Promise.all(prepared.missing.map(({ view, keys }) => flusher.load(view, keys)));
    this.#checkSession();
    state.apply(prepared, clock());
    this.#positions.advance(partition, chunk.nextOffset);
    for (const at of arrivedAtMs) if (at < this.#oldestArrivalMs) this.#oldestArrivalMs = at;
    metrics.chunk({ ...read, events: chunk.events.length });
    archiver.add(chunk, arrivedAtMs);
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
    const { state, flusher, checkpoint, topic, archiver, metrics, clock, epoch, maxStateBytes } =
      this.#options;
    const { applied } = this.#positions;
    if (applied.size === 0) return;
    for (const passed of this.#positions.passOver()) archiver.add({ ...passed, epoch, events: [] }, []);
    const startedMs = clock();
    const partitions = [...applied.keys()];
    const guardOf = (bucket: number) => checkpoint.guard(bucket, partitions);
    const terms = { clock, guardOf, check: () => this.#checkSession() };
    const report = await inSpan('flush stream values', { 'forebay.source': this.#options.name }, () =>
      flusher.flush(state, terms),
    );
    if (report.values > 0) metrics.flush(report.values, report.conflicts, (clock() - startedMs) / 1000);
    metrics.counts(state.counts);
    state.counts = newApplyCounts();
    this.#checkSession();
    const behind = this.#progress.begin(report.buckets, clock());
    const moved = await checkpoint.advance(applied, topic.partitions, behind);
    if (moved) this.#failures = 0;
    state.settle();
    this.#positions.settle();
    if (Number.isFinite(this.#oldestArrivalMs)) metrics.applyDelay((clock() - this.#oldestArrivalMs) / 1000);
    this.#oldestArrivalMs = Number.POSITIVE_INFINITY;
    if (state.sizeBytes > maxStateBytes) state.evict(0.8 * maxStateBytes);
    for (const view of state.views) metrics.cached(view.layout.view.name, view.entities);
    if (await this.#progress.tell(this.#positions.stored, clock()))
      state.heldFromMs = await this.#options.idsHeldFrom();
  }

  /** Throws `conflict` if the store was reconnected since the start points were read: a rewind waits in the queue. */
  #checkSession(): void {
    if (this.#session === this.#connections) return;
    throw new ForebayError(
      'conflict',
      `source "${this.#options.name}": redis was reconnected, and may have lost its last writes`,
    );
  }

  /** Forgets, then tries to find the checkpoint and to seek there, until it succeeds or the worker is stopped. */
  async #recover(reason: string): Promise<void> {
    const { logger, metrics, name } = this.#options;
    const { signal } = this.#stopping;
    this.#forget();
    metrics.rewind(reason);
    if (this.#failures++ > 0)
      await pause(
        Math.min(FIRST_FAILURE_PAUSE_MS * 2 ** (this.#failures - 2), LONGEST_FAILURE_PAUSE_MS),
        signal,
      );
    while (!signal.aborted) {
      try {
        const starts = await this.#startPoints(this.#assigned);
        for (const partition of starts.keys()) this.#positions.readAgain(partition);
        // records that were handed over since the memory was dropped were read before the seek
        this.#generation++;
        return;
      } catch (thrown) {
        const error = ForebayError.from(thrown);
        if (error.reason === 'failed_precondition') {
          this.#options.onFatal(error);
          return;
        }
        logger.warn(`source "${name}": cannot read the checkpoint: ${error.message}`);
        await pause(RECOVERY_PAUSE_MS, signal);
      }
    }
  }

  /** Throws `failed_precondition` when records are lost for good. */
  async #startPoints(partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const { archiver, state, logger, name, idsHeldFrom } = this.#options;
    const session = this.#connections;
    // before the checkpoint is read, which may move on in between: what is read again must not be older than the ids
    state.heldFromMs = await idsHeldFrom();
    const starts = await findStartPoints(this.#options, partitions);
    const offsets = new Map<number, number>();
    for (const { partition, offset, archivedTo } of starts) {
      archiver.assign(partition, archivedTo);
      this.#positions.start(partition, offset);
      offsets.set(partition, offset);
    }
    this.#session = session;
    logger.info({ partitions: Object.fromEntries(offsets) }, `source "${name}": reading from the checkpoint`);
    return offsets;
  }
}
