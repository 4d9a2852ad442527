import type { Attributes, Meter, Histogram as OtelHistogram } from '@opentelemetry/api';
import { AggregationTemporality, InstrumentType } from '@opentelemetry/sdk-metrics';
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type Labels,
  METRICS,
  type MetricDefinition,
  type MetricName,
  prometheusName,
} from './metrics';

/** A family has at most so many series; what comes after is counted in one series whose labels are all `other`. */
export const MAX_SERIES_PER_METRIC = 2_000;
const OTHER = 'other';

/** Counters and histograms count from the start; of gauges only what was read by this scrape is shown, nothing older. */
export function temporalityOf(instrument: InstrumentType): AggregationTemporality {
  return instrument === InstrumentType.OBSERVABLE_GAUGE
    ? AggregationTemporality.DELTA
    : AggregationTemporality.CUMULATIVE;
}

/** One series of a counter: adding is one addition to a number. */
export interface BoundCounter {
  add(amount?: number): void;
}

export interface Counter<N extends CounterName> extends BoundCounterFamily<N> {
  add(labels: Labels<N>, amount?: number): void;
}

interface BoundCounterFamily<N extends CounterName> {
  /** The series of these labels; keep it where it is used often. */
  bind(labels: Labels<N>): BoundCounter;
}

export interface Gauge<N extends GaugeName> {
  set(labels: Labels<N>, value: number): void;
  /** The series is shown no longer. */
  remove(labels: Labels<N>): void;
  /** Asked at every scrape; returns the function that ends it. */
  observe(read: () => Iterable<readonly [Labels<N>, number]>): () => void;
}

export interface BoundHistogram {
  record(value: number): void;
}

export interface Histogram<N extends HistogramName> {
  /** `value` is in the metric's unit: seconds, not milliseconds. */
  record(labels: Labels<N>, value: number): void;
  bind(labels: Labels<N>): BoundHistogram;
}

/** Makes the instruments of METRICS; the same name gives the same instrument. */
export class Instruments {
  private readonly made = new Map<MetricName, unknown>();

  constructor(private readonly meter: Meter) {}

  counter<N extends CounterName>(name: N): Counter<N> {
    return this.once(name, () => new CounterFamily<N>(this.meter, name));
  }

  gauge<N extends GaugeName>(name: N): Gauge<N> {
    return this.once(name, () => new GaugeFamily<N>(this.meter, name));
  }

  histogram<N extends HistogramName>(name: N): Histogram<N> {
    return this.once(name, () => new HistogramFamily<N>(this.meter, name));
  }

  private once<I>(name: MetricName, make: () => I): I {
    const existing = this.made.get(name);
    if (existing !== undefined) return existing as I;
    const instrument = make();
    this.made.set(name, instrument);
    return instrument;
  }
}

interface Series {
  readonly attributes: Attributes;
  value: number;
}

/** The series of one family, by their labels' values. */
class SeriesMap {
  private readonly series = new Map<string, Series>();
  private readonly names: readonly string[];

  constructor(name: MetricName) {
    this.names = METRICS[name].labels;
  }

  get(labels: Readonly<Record<string, string>>): Series {
    const key = this.key(labels);
    const existing = this.series.get(key);
    if (existing !== undefined) return existing;
    if (this.series.size >= MAX_SERIES_PER_METRIC && this.names.some((name) => labels[name] !== OTHER)) {
      return this.get(Object.fromEntries(this.names.map((name) => [name, OTHER])));
    }
    const attributes = Object.fromEntries(this.names.map((name) => [name, labels[name] as string]));
    const series = { attributes: Object.freeze(attributes), value: 0 };
    this.series.set(key, series);
    return series;
  }

  delete(labels: Readonly<Record<string, string>>): void {
    this.series.delete(this.key(labels));
  }

  values(): Iterable<Series> {
    return this.series.values();
  }

  private key(labels: Readonly<Record<string, string>>): string {
    if (this.names.length === 1) return labels[this.names[0] as string] as string;
    let key = '';
    for (const name of this.names) key += `${labels[name]}\u0000`;
    return key;
  }
}

function descriptor(name: MetricName): { name: string; options: { unit: string; description: string } } {
  const { unit, description } = METRICS[name] as MetricDefinition;
  return { name: prometheusName(name), options: { unit, description } };
}

/** Counts in plain numbers, which a scrape reads: nothing is done per event but the addition. */
class CounterFamily<N extends CounterName> implements Counter<N> {
  private readonly series: SeriesMap;

  constructor(meter: Meter, metric: N) {
    this.series = new SeriesMap(metric);
    const { name, options } = descriptor(metric);
    meter.createObservableCounter(name, options).addCallback((result) => {
      for (const { value, attributes } of this.series.values()) result.observe(value, attributes);
    });
  }

  add(labels: Labels<N>, amount = 1): void {
    this.series.get(labels).value += amount;
  }

  bind(labels: Labels<N>): BoundCounter {
    const series = this.series.get(labels);
    return {
      add(amount = 1) {
        series.value += amount;
      },
    };
  }
}

class GaugeFamily<N extends GaugeName> implements Gauge<N> {
  private readonly series: SeriesMap;
  private readonly readers = new Set<() => Iterable<readonly [Labels<N>, number]>>();

  constructor(meter: Meter, metric: N) {
    this.series = new SeriesMap(metric);
    const { name, options } = descriptor(metric);
    meter.createObservableGauge(name, options).addCallback((result) => {
      for (const { value, attributes } of this.series.values()) result.observe(value, attributes);
      for (const read of this.readers) {
        for (const [labels, value] of read()) result.observe(value, { ...labels });
      }
    });
  }

  set(labels: Labels<N>, value: number): void {
    this.series.get(labels).value = value;
  }

  remove(labels: Labels<N>): void {
    this.series.delete(labels);
  }

  observe(read: () => Iterable<readonly [Labels<N>, number]>): () => void {
    this.readers.add(read);
    return () => void this.readers.delete(read);
  }
}

class HistogramFamily<N extends HistogramName> implements Histogram<N> {
  private readonly histogram: OtelHistogram;

  constructor(meter: Meter, metric: N) {
    const { buckets } = METRICS[metric] as MetricDefinition;
    const { name, options } = descriptor(metric);
    const advice = buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } };
    this.histogram = meter.createHistogram(name, { ...options, ...advice });
  }

  record(labels: Labels<N>, value: number): void {
    this.histogram.record(value, labels);
  }

  bind(labels: Labels<N>): BoundHistogram {
    const attributes = Object.freeze({ ...labels });
    return { record: (value) => this.histogram.record(value, attributes) };
  }
}
