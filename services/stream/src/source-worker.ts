/**
 * Reads one event source: records in, values and archive out, checkpoint after the values, progress after that.
 * The shell around the pure state: everything that touches memory runs in one serial queue.
 */
import { ForebayError } from '@forebay/contract';
import { inSpan } from '@forebay/service-kit';
import { newApplyCounts } from './apply-counts';
import { faultPoint } from './fault-points';
import { StoredBehind, StoreReconnected } from './flusher';
import { PartitionPositions } from './partition-positions';
import { growingPause, pause } from './pause';
import { ProgressTeller } from './progress-teller';
import { Readiness } from './readiness';
import type { HeadedRecord } from './replays';
import { SerialQueue } from './serial-queue';
import type { SourceWorkerOptions } from './source-worker-options';
import { nullIfConflict } from './start-points';
import { WaitingRecords } from './waiting-records';

const RECOVERY_PAUSE_MS = 500;

export class SourceWorker<R extends HeadedRecord> {
  readonly #options: SourceWorkerOptions<R>;
  readonly #queue = new SerialQueue();
  #assigned: readonly number[] = [];
  readonly #positions: PartitionPositions;
  readonly #progress: ProgressTeller<R>;
  readonly #readiness: Readiness;
  /** Grows with every rewind: what was read before it is void. */
  #generation = 0;
  /** Connections to the store so far, and the one that the start points were read on: another server may answer, or an older state. */
  #connections = 0;
  #session = 0;
  /** Recoveries since something was last stored. */
  #failures = 0;
  readonly #waiting = new WaitingRecords();
  #flushTimer: NodeJS.Timeout | null = null;
  #tick: Promise<void> | null = null;
  /** Ends every wait. */
  readonly #stopping = new AbortController();
  #stopped = false;

  constructor(options: SourceWorkerOptions<R>) {
    this.#options = options;
    this.#positions = new PartitionPositions(options.topic);
    this.#progress = new ProgressTeller(options);
    this.#readiness = new Readiness(options);
  }

  /** Where the reading of all begins: of those that were assigned before and not revoked, where memory stands; else, at the checkpoint. */
  assign(partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    return this.#queue.run(async () => {
      faultPoint('assigning');
      // where the connection was made anew, memory may be of another state of the server than what would be read now
      const before = this.#session === this.#connections ? this.#assigned : [];
      const kept = this.#positions.keptOf(before, partitions);
      this.#assigned = partitions;
      if (kept.size > 0) {
        const added = partitions.filter((partition) => !kept.has(partition));
        if (added.length === 0) return kept;
        const starts = await this.#startPoints(added, new Set(kept.keys())).catch(nullIfConflict);
        if (starts !== null) return new Map([...kept, ...starts]);
      }
      this.#forget();
      return this.#startPoints(partitions);
    });
  }

  /** Stores all that was applied, so that whoever gets the partitions next begins there. */
  settle(): Promise<void> {
    return this.#queue.run(() => this.#guarded(this.#generation, () => this.#flush()));
  }

  /** The partitions have another owner from now on: what is not flushed is theirs to count. */
  revoke(partitions: readonly number[]): Promise<void> {
    return this.#queue.run(async () => {
      const lost = new Set(partitions);
      this.#assigned = this.#assigned.filter((partition) => !lost.has(partition));
      // what is in memory but not stored can't be taken apart: then the others begin at the checkpoint too
      if (this.#assigned.length === 0 || !this.#positions.isSettled) this.#forget();
      else {
        this.#options.state.forgetPartitions(lost);
        for (const partition of lost) this.#positions.forget(partition);
      }
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
    let at = 0;
    do {
      const end = Math.min(records.length, at + Math.max(1, this.#options.flushEvents - this.#waiting.count));
      const piece = at === 0 && end === records.length ? records : records.slice(at, end);
      const next = records[end]?.offset ?? nextOffset;
      const isReady = await this.#readiness.of(partition, piece, this.#stopping.signal);
      await this.#queue.run(() =>
        this.#guarded(generation, async () => {
          if (isReady && this.#positions.applied.get(partition) === expected)
            await this.#processPiece(partition, piece, next);
          else this.#positions.readAgain(partition);
        }),
      );
      if (!isReady || this.#generation !== generation) return;
      expected = next;
      at = end;
    } while (at < records.length);
  }

  /** The connection to the store was made anew: the server may have lost what it had. Call it before any command of a later turn. */
  reconnected(): void {
    this.#connections++;
    void this.#queue.run(async () => {
      if (this.#session !== this.#connections && !this.#stopped && this.#assigned.length > 0)
        await this.#recover('reconnect');
    });
  }

  /** The next offset to apply; null: the partition is not assigned, or memory is void. */
  appliedTo(partition: number): number | null {
    return this.#positions.applied.get(partition) ?? null;
  }

  /** By assigned partition: the end of what is in the values. */
  get stored(): ReadonlyMap<number, number> {
    return this.#positions.stored;
  }

  /** Called several times a second, also when nothing comes. */
  tick(): Promise<void> {
    void this.#readiness.lookAgain(this.#stopping.signal);
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
    this.#waiting.clear();
    this.#options.reader.forget?.();
  }

  async #guarded(generation: number, task: () => Promise<void>): Promise<void> {
    if (this.#generation !== generation || this.#stopped) return;
    try {
      await task();
    } catch (thrown) {
      const error = ForebayError.from(thrown);
      if (error.reason === 'failed_precondition') {
        this.#forget();
        return this.#options.onFatal(error);
      }
      const reason = thrown instanceof StoredBehind ? 'behind' : error.reason;
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
    faultPoint('chunk-decoded');
    if (read.rejected.length > 0) {
      await topic.sendDeadLetters(partition, read.rejected);
      faultPoint('dead-letters-sent');
      metrics.deadLetters(read.rejected);
    }
    const { chunk, arrivedAtMs } = await this.#options.replays.admit(records, read);
    await this.#options.enrichment?.enrich(chunk);
    const prepared = state.prepare(chunk, nowMs);
    await Promise.all(prepared.missing.map(({ view, keys }) => flusher.load(view, keys)));
    this.#checkSession();
    state.apply(prepared, clock());
    faultPoint('chunk-applied');
    this.#positions.advance(partition, chunk.nextOffset);
    this.#waiting.add(records.length, arrivedAtMs);
    metrics.chunk({ ...read, events: chunk.events.length });
    archiver.add(chunk, arrivedAtMs);
    if (this.#waiting.count >= this.#options.flushEvents) return this.#flush();
    this.#flushTimer ??= setTimeout(() => {
      this.#flushTimer = null;
      void this.tick();
    }, this.#options.flushEveryMs);
  }

  /** Values, then the checkpoint, then progress. */
  async #flush(): Promise<void> {
    const { state, flusher, checkpoint, archiver, metrics, clock, epoch, maxStateBytes } = this.#options;
    const { applied } = this.#positions;
    if (applied.size === 0) return;
    for (const passed of this.#positions.passOver()) archiver.add({ ...passed, epoch, events: [] }, []);
    await this.#options.enrichment?.archive();
    const startedMs = clock();
    const partitions = [...applied.keys()];
    const guardOf = (bucket: number) => checkpoint.guard(bucket, partitions);
    const terms = { clock, guardOf, check: () => this.#checkSession() };
    const report = await inSpan('flush stream values', { 'forebay.source': this.#options.name }, () =>
      flusher.flush(state, terms),
    );
    faultPoint('values-stored');
    if (report.values > 0) metrics.flush(report.values, report.conflicts, (clock() - startedMs) / 1000);
    metrics.counts(state.counts);
    state.counts = newApplyCounts();
    this.#checkSession();
    const behind = this.#progress.begin(report.buckets, clock());
    const moved = await checkpoint.advance(applied, this.#options.topic.partitions, behind);
    faultPoint('checkpoint-stored');
    if (moved) this.#failures = 0;
    state.settle();
    this.#positions.settle();
    const { oldestArrivalMs } = this.#waiting;
    if (Number.isFinite(oldestArrivalMs)) metrics.applyDelay((clock() - oldestArrivalMs) / 1000);
    this.#waiting.clear();
    if (state.sizeBytes > maxStateBytes) state.evict(0.8 * maxStateBytes);
    for (const view of state.views) metrics.cached(view.layout.view.name, view.entities);
    const isFurther = await this.#progress.tell(this.#positions.stored, clock());
    faultPoint('progress-told');
    if (isFurther) state.heldFromMs = await this.#options.idsHeldFrom();
  }

  /** Throws if the store was reconnected since the start points were read: a rewind waits in the queue. */
  #checkSession(): void {
    if (this.#session !== this.#connections) throw new StoreReconnected(this.#options.name);
  }

  /** Forgets, then tries to find the checkpoint and to seek there, until it succeeds or the worker is stopped. */
  async #recover(reason: string): Promise<void> {
    const { logger, metrics, name } = this.#options;
    const { signal } = this.#stopping;
    this.#forget();
    faultPoint('recovering');
    metrics.rewind(reason);
    await growingPause(this.#failures++, signal);
    while (!signal.aborted) {
      try {
        const starts = await this.#startPoints(this.#assigned);
        faultPoint('recovered');
        for (const partition of starts.keys()) this.#positions.readAgain(partition);
        // records that were handed over since the memory was dropped were read before the seek
        this.#generation++;
        return;
      } catch (thrown) {
        const error = ForebayError.from(thrown);
        if (error.reason === 'failed_precondition') return this.#options.onFatal(error);
        logger.warn(`source "${name}": cannot read the checkpoint: ${error.message}`);
        await pause(RECOVERY_PAUSE_MS, signal);
      }
    }
  }

  /** Throws `failed_precondition` when records are lost for good. */
  async #startPoints(partitions: readonly number[], kept = new Set<number>()) {
    const { archiver, enrichment, state, logger, name, idsHeldFrom, findStarts } = this.#options;
    const session = this.#connections;
    // before the checkpoint is read, which may move on in between: what is read again must not be older than the ids
    state.heldFromMs = await idsHeldFrom();
    const { starts, feeding } = await findStarts(partitions, kept);
    state.feed(feeding);
    const claim = await enrichment?.begin();
    const offsets = new Map<number, number>();
    for (const { partition, offset, archivedTo } of starts) {
      archiver.assign(partition, archivedTo, claim);
      this.#positions.start(partition, offset);
      offsets.set(partition, offset);
    }
    this.#session = session;
    logger.info({ partitions: Object.fromEntries(offsets) }, `source "${name}": reading from the checkpoint`);
    return offsets;
  }
}
