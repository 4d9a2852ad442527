import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  DataPointType,
  type HistogramMetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { HistogramDefinition, MetricDefinition } from './metric-definition';
import { type HistogramName, type Labels, METRICS, prometheusName } from './metrics';
import { SeriesMap } from './series-map';

const MS_PER_SECOND = 1_000;

/** Seconds and nanoseconds since the epoch. */
function hrTime(): HrTime {
  const nowMs = Date.now();
  return [Math.floor(nowMs / 1_000), (nowMs % 1_000) * 1_000_000];
}

/** One series of a histogram: recording is a search among a few bounds and two additions. */
export interface BoundHistogram {
  /** By bucket, one more than there are bounds; they go on. */
  readonly counts: Float64Array;
  record(value: number): void;
  /**
   * Of a histogram of seconds: how long ago the first `count` instants are, ms since the epoch; what lies ahead counts as 0. For many
   * at once: those that follow each other are mostly of one bucket.
   */
  recordAges(nowMs: number, instantsMs: Float64Array, count: number): void;
}

export interface Histogram<N extends HistogramName> {
  /** `value` is in the metric's unit: seconds, not milliseconds. */
  record(labels: Labels<N>, value: number): void;
  /** The series of these labels; keep it where it is used often. */
  bind(labels: Labels<N>): BoundHistogram;
}

/** Counts of one series: the SDK's own instrument hashes the attributes at every record, which costs microseconds. */
class HistogramSeries implements BoundHistogram {
  readonly startTime: HrTime = hrTime();
  /** One more than bounds. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(
    readonly attributes: Attributes,
    private readonly bounds: Float64Array,
  ) {
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** A value that equals a bound belongs below it. */
  record(value: number): void {
    const bucket = this.#bucketOf(value);
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.sum += value;
  }

  recordAges(nowMs: number, instantsMs: Float64Array, count: number): void {
    const { counts } = this;
    let bucket = 0;
    let [aboveMs, upToMs] = this.#boundsMs(bucket);
    let sumMs = 0;
    for (let i = 0; i < count; i++) {
      const ageMs = Math.max(0, nowMs - (instantsMs[i] as number));
      if (!(ageMs > aboveMs && ageMs <= upToMs)) {
        bucket = this.#bucketOf(ageMs / MS_PER_SECOND);
        [aboveMs, upToMs] = this.#boundsMs(bucket);
      }
      counts[bucket] = (counts[bucket] as number) + 1;
      sumMs += ageMs;
    }
    this.sum += sumMs / MS_PER_SECOND;
  }

  #bucketOf(value: number): number {
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket++;
    return bucket;
  }

  /** `(above, up to]` */
  #boundsMs(bucket: number): readonly [number, number] {
    const { bounds } = this;
    const above = bounds[bucket - 1] ?? Number.NEGATIVE_INFINITY;
    return [above * MS_PER_SECOND, (bounds[bucket] ?? Number.POSITIVE_INFINITY) * MS_PER_SECOND];
  }
}

export class HistogramFamily<N extends HistogramName> implements Histogram<N> {
  readonly #series: SeriesMap<HistogramSeries>;
  readonly #bounds: Float64Array;

  constructor(private readonly metric: N) {
    this.#bounds = new Float64Array((METRICS[metric] as HistogramDefinition).buckets);
    this.#series = new SeriesMap(metric, (attributes) => new HistogramSeries(attributes, this.#bounds));
  }

  record(labels: Labels<N>, value: number): void {
    this.#series.get(labels).record(value);
  }

  bind(labels: Labels<N>): BoundHistogram {
    return this.#series.get(labels);
  }

  collect(): HistogramMetricData {
    const { unit, description } = METRICS[this.metric] as MetricDefinition;
    const endTime = hrTime();
    return {
      descriptor: { name: prometheusName(this.metric), unit, description, valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: [...this.#series.values()].map(({ attributes, startTime, counts, sum }) => ({
        startTime,
        endTime,
        attributes,
        value: {
          buckets: { boundaries: [...this.#bounds], counts: [...counts] },
          sum,
          count: counts.reduce((all, count) => all + count, 0),
        },
      })),
    };
  }
}

/** Gives a metric reader the histograms, which the SDK has no observable instrument for. */
export class HistogramProducer implements MetricProducer {
  readonly #families: HistogramFamily<HistogramName>[] = [];

  add<N extends HistogramName>(family: HistogramFamily<N>): HistogramFamily<N> {
    this.#families.push(family as unknown as HistogramFamily<HistogramName>);
    return family;
  }

  async collect(): Promise<CollectionResult> {
    const metrics = this.#families.map((family) => family.collect()).filter(hasPoints);
    const scopeMetrics = [{ scope: { name: 'forebay' }, metrics }];
    return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
  }
}

const hasPoints = ({ dataPoints }: HistogramMetricData) => dataPoints.length > 0;
