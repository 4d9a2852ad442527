import { STATUS } from '@forebay/algebra';
import type { Rejection } from '@forebay/formats';
import type { ApplyCounts } from './apply-counts';
import type { RuntimeOptions } from './source-runtime-options';

/** The metrics of one source, bound once. */
export class SourceMetrics {
  readonly #bound;
  readonly #lookUps;
  readonly #deadLetters;
  readonly #replays;
  readonly #rewinds;
  readonly #cached;
  readonly #lag;
  readonly #archiveLag;
  readonly #waitingBytes;
  readonly #paired;
  #newestEventMs = Number.NEGATIVE_INFINITY;

  private readonly labels: { readonly project: string; readonly source: string };

  constructor({
    instruments,
    project,
    source,
    clock,
  }: Pick<RuntimeOptions, 'instruments' | 'project' | 'source' | 'clock'>) {
    const labels = { project, source: source.name };
    this.labels = labels;
    this.#bound = {
      events: instruments.counter('forebay_stream_events_total').bind(labels),
      late: instruments.counter('forebay_stream_late_events_total').bind(labels),
      tooLate: instruments.counter('forebay_stream_too_late_events_total').bind(labels),
      future: instruments.counter('forebay_stream_future_events_total').bind(labels),
      duplicates: instruments.counter('forebay_stream_duplicate_events_total').bind(labels),
      differing: instruments.counter('forebay_stream_differing_duplicates_total').bind(labels),
      beyondDedupe: instruments.counter('forebay_stream_beyond_dedupe_events_total').bind(labels),
      spread: instruments.counter('forebay_stream_spread_entities_total').bind(labels),
      conflicts: instruments.counter('forebay_stream_cas_conflicts_total').bind(labels),
      flushDuration: instruments.histogram('forebay_stream_flush_duration_seconds').bind(labels),
      flushValues: instruments.histogram('forebay_stream_flush_values').bind(labels),
      applyDelay: instruments.histogram('forebay_stream_apply_delay_seconds').bind(labels),
      notFinite: instruments.counter('forebay_stream_not_finite_inputs_total').bind(labels),
      schemaLookupFailures: instruments.counter('forebay_schema_lookup_failures_total').bind(labels),
      archiveInsert: instruments.histogram('forebay_archive_insert_duration_seconds').bind(labels),
    };
    this.#lookUps = instruments.counter('forebay_enrichment_lookups_total');
    this.#deadLetters = instruments.counter('forebay_dead_letters_total');
    this.#replays = instruments.counter('forebay_replayed_records_total');
    this.#rewinds = instruments.counter('forebay_stream_rewinds_total');
    this.#cached = instruments.gauge('forebay_stream_cached_entities');
    instruments
      .gauge('forebay_newest_event_age_seconds')
      .observe(() =>
        Number.isFinite(this.#newestEventMs) ? [[labels, (clock() - this.#newestEventMs) / 1000]] : [],
      );
    this.#lag = instruments.gauge('forebay_stream_lag_records');
    this.#paired = instruments.gauge('forebay_stream_pair_bytes');
    this.#archiveLag = instruments.gauge('forebay_archive_lag_records');
    this.#waitingBytes = instruments.gauge('forebay_archive_waiting_bytes');
  }

  chunk(read: { events: number; late: number; notFinite: number; newestEventMs: number }): void {
    this.#bound.events.add(read.events);
    if (read.late > 0) this.#bound.late.add(read.late);
    if (read.notFinite > 0) this.#bound.notFinite.add(read.notFinite);
    if (read.newestEventMs > this.#newestEventMs) this.#newestEventMs = read.newestEventMs;
  }

  /** Records of the topic that are not in the values yet, and that are not in the archive yet; bytes that wait for it in memory. */
  lag(values: number, archive: number, waitingBytes: number): void {
    this.#waitingBytes.set(this.labels, waitingBytes);
    this.#lag.set(this.labels, values);
    this.#archiveLag.set(this.labels, archive);
  }

  /** What is held of events that may still be part of a pair. */
  paired(sizeBytes: number): void {
    this.#paired.set(this.labels, sizeBytes);
  }

  counts(counts: ApplyCounts): void {
    if (counts.tooLate > 0) this.#bound.tooLate.add(counts.tooLate);
    if (counts.duplicate > 0) this.#bound.duplicates.add(counts.duplicate);
    if (counts.differing > 0) this.#bound.differing.add(counts.differing);
    if (counts.beyondDedupe > 0) this.#bound.beyondDedupe.add(counts.beyondDedupe);
    if (counts.spread > 0) this.#bound.spread.add(counts.spread);
  }

  deadLetters(rejected: readonly { readonly rejection: Rejection }[]): void {
    for (const { rejection } of rejected) {
      this.#deadLetters.add({ ...this.labels, reason: rejection.reason });
      if (rejection.reason === 'future') this.#bound.future.add(1);
    }
  }

  /** Dead letters that came again: those that count, and those whose original had come before. */
  replays(counted: number, refused: number): void {
    if (counted > 0) this.#replays.add({ ...this.labels, outcome: 'counted' }, counted);
    if (refused > 0) this.#replays.add({ ...this.labels, outcome: 'refused' }, refused);
  }

  /** Of one field of some events: statuses by their number, and how many had the field already. */
  lookedUp(field: string, statuses: Uint32Array, archived: number): void {
    const { labels } = this;
    for (const [name, status] of Object.entries(STATUS)) {
      const count = statuses[status] as number;
      if (count > 0) this.#lookUps.add({ ...labels, field, status: name.toLowerCase() }, count);
    }
    if (archived > 0) this.#lookUps.add({ ...labels, field, status: 'archived' }, archived);
  }

  flush(values: number, conflicts: number, seconds: number): void {
    this.#bound.flushValues.record(values);
    this.#bound.flushDuration.record(seconds);
    if (conflicts > 0) this.#bound.conflicts.add(conflicts);
  }

  /** From arrival at the broker to being in the stored value, of the oldest record of a flush. */
  applyDelay(seconds: number): void {
    this.#bound.applyDelay.record(Math.max(0, seconds));
  }

  /** The schema registry did not say what a schema is: reading stands until it does. */
  schemaLookupFailed(): void {
    this.#bound.schemaLookupFailures.add(1);
  }

  rewind(reason: string): void {
    this.#rewinds.add({ ...this.labels, reason });
  }

  archiveInsert(seconds: number): void {
    this.#bound.archiveInsert.record(seconds);
  }

  /** @param view `view@version` */
  cached(view: string, entities: number): void {
    this.#cached.set({ project: this.labels.project, view }, entities);
  }
}
