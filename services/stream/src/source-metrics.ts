import type { Instruments } from '@forebay/service-kit';
import type { RejectReason } from './json-decoder';
import type { ApplyCounts } from './view-state';

/** The metrics of one source, bound once. */
export class SourceMetrics {
  readonly #bound;
  readonly #deadLetters;
  readonly #rewinds;
  readonly #cached;
  readonly #lag;
  readonly #archiveLag;
  #newestEventMs = Number.NEGATIVE_INFINITY;

  constructor(
    instruments: Instruments,
    private readonly source: string,
    clock: () => number,
  ) {
    const labels = { source };
    this.#bound = {
      events: instruments.counter('forebay_stream_events_total').bind(labels),
      late: instruments.counter('forebay_stream_late_events_total').bind(labels),
      tooLate: instruments.counter('forebay_stream_too_late_events_total').bind(labels),
      future: instruments.counter('forebay_stream_future_events_total').bind(labels),
      duplicates: instruments.counter('forebay_stream_duplicate_events_total').bind(labels),
      differing: instruments.counter('forebay_stream_differing_duplicates_total').bind(labels),
      beyondDedupe: instruments.counter('forebay_stream_beyond_dedupe_events_total').bind(labels),
      conflicts: instruments.counter('forebay_stream_cas_conflicts_total').bind(labels),
      flushDuration: instruments.histogram('forebay_stream_flush_duration_seconds').bind(labels),
      flushValues: instruments.histogram('forebay_stream_flush_values').bind(labels),
      applyDelay: instruments.histogram('forebay_stream_apply_delay_seconds').bind(labels),
      notFinite: instruments.counter('forebay_stream_not_finite_inputs_total').bind(labels),
      archiveInsert: instruments.histogram('forebay_archive_insert_duration_seconds').bind(labels),
    };
    this.#deadLetters = instruments.counter('forebay_dead_letters_total');
    this.#rewinds = instruments.counter('forebay_stream_rewinds_total');
    this.#cached = instruments.gauge('forebay_stream_cached_entities');
    instruments
      .gauge('forebay_newest_event_age_seconds')
      .observe(() =>
        Number.isFinite(this.#newestEventMs) ? [[labels, (clock() - this.#newestEventMs) / 1000]] : [],
      );
    this.#lag = instruments.gauge('forebay_stream_lag_records');
    this.#archiveLag = instruments.gauge('forebay_archive_lag_records');
  }

  chunk(read: { events: number; late: number; notFinite: number; newestEventMs: number }): void {
    this.#bound.events.add(read.events);
    if (read.late > 0) this.#bound.late.add(read.late);
    if (read.notFinite > 0) this.#bound.notFinite.add(read.notFinite);
    if (read.newestEventMs > this.#newestEventMs) this.#newestEventMs = read.newestEventMs;
  }

  /** Records of the topic that are not in the values yet, and that are not in the archive yet. */
  lag(values: number, archive: number): void {
    this.#lag.set({ source: this.source }, values);
    this.#archiveLag.set({ source: this.source }, archive);
  }

  counts(counts: ApplyCounts): void {
    if (counts.tooLate > 0) this.#bound.tooLate.add(counts.tooLate);
    if (counts.duplicate > 0) this.#bound.duplicates.add(counts.duplicate);
    if (counts.differing > 0) this.#bound.differing.add(counts.differing);
    if (counts.beyondDedupe > 0) this.#bound.beyondDedupe.add(counts.beyondDedupe);
  }

  deadLetter(reason: RejectReason): void {
    this.#deadLetters.add({ source: this.source, reason });
    if (reason === 'future') this.#bound.future.add(1);
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

  rewind(reason: string): void {
    this.#rewinds.add({ source: this.source, reason });
  }

  archiveInsert(seconds: number): void {
    this.#bound.archiveInsert.record(seconds);
  }

  cached(view: string, entities: number): void {
    this.#cached.set({ view }, entities);
  }
}
