import { type DegradedReason, STATUS } from '@forebay/algebra';
import type {
  BoundCounter,
  BoundHistogram,
  Counter,
  Histogram,
  Instruments,
  Labels,
} from '@forebay/service-kit';
import type { ServedValues, ViewTimes } from './answer/feature-vectors';
import type { ServicePlan } from './plan/plan';
import type { AnsweringView, ReadableView } from './plan/readable-view';

/** A view that nobody has read for so long is not reported: nothing is known of its freshness now. */
const REPORTED_FOR_MS = 60_000;

const STATUS_NAMES: readonly (readonly [string, number])[] = Object.entries(STATUS);

interface SeenTimes {
  readonly labels: Labels<'forebay_freshness_seconds'>;
  readonly seenMs: number;
  readonly freshnessMs: number | null;
  readonly cutMs: number | null;
}

/** Counts what was served. Series are bound once per view: a request costs a few additions. */
export class ServingMetrics implements ServedValues {
  readonly #values: Counter<'forebay_feature_values_total'>;
  readonly #degraded: Counter<'forebay_degraded_values_total'>;
  readonly #entities: Histogram<'forebay_request_entities'>;
  readonly #variantRows: Counter<'forebay_variant_rows_total'>;
  readonly #statusSeries = new WeakMap<AnsweringView, readonly BoundCounter[]>();
  readonly #entitySeries = new WeakMap<ServicePlan, BoundHistogram>();
  readonly #times = new Map<ReadableView['view']['id'], SeenTimes>();

  constructor(
    instruments: Instruments,
    private readonly clock: () => number,
  ) {
    this.#values = instruments.counter('forebay_feature_values_total');
    this.#degraded = instruments.counter('forebay_degraded_values_total');
    this.#entities = instruments.histogram('forebay_request_entities');
    this.#variantRows = instruments.counter('forebay_variant_rows_total');
    instruments
      .gauge('forebay_freshness_seconds')
      .observe(() => this.#report(({ freshnessMs }) => freshnessMs));
    instruments
      .gauge('forebay_cut_age_seconds')
      .observe(() => this.#report(({ cutMs }) => (cutMs === null ? null : this.clock() - cutMs)));
    instruments.gauge('feast_feature_freshness_seconds').observe(() => this.#reportAsFeast());
  }

  countStatuses(view: AnsweringView, counts: Uint32Array): void {
    const series = this.#statusSeriesOf(view);
    for (let status = 0; status < counts.length; status++) {
      const count = counts[status] as number;
      if (count > 0) series[status]?.add(count);
    }
  }

  countDegraded(view: AnsweringView, reason: DegradedReason, values: number): void {
    this.#degraded.add({ project: view.project, view: view.label, reason }, values);
  }

  countRows(plan: ServicePlan, rows: number): void {
    let series = this.#entitySeries.get(plan);
    if (series === undefined) {
      series = this.#entities.bind({ project: plan.project, feature_service: plan.label });
      this.#entitySeries.set(plan, series);
    }
    series.record(rows);
  }

  countVariantRows(plan: ServicePlan, variant: string, rows: number): void {
    this.#variantRows.add({ project: plan.project, feature_service: plan.label, variant }, rows);
  }

  /** Remembers the views' times for the next scrape. */
  noteTimes(views: readonly ViewTimes[]): void {
    const seenMs = this.clock();
    for (const { view, freshnessMs, cutMs } of views) {
      const { project, label } = view.readable;
      const labels = { project, view: label };
      this.#times.set(view.readable.view.id, { labels, seenMs, freshnessMs, cutMs });
    }
  }

  #statusSeriesOf(view: AnsweringView): readonly BoundCounter[] {
    const bound = this.#statusSeries.get(view);
    if (bound !== undefined) return bound;
    const series: BoundCounter[] = [];
    for (const [status, number] of STATUS_NAMES)
      series[number] = this.#values.bind({ project: view.project, view: view.label, status });
    this.#statusSeries.set(view, series);
    return series;
  }

  *#reportAsFeast(): Iterable<readonly [Labels<'feast_feature_freshness_seconds'>, number]> {
    const freshness = this.#report(
      ({ freshnessMs, cutMs }) => freshnessMs ?? (cutMs === null ? null : this.clock() - cutMs),
    );
    for (const [{ project, view }, seconds] of freshness)
      yield [{ feature_view: view.slice(0, view.lastIndexOf('@')), project }, seconds];
  }

  *#report(valueMs: (times: SeenTimes) => number | null): Iterable<readonly [SeenTimes['labels'], number]> {
    const oldestMs = this.clock() - REPORTED_FOR_MS;
    for (const [id, times] of this.#times) {
      if (times.seenMs < oldestMs) this.#times.delete(id);
      const value = valueMs(times);
      if (times.seenMs >= oldestMs && value !== null) yield [times.labels, value / 1_000];
    }
  }
}
