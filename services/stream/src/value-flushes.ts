/** Storing what was applied: values, then the checkpoint, then progress. */
import { definitionName, MAX_UNKEYED_PARTITIONS } from '@forebay/definitions';
import { inSpan } from '@forebay/service-kit';
import { newApplyCounts } from './apply-counts';
import type { SourceEvent } from './event-chunk';
import { faultPoint } from './fault-points';
import { FlushTrace } from './flush-trace';
import type { PartitionPositions } from './partition-positions';
import { ProgressTeller } from './progress-teller';
import type { HeadedRecord } from './replays';
import type { SourceWorkerOptions } from './source-worker-options';
import type { StoreSession } from './store-session';
import { WaitingRecords } from './waiting-records';

/** So much of the bound of memory is left when entities were forgotten because of it. */
const KEPT_OF_FULL = 0.8;

const REDIS_WRITE = { 'db.system.name': 'redis', 'db.operation.name': 'EVALSHA' } as const;

export class ValueFlushes<R extends HeadedRecord> {
  readonly #progress: ProgressTeller<R>;
  readonly #waiting = new WaitingRecords();
  readonly #trace: FlushTrace;
  #hasWarned = false;

  constructor(
    private readonly options: SourceWorkerOptions<R>,
    private readonly positions: PartitionPositions,
    private readonly session: StoreSession,
  ) {
    this.#progress = new ProgressTeller(options);
    this.#trace = new FlushTrace(options.name);
  }

  /** Records that are applied and not stored. */
  get waiting(): number {
    return this.#waiting.count;
  }

  /** Records were applied, of which these are events; `arrivedAtMs` of the same index. */
  add(records: readonly R[], events: readonly SourceEvent[], arrivedAtMs: readonly number[]): void {
    this.#waiting.add(records.length, events, arrivedAtMs);
    this.#trace.note(records);
  }

  /** What was applied is void. */
  forget(): void {
    this.#waiting.clear();
    this.#trace.forget();
  }

  /** Resolves with whether the checkpoint was moved. Throws what the flusher throws, and when the store is another one. */
  flush(): Promise<boolean> {
    return this.#trace.storing(this.#waiting.count, () => this.#flush());
  }

  async #flush(): Promise<boolean> {
    const { archiver, enrichment, epoch, outputs, state } = this.options;
    if (this.positions.applied.size === 0) return false;
    for (const passed of this.positions.passOver()) archiver.add({ ...passed, epoch, events: [] }, []);
    await enrichment?.archive();
    const written = await this.#storeValues();
    await outputs?.stored(this.positions.applied, state.views);
    const isMoved = await this.#checkpointed(written);
    faultPoint('checkpoint-stored');
    this.#settle();
    await this.#tellProgress();
    return isMoved;
  }

  /** Returns the buckets where values were written. */
  async #storeValues(): Promise<ReadonlySet<number>> {
    const { state, flusher, checkpoint, metrics, clock, name } = this.options;
    const startedMs = clock();
    const partitions = [...this.positions.applied.keys()];
    const guardOf = (bucket: number) => checkpoint.guard(bucket, partitions);
    const terms = { clock, guardOf, check: () => this.session.check() };
    const write = () => flusher.flush(state, terms);
    const report = await (this.#waiting.count === 0
      ? write()
      : inSpan('EVALSHA', { ...REDIS_WRITE, 'forebay.source': name }, write, { kind: 'client' }));
    faultPoint('values-stored');
    if (report.values > 0) metrics.flush(report, this.#waiting.events, (clock() - startedMs) / 1000);
    for (const view of state.views) {
      const { counts } = view;
      view.counts = newApplyCounts();
      metrics.counts(definitionName(view.layout.view), counts);
      if (counts.spread > 0) this.#warnOfSpread();
    }
    this.session.check();
    return report.buckets;
  }

  /** Once: what is wrong is the topic, or its declaration. */
  #warnOfSpread(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const { logger, name } = this.options;
    logger.warn(
      `source "${name}": events of one entity come from more than ${MAX_UNKEYED_PARTITIONS} partitions, which makes its values large and writers collide: key the topic by the entity, or declare rekey on the source`,
    );
  }

  #checkpointed(written: ReadonlySet<number>): Promise<boolean> {
    const { checkpoint, topic, clock } = this.options;
    const behind = this.#progress.begin(written, clock());
    return checkpoint.advance(this.positions.applied, topic.partitions, behind);
  }

  #settle(): void {
    const { state, metrics, clock, maxStateBytes } = this.options;
    state.settle();
    this.positions.settle();
    if (this.#waiting.events > 0) metrics.delays(this.#waiting, clock());
    this.#waiting.clear();
    if (state.sizeBytes > maxStateBytes) state.evict(KEPT_OF_FULL * maxStateBytes);
  }

  async #tellProgress(): Promise<void> {
    const { state, clock, idsHeldFrom } = this.options;
    const isFurther = await this.#progress.tell(this.positions.stored, clock());
    faultPoint('progress-told');
    if (isFurther) state.heldFromMs = await idsHeldFrom();
  }
}
