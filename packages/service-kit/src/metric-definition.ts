export type MetricKind = 'counter' | 'gauge' | 'histogram';

/** UCUM units, as OpenTelemetry has them; `1` and annotations such as `{event}` count things. */
export type MetricUnit = 's' | 'By' | '1' | `{${string}}`;

interface AnyMetric {
  readonly unit: MetricUnit;
  readonly description: string;
  /** The names of the labels. Never anything with as many values as there are entities, keys or requests. */
  readonly labels: readonly string[];
}

export interface CounterDefinition extends AnyMetric {
  readonly kind: 'counter';
}

/** How the gauges of several processes become one. */
export type AcrossProcesses =
  /** Each has a part of the whole. */
  | 'sum'
  /** The worst, where more is worse. */
  | 'max'
  /** The worst, where less is worse. */
  | 'min'
  /** A series for each, with the label `process`. */
  | 'each';

export interface GaugeDefinition extends AnyMetric {
  readonly kind: 'gauge';
  /** In a service of several processes behind one port, which has one `/metrics`. */
  readonly acrossProcesses: AcrossProcesses;
}

export interface HistogramDefinition extends AnyMetric {
  readonly kind: 'histogram';
  /** Upper bounds of the buckets, in the unit. */
  readonly buckets: readonly number[];
}

/** Of several processes, counters and histograms are added. */
export type MetricDefinition = CounterDefinition | GaugeDefinition | HistogramDefinition;
