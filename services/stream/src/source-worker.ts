/**
 * Reads one event source: records in, values and archive out, checkpoint after the values, progress after that.
 * The shell around the pure state: everything that touches memory runs in one serial queue.
 */
import { ForebayError } from '@forebay/contract';
import { faultPoint } from './fault-points';
import { StoredBehind } from './flusher';
import { PartitionPositions } from './partition-positions';
import { growingPause, pause } from './pause';
import { PieceApplier } from './piece-applier';
import { Readiness } from './readiness';
import type { HeadedRecord } from './replays';
import { SerialQueue } from './serial-queue';
import type { SourceWorkerOptions } from './source-worker-options';
import { SparseWarning } from './sparse-warning';
import { nullIfConflict } from './start-points';
import { StoreSession } from './store-session';
import { ValueFlushes } from './value-flushes';

const RECOVERY_PAUSE_MS = 500;

/** Records of a partition, and where its reading stood before them and goes on after them. */
interface Delivery<R> {
  readonly partition: number;
  readonly from: number;
  readonly records: readonly R[];
  readonly nextOffset: number;
}

export class SourceWorker<R extends HeadedRecord> {
  readonly #options: SourceWorkerOptions<R>;
  readonly #queue = new SerialQueue();
  #assigned: readonly number[] = [];
  readonly #positions: PartitionPositions;
  readonly #pieces: PieceApplier<R>;
  readonly #readiness: Readiness;
  /** Grows with every rewind: what was read before it is void. */
  #generation = 0;
  readonly #session: StoreSession;
  readonly #flushes: ValueFlushes<R>;
  /** Recoveries since something was last stored. */
  #failures = 0;
  #flushTimer: NodeJS.Timeout | null = null;
  #tick: Promise<void> | null = null;
  /** Ends every wait. */
  readonly #stopping = new AbortController();
  #stopped = false;

  constructor(options: SourceWorkerOptions<R>) {
    this.#options = options;
    this.#positions = new PartitionPositions(options.topic);
    this.#session = new StoreSession(options.name);
    this.#flushes = new ValueFlushes(options, this.#positions, this.#session);
    this.#pieces = new PieceApplier(options, this.#positions, this.#session, this.#flushes);
    this.#readiness = new Readiness(options.outputs?.beside(options) ?? options);
  }

  /** Where the reading of all begins: of those that were assigned before and not revoked, where memory stands; else, at the checkpoint. */
  assign(partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    return this.#queue.run(async () => {
      faultPoint('assigning');
      // where the connection was made anew, memory may be of another state of the server than what would be read now
      const before = this.#session.isCurrent ? this.#assigned : [];
      const kept = this.#positions.keptOf(before, partitions);
      this.#assigned = partitions;
      if (kept.size > 0) {
        const added = partitions.filter((partition) => !kept.has(partition));
        if (added.length === 0) return kept;
        const starts = await this.#awaitedStartPoints(added, new Set(kept.keys())).catch(nullIfConflict);
        if (starts !== null) return new Map([...kept, ...starts]);
      }
      this.#forget();
      return this.#awaitedStartPoints(partitions);
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
        this.#options.reader.forgetPartitions?.(lost);
        for (const partition of lost) this.#positions.forget(partition);
      }
    });
  }

  /**
   * Applies records of one partition, in order; resolves when memory has room for more. Where the store does not keep up it does not wait
   * long: the partition is paused, and is read again from where memory stands.
   *
   * @param from where reading stood: nothing lies between it and the first record
   * @param nextOffset where reading goes on after them
   */
  process(partition: number, from: number, records: readonly R[], nextOffset: number): Promise<void> {
    return this.#processAll({ partition, from, records, nextOffset }, false);
  }

  /** The same for records that no group waits for: they wait for the store. */
  processPatiently(
    partition: number,
    from: number,
    records: readonly R[],
    nextOffset: number,
  ): Promise<void> {
    return this.#processAll({ partition, from, records, nextOffset }, true);
  }

  async #processAll(
    { partition, from, records, nextOffset }: Delivery<R>,
    isPatient: boolean,
  ): Promise<void> {
    const generation = this.#generation;
    const { signal } = this.#stopping;
    let isGivenBack = false;
    let expected = from;
    let at = 0;
    do {
      const end = Math.min(
        records.length,
        at + Math.max(1, this.#options.flushEvents - this.#flushes.waiting),
      );
      const piece = at === 0 && end === records.length ? records : records.slice(at, end);
      const next = records[end]?.offset ?? nextOffset;
      const begin = expected;
      const work = async () => {
        if (isGivenBack) return;
        if (this.#positions.applied.get(partition) === begin)
          await this.#processPiece(partition, piece, next);
        else this.#positions.readAgain(partition);
      };
      if (await this.#readiness.of(partition, piece, signal, isPatient)) {
        const applied = this.#queue.run(() => this.#guarded(generation, work));
        if (isPatient) await applied;
        else isGivenBack = !(await this.#readiness.inTime(partition, applied));
      } else isGivenBack = true;
      // at once: the position must not stand behind what is in memory, or records would pass for ones that the topic passed over
      if (isGivenBack) this.#positions.readAgain(partition);
      if (isGivenBack || this.#generation !== generation) return;
      expected = next;
      at = end;
    } while (at < records.length);
  }

  /** The connection to the store was made anew: the server may have lost what it had. Call it before any command of a later turn. */
  reconnected(): void {
    this.#session.reconnected();
    void this.#queue.run(async () => {
      if (!this.#session.isCurrent && !this.#stopped && this.#assigned.length > 0)
        await this.#recover('reconnect');
    });
  }

  /** The next offset to apply; null: the partition is not assigned, or memory is void. */
  appliedTo(partition: number): number | null {
    return this.#positions.applied.get(partition) ?? null;
  }

  get assigned(): readonly number[] {
    return this.#assigned;
  }

  /** By assigned partition: the end of what is in the values; none while memory is void. */
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
    this.#flushes.forget();
    this.#options.reader.forget?.();
    this.#options.outputs?.forget();
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
    await this.#pieces.apply(partition, records, nextOffset);
    if (this.#flushes.waiting >= this.#options.flushEvents) return this.#flush();
    this.#flushTimer ??= setTimeout(() => {
      this.#flushTimer = null;
      void this.tick();
    }, this.#options.flushEveryMs);
  }

  async #flush(): Promise<void> {
    if (await this.#flushes.flush()) this.#failures = 0;
  }

  /** Forgets, then tries to find the checkpoint and to seek there, until it succeeds or the worker is stopped. */
  async #recover(reason: string): Promise<void> {
    const { metrics } = this.#options;
    const { signal } = this.#stopping;
    this.#forget();
    faultPoint('recovering');
    metrics.rewind(reason);
    await growingPause(this.#failures++, signal);
    if (signal.aborted) return;
    try {
      const starts = await this.#awaitedStartPoints(this.#assigned);
      faultPoint('recovered');
      for (const partition of starts.keys()) this.#positions.readAgain(partition);
      // records that were handed over since the memory was dropped were read before the seek
      this.#generation++;
    } catch (thrown) {
      if (!signal.aborted) this.#options.onFatal(ForebayError.from(thrown));
    }
  }

  /** The start points, as soon as the servers that say them answer. Throws what waiting does not help against. */
  async #awaitedStartPoints(partitions: readonly number[], kept?: Set<number>) {
    const { logger, name } = this.#options;
    const { signal } = this.#stopping;
    const trouble = new SparseWarning();
    for (;;) {
      try {
        return await this.#startPoints(partitions, kept);
      } catch (thrown) {
        const error = ForebayError.from(thrown);
        if (error.reason === 'failed_precondition' || signal.aborted) throw error;
        if (kept !== undefined && error.reason === 'conflict') throw error;
        trouble.found(() =>
          logger.warn(`source "${name}": it is not known yet where to begin: ${error.message}`),
        );
        await pause(RECOVERY_PAUSE_MS, signal);
      }
    }
  }

  /** Throws `failed_precondition` when records are lost for good. */
  async #startPoints(partitions: readonly number[], kept = new Set<number>()) {
    const { archiver, enrichment, erased, state, logger, name, idsHeldFrom, findStarts } = this.#options;
    const begun = this.#session.begin();
    // before the checkpoint is read, which may move on in between: what is read again must not be older than the ids
    [state.heldFromMs] = await Promise.all([idsHeldFrom(), erased.refresh()]);
    const { starts, feeding } = await findStarts(partitions, kept);
    state.feed(feeding);
    const claim = await enrichment?.begin();
    const offsets = new Map<number, number>();
    for (const { partition, offset, archivedTo } of starts) {
      archiver.assign(partition, archivedTo, claim);
      this.#positions.start(partition, offset);
      offsets.set(partition, offset);
    }
    begun();
    logger.info({ partitions: Object.fromEntries(offsets) }, `source "${name}": reading from the checkpoint`);
    return offsets;
  }
}
