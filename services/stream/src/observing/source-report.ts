/** Looks every few seconds at how far the reading of a source is, for its metrics and for `forebay status`. */
import type { MessageInput } from '@forebay/contract';
import { definitionName } from '@forebay/definitions';
import type { TopicPartition } from '@forebay/event-log';
import { readProgress, removeMemberStatus, writeMemberStatus } from '@forebay/online-store';
import { METRICS } from '@forebay/service-kit';
import type { EventArchive } from '../archiver';
import type { SourceMetrics } from '../source-metrics';
import type { RuntimeOptions } from '../source-runtime-options';
import type { SourceState } from '../source-state';
import type { SourceWorker } from '../source-worker';
import { type Recent, RecentCounts } from './recent-counts';
import type { CatchUpProgress, HeldView, PartitionLag, SourceSight } from './source-sight';

const LOOK_MS = 5_000;
/** Three looks may fail before a member counts as gone. */
const STATUS_TTL_MS = 4 * LOOK_MS;
/** They are told of together, to a few seconds. */
const ANY_BUCKET = 0;
/** Records that wait to be copied are of no partition that is read. */
const UNCOPIED = 'uncopied';

export interface SourceReportOptions {
  readonly runtime: Pick<
    RuntimeOptions,
    'project' | 'source' | 'member' | 'instruments' | 'redis' | 'clock' | 'logger'
  >;
  readonly metrics: SourceMetrics;
  readonly state: SourceState;
  readonly worker: Pick<SourceWorker<never>, 'assigned' | 'stored'>;
  /** The ends of all partitions. */
  readonly ends: () => Promise<ReadonlyMap<number, number>>;
  readonly placeOf: (number: number) => TopicPartition;
  /** null: others archive the events. */
  readonly archive: Pick<EventArchive, 'archivedTo' | 'waitingBytes'> | null;
  /** Left out: the topic is read as it is. */
  readonly uncopied?: () => Promise<number>;
  readonly pairBytes?: () => number;
  readonly catchUps?: () => readonly CatchUpProgress[];
}

interface PartitionLook extends TopicPartition {
  readonly number: number;
  readonly lag: number;
  readonly archiveLag: number;
}

export class SourceReport implements SourceSight {
  readonly #options: SourceReportOptions;
  readonly #recent;
  readonly #startedMs: number;
  /** By partition: the end of what is in the values, as it was last seen: memory is void while the store is away. */
  readonly #stored = new Map<number, number>();
  #partitions: readonly PartitionLook[] | null = null;
  #uncopied = 0;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #telling: Promise<void> | null = null;

  constructor(options: SourceReportOptions) {
    const { metrics, runtime } = options;
    this.#options = options;
    this.#startedMs = runtime.clock();
    this.#recent = new RecentCounts(this.#startedMs, metrics.counted);
  }

  start(): void {
    this.#options.metrics.show(this);
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
    void this.#look();
  }

  /** Nothing is shown of it any more. Never throws. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    const { metrics, runtime } = this.#options;
    metrics.close();
    await this.#looking;
    await this.#telling;
    await removeMemberStatus(runtime.redis, this.#member).catch(() => undefined);
  }

  assigned(): readonly number[] {
    return this.#options.worker.assigned;
  }

  views(): readonly HeldView[] {
    return this.#options.state.views.map(({ layout: { view }, entities, sizeBytes }) => ({
      viewId: view.id,
      name: definitionName(view),
      entities,
      sizeBytes,
    }));
  }

  lags(): readonly PartitionLag[] {
    const { source } = this.#options.runtime;
    const lags = (this.#partitions ?? []).map(({ topic, partition, lag }) => ({
      topic,
      partition: String(partition),
      records: lag,
    }));
    if (this.#options.uncopied === undefined) return lags;
    return [...lags, { topic: source.topic, partition: UNCOPIED, records: this.#uncopied }];
  }

  archiveLag(): number | null {
    if (this.#options.archive === null || this.#partitions === null) return null;
    return this.#partitions.reduce((sum, { archiveLag }) => sum + archiveLag, this.#uncopied);
  }

  archiveWaitingBytes(): number | null {
    return this.#options.archive?.waitingBytes ?? null;
  }

  pairBytes(): number | null {
    return this.#options.pairBytes?.() ?? null;
  }

  catchUps(): readonly CatchUpProgress[] {
    return this.#options.catchUps?.() ?? [];
  }

  get #member() {
    const { source, member } = this.#options.runtime;
    return { sourceId: source.id, member };
  }

  /** One look at a time. Never throws: what can't be asked now is at the next one. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #lookNow(): Promise<void> {
    const { runtime, uncopied } = this.#options;
    try {
      const ends = await this.#options.ends();
      for (const [number, stored] of this.#options.worker.stored) this.#stored.set(number, stored);
      this.#partitions = this.assigned().flatMap((number) => {
        const stored = this.#stored.get(number);
        return stored === undefined ? [] : [this.#lookAt(number, stored, ends.get(number) ?? stored)];
      });
      this.#uncopied = (await uncopied?.().catch(() => this.#uncopied)) ?? 0;
      // a store that does not answer is not waited for: what is seen is shown by metrics all the same
      this.#telling ??= this.#tell().finally(() => {
        this.#telling = null;
      });
    } catch (error) {
      runtime.logger.debug(
        { err: error },
        `source "${runtime.source.name}": how far it is cannot be asked now`,
      );
    }
  }

  async #tell(): Promise<void> {
    const { redis, logger } = this.#options.runtime;
    try {
      await this.#recallProgress();
      await writeMemberStatus(redis, this.#member, this.#status(), STATUS_TTL_MS);
    } catch (error) {
      logger.debug({ err: error }, 'the status of a member cannot be told now');
    }
  }

  /** Of partitions of which this process has told nothing yet, for it has much to read before: what readers go by meanwhile. */
  async #recallProgress(): Promise<void> {
    const { metrics, runtime } = this.#options;
    const unknown = this.assigned().filter((partition) => !metrics.hasTold(partition));
    if (unknown.length === 0) return;
    const told = await readProgress(runtime.redis, ANY_BUCKET, runtime.source.id);
    for (const partition of unknown) {
      const instantMs = told?.instantsMs[partition] ?? 0;
      if (instantMs > 0 && !metrics.hasTold(partition)) metrics.progress([{ partition, instantMs }]);
    }
  }

  #lookAt(number: number, stored: number, end: number): PartitionLook {
    const { archive, placeOf } = this.#options;
    return {
      ...placeOf(number),
      number,
      lag: Math.max(0, end - stored),
      archiveLag: archive === null ? 0 : Math.max(0, end - archive.archivedTo(number)),
    };
  }

  #status(): MessageInput<'MemberStatus'> {
    const { metrics, runtime } = this.#options;
    const nowMs = runtime.clock();
    const recent = this.#recent.recent(nowMs, metrics.counted);
    const held = this.views().map(({ viewId, entities, sizeBytes }) => ({
      view_id: viewId,
      entities,
      state_bytes: Math.round(sizeBytes),
    }));
    const anew = this.catchUps().map(({ viewId, ratio }) => ({
      view_id: viewId,
      is_made_anew: true,
      made_anew_ratio: ratio,
    }));
    return {
      project: runtime.project,
      source: runtime.source.name,
      at_ms: nowMs,
      started_at_ms: this.#startedMs,
      partitions: (this.#partitions ?? []).map(({ number, topic, partition, lag }) => ({
        number,
        topic,
        partition,
        lag,
      })),
      uncopied: this.#uncopied,
      views: [...held, ...anew],
      archive_waiting_bytes: this.archiveWaitingBytes() ?? 0,
      pair_bytes: Math.round(this.pairBytes() ?? 0),
      recent: recentMessage(recent),
    };
  }
}

function recentMessage({ spanMs, totals, deadLetters, delays }: Recent): MessageInput<'RecentCounts'> {
  const { events = 0, late = 0, tooLate = 0, duplicates = 0, conflicts = 0, rewinds = 0 } = totals;
  return {
    span_ms: spanMs,
    events,
    late,
    too_late: tooLate,
    duplicates,
    conflicts,
    rewinds,
    apply_delay_bounds: [...METRICS.forebay_stream_apply_delay_seconds.buckets],
    apply_delay_counts: [...delays],
    dead_letters: { ...deadLetters },
  };
}
