import type { Attributes, Meter } from '@opentelemetry/api';
import { AggregationTemporality, InstrumentType } from '@opentelemetry/sdk-metrics';
import { type Histogram, HistogramFamily, type HistogramProducer } from './histograms';
import type { MetricDefinition } from './metric-definition';
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type Labels,
  METRICS,
  type MetricName,
  prometheusName,
} from './metrics';
import { SeriesMap } from './series-map';

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

/** Makes the instruments of METRICS; the same name gives the same instrument. */
export class Instruments {
  private readonly made = new Map<MetricName, unknown>();

  constructor(
    private readonly meter: Meter,
    private readonly histograms: HistogramProducer,
  ) {}

  counter<N extends CounterName>(name: N): Counter<N> {
    return this.once(name, () => new CounterFamily<N>(this.meter, name));
  }

  gauge<N extends GaugeName>(name: N): Gauge<N> {
    return this.once(name, () => new GaugeFamily<N>(this.meter, name));
  }

  histogram<N extends HistogramName>(name: N): Histogram<N> {
    return this.once(name, () => this.histograms.add(new HistogramFamily<N>(name)));
  }

  private once<I>(name: MetricName, make: () => I): I {
    const existing = this.made.get(name);
    if (existing !== undefined) return existing as I;
    const instrument = make();
    this.made.set(name, instrument);
    return instrument;
  }
}

interface NumberSeries {
  readonly attributes: Attributes;
  value: number;
}

const numberSeries = (attributes: Attributes): NumberSeries => ({ attributes, value: 0 });

function descriptor(name: MetricName): { name: string; options: { unit: string; description: string } } {
  const { unit, description } = METRICS[name] as MetricDefinition;
  return { name: prometheusName(name), options: { unit, description } };
}

/** Counts in plain numbers, which a scrape reads: nothing is done per event but the addition. */
class CounterFamily<N extends CounterName> implements Counter<N> {
  private readonly series: SeriesMap<NumberSeries>;

  constructor(meter: Meter, metric: N) {
    this.series = new SeriesMap(metric, numberSeries);
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
  private readonly series: SeriesMap<NumberSeries>;
  private readonly readers = new Set<() => Iterable<readonly [Labels<N>, number]>>();

  constructor(meter: Meter, metric: N) {
    this.series = new SeriesMap(metric, numberSeries);
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
