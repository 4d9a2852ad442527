import { STATUS } from '@forebay/algebra';
import type { Rejection } from '@forebay/formats';
import type { BoundCounter, Labels } from '@forebay/service-kit';
import type { ApplyCounts } from './apply-counts';
import type { FlushReport } from './flusher';
import type { Counted } from './observing/recent-counts';
import type { SourceSight } from './observing/source-sight';
import type { RuntimeOptions } from './source-runtime-options';
import type { WaitingRecords } from './waiting-records';

type SourceLabels = Labels<'forebay_stream_events_total'>;

/** What each count of a view is shown as. */
const VIEW_COUNTERS = {
  tooLate: 'forebay_stream_too_late_events_total',
  duplicate: 'forebay_stream_duplicate_events_total',
  differing: 'forebay_stream_differing_duplicates_total',
  beyondDedupe: 'forebay_stream_beyond_dedupe_events_total',
  filtered: 'forebay_stream_filtered_events_total',
  nullKeys: 'forebay_stream_null_key_events_total',
} as const satisfies { readonly [Count in keyof ApplyCounts]?: string };

type ViewCount = keyof typeof VIEW_COUNTERS;

/** The metrics of one source, bound once. Nothing here is done for each event but what `delays` does. */
export class SourceMetrics {
  /** What has happened since the process began to read the source. */
  readonly totals = { events: 0, late: 0, tooLate: 0, duplicates: 0, conflicts: 0, rewinds: 0 };
  readonly deadLettersByReason: Record<string, number> = {};
  readonly #labels: SourceLabels;
  readonly #instruments;
  readonly #clock;
  readonly #bound;
  readonly #deadLetters;
  readonly #rewinds;
  readonly #ofViews = new Map<string, Readonly<Record<ViewCount, BoundCounter>>>();
  readonly #ends: (() => void)[] = [];
  #newestEventMs = Number.NEGATIVE_INFINITY;
  /** By partition: all that had arrived before is in the values. */
  readonly #reachedMs = new Map<number, number>();

  constructor(options: Pick<RuntimeOptions, 'instruments' | 'project' | 'source' | 'clock'>) {
    const { instruments, project, source, clock } = options;
    const labels = { project, source: source.name };
    this.#labels = labels;
    this.#instruments = instruments;
    this.#clock = clock;
    this.#bound = {
      events: instruments.counter('forebay_stream_events_total').bind(labels),
      late: instruments.counter('forebay_stream_late_events_total').bind(labels),
      future: instruments.counter('forebay_stream_future_events_total').bind(labels),
      spread: instruments.counter('forebay_stream_spread_entities_total').bind(labels),
      conflicts: instruments.counter('forebay_stream_cas_conflicts_total').bind(labels),
      flushDuration: instruments.histogram('forebay_stream_flush_duration_seconds').bind(labels),
      flushValues: instruments.histogram('forebay_stream_flush_values').bind(labels),
      flushEvents: instruments.histogram('forebay_stream_flush_events').bind(labels),
      flushBytes: instruments.histogram('forebay_stream_flush_bytes').bind(labels),
      applyDelay: instruments.histogram('forebay_stream_apply_delay_seconds').bind(labels),
      eventDelay: instruments.histogram('forebay_stream_event_delay_seconds').bind(labels),
      notFinite: instruments.counter('forebay_stream_not_finite_inputs_total').bind(labels),
      schemaLookupFailures: instruments.counter('forebay_schema_lookup_failures_total').bind(labels),
      archiveInsert: instruments.histogram('forebay_archive_insert_duration_seconds').bind(labels),
    };
    this.#deadLetters = instruments.counter('forebay_dead_letters_total');
    this.#rewinds = instruments.counter('forebay_stream_rewinds_total');
  }

  get counted(): Counted {
    const { totals, deadLettersByReason: deadLetters } = this;
    return { totals, deadLetters, delays: this.#bound.applyDelay.counts };
  }

  /** Shows at every scrape what is seen of the source; until `close`. */
  show(sight: SourceSight): void {
    const { project } = this.#labels;
    const gauge = this.#instruments.gauge.bind(this.#instruments);
    const views = () =>
      sight.views().map(({ name, ...rest }) => ({ labels: { project, view: name }, ...rest }));
    const mine = (value: number | null) => (value === null ? [] : [[this.#labels, value] as const]);
    const freshness = () => this.freshnessMs(sight.assigned());
    const seconds = (ms: number | null) => (ms === null ? null : ms / 1_000);
    this.#ends.push(
      gauge('forebay_newest_event_age_seconds').observe(() => mine(this.#newestEventAge())),
      gauge('forebay_stream_freshness_seconds').observe(() => mine(seconds(freshness()))),
      gauge('forebay_freshness_seconds').observe(() => {
        const age = seconds(freshness());
        return age === null ? [] : views().map(({ labels }) => [labels, age]);
      }),
      gauge('forebay_stream_cached_entities').observe(() =>
        views().map(({ labels, entities }) => [labels, entities]),
      ),
      gauge('forebay_stream_state_bytes').observe(() =>
        views().map(({ labels, sizeBytes }) => [labels, sizeBytes]),
      ),
      gauge('forebay_stream_catch_up_ratio').observe(() =>
        sight.catchUps().map(({ name, ratio }) => [{ project, view: name }, ratio]),
      ),
      gauge('forebay_stream_lag_records').observe(() =>
        sight.lags().map(({ topic, partition, records }) => [{ ...this.#labels, topic, partition }, records]),
      ),
      gauge('forebay_archive_lag_records').observe(() => mine(sight.archiveLag())),
      gauge('forebay_archive_waiting_bytes').observe(() => mine(sight.archiveWaitingBytes())),
      gauge('forebay_stream_pair_bytes').observe(() => mine(sight.pairBytes())),
    );
  }

  close(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  #newestEventAge(): number | null {
    return Number.isFinite(this.#newestEventMs) ? (this.#clock() - this.#newestEventMs) / 1_000 : null;
  }

  /** Of all of these partitions; null: of one it is not known, or there are none. */
  freshnessMs(partitions: Iterable<number>): number | null {
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const partition of partitions)
      oldestMs = Math.min(oldestMs, this.#reachedMs.get(partition) ?? Number.NEGATIVE_INFINITY);
    return Number.isFinite(oldestMs) ? Math.max(0, this.#clock() - oldestMs) : null;
  }

  /** Readers have been told. */
  progress(reached: readonly { readonly partition: number; readonly instantMs: number }[]): void {
    for (const { partition, instantMs } of reached) this.#reachedMs.set(partition, instantMs);
  }

  hasTold(partition: number): boolean {
    return this.#reachedMs.has(partition);
  }

  chunk(read: { events: number; late: number; notFinite: number; newestEventMs: number }): void {
    this.totals.events += read.events;
    this.totals.late += read.late;
    this.#bound.events.add(read.events);
    if (read.late > 0) this.#bound.late.add(read.late);
    if (read.notFinite > 0) this.#bound.notFinite.add(read.notFinite);
    if (read.newestEventMs > this.#newestEventMs) this.#newestEventMs = read.newestEventMs;
  }

  /** @param view `view@version` */
  counts(view: string, counts: ApplyCounts): void {
    this.totals.tooLate += counts.tooLate + counts.beyondDedupe;
    this.totals.duplicates += counts.duplicate;
    if (counts.spread > 0) this.#bound.spread.add(counts.spread);
    const counters = this.#countersOf(view);
    for (const count of Object.keys(VIEW_COUNTERS) as ViewCount[])
      if (counts[count] > 0) counters[count].add(counts[count]);
  }

  #countersOf(view: string): Readonly<Record<ViewCount, BoundCounter>> {
    const known = this.#ofViews.get(view);
    if (known !== undefined) return known;
    const labels = { ...this.#labels, view };
    const made = Object.fromEntries(
      Object.entries(VIEW_COUNTERS).map(([count, name]) => [
        count,
        this.#instruments.counter(name).bind(labels),
      ]),
    ) as Record<ViewCount, BoundCounter>;
    this.#ofViews.set(view, made);
    return made;
  }

  deadLetters(rejected: readonly { readonly rejection: Rejection }[]): void {
    const byReason = this.deadLettersByReason;
    for (const {
      rejection: { reason },
    } of rejected) {
      byReason[reason] = (byReason[reason] ?? 0) + 1;
      this.#deadLetters.add({ ...this.#labels, reason });
      if (reason === 'future') this.#bound.future.add(1);
    }
  }

  /** Dead letters that came again: those that count, and those whose original had come before. */
  replays(counted: number, refused: number): void {
    const replays = this.#instruments.counter('forebay_replayed_records_total');
    if (counted > 0) replays.add({ ...this.#labels, outcome: 'counted' }, counted);
    if (refused > 0) replays.add({ ...this.#labels, outcome: 'refused' }, refused);
  }

  /** Of one field of some events: statuses by their number, and how many had the field already. */
  lookedUp(field: string, statuses: Uint32Array, archived: number): void {
    const labels = this.#labels;
    const lookUps = this.#instruments.counter('forebay_enrichment_lookups_total');
    for (const [name, status] of Object.entries(STATUS)) {
      const count = statuses[status] as number;
      if (count > 0) lookUps.add({ ...labels, field, status: name.toLowerCase() }, count);
    }
    if (archived > 0) lookUps.add({ ...labels, field, status: 'archived' }, archived);
  }

  flush({ values, conflicts, bytes }: FlushReport, events: number, seconds: number): void {
    this.#bound.flushValues.record(values);
    this.#bound.flushEvents.record(events);
    this.#bound.flushBytes.record(bytes);
    this.#bound.flushDuration.record(seconds);
    this.totals.conflicts += conflicts;
    if (conflicts > 0) this.#bound.conflicts.add(conflicts);
  }

  /** Of events that are in the stored values from now on. */
  delays({ events, arrivedAtMs, happenedAtMs }: WaitingRecords, nowMs: number): void {
    this.#bound.applyDelay.recordAges(nowMs, arrivedAtMs, events);
    this.#bound.eventDelay.recordAges(nowMs, happenedAtMs, events);
  }

  /** The schema registry did not say what a schema is: reading stands until it does. */
  schemaLookupFailed(): void {
    this.#bound.schemaLookupFailures.add(1);
  }

  rewind(reason: string): void {
    this.totals.rewinds++;
    this.#rewinds.add({ ...this.#labels, reason });
  }

  archiveInsert(seconds: number): void {
    this.#bound.archiveInsert.record(seconds);
  }
}
