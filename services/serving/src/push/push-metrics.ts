import type { Counter, Histogram, Instruments, Labels } from '@forebay/service-kit';

type SourceLabels = Labels<'forebay_pushed_events_total'>;

/** What became of pushed events. */
export class PushMetrics {
  readonly #events: Counter<'forebay_pushed_events_total'>;
  readonly #refused: Counter<'forebay_push_refused_events_total'>;
  readonly #confirmed: Histogram<'forebay_push_confirm_seconds'>;
  readonly #applied: Histogram<'forebay_push_apply_seconds'>;

  constructor(instruments: Instruments, waitingBytes: () => number) {
    this.#events = instruments.counter('forebay_pushed_events_total');
    this.#refused = instruments.counter('forebay_push_refused_events_total');
    this.#confirmed = instruments.histogram('forebay_push_confirm_seconds');
    this.#applied = instruments.histogram('forebay_push_apply_seconds');
    instruments.gauge('forebay_push_waiting_bytes').observe(() => [[{}, waitingBytes()]]);
  }

  confirmed(source: SourceLabels, events: number, durationMs: number): void {
    this.#events.add(source, events);
    this.#confirmed.bind(source).record(durationMs / 1_000);
  }

  /** `reason`: that of the call's failure. */
  refused(source: SourceLabels, reason: string, events: number): void {
    this.#refused.add({ ...source, reason }, events);
  }

  waited(source: SourceLabels, isApplied: boolean, durationMs: number): void {
    this.#applied
      .bind({ ...source, outcome: isApplied ? 'applied' : 'not_applied' })
      .record(durationMs / 1_000);
  }
}
