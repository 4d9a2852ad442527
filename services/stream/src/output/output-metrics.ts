import type { Reason } from '@forebay/contract';
import type { Instruments, Labels } from '@forebay/service-kit';

/** The metrics of one view's output topic. */
export class OutputMetrics {
  readonly #records;
  readonly #delay;
  readonly #failures;
  readonly #view: Labels<'forebay_output_records_total'>;
  readonly #ends: readonly (() => void)[];

  /** @param read what is asked at every scrape */
  constructor(
    instruments: Instruments,
    view: Labels<'forebay_output_records_total'>,
    read: { waiting: () => number; lag: () => number },
  ) {
    this.#view = view;
    this.#records = instruments.counter('forebay_output_records_total').bind(this.#view);
    this.#delay = instruments.histogram('forebay_output_delay_seconds').bind(this.#view);
    this.#failures = instruments.counter('forebay_output_failures_total');
    this.#ends = [
      instruments.gauge('forebay_output_waiting_entities').observe(() => [[this.#view, read.waiting()]]),
      instruments.gauge('forebay_output_lag_records').observe(() => [[this.#view, read.lag()]]),
    ];
  }

  written(records: number): void {
    this.#records.add(records);
  }

  /** From the store to the topic, of the entity of a round that has waited longest. */
  delay(seconds: number): void {
    this.#delay.record(Math.max(0, seconds));
  }

  failed(reason: Reason): void {
    this.#failures.add({ ...this.#view, reason });
  }

  close(): void {
    for (const end of this.#ends) end();
  }
}
