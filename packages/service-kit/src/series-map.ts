import type { Attributes } from '@opentelemetry/api';
import { METRICS, type MetricName } from './metrics';

/** A family has at most so many series; what comes after is counted in one series whose labels are all `other`. */
export const MAX_SERIES_PER_METRIC = 2_000;
const OTHER = 'other';

/** The series of one family, by their labels' values. */
export class SeriesMap<Series> {
  private readonly series = new Map<string, Series>();
  private readonly names: readonly string[];

  constructor(
    name: MetricName,
    private readonly make: (attributes: Attributes) => Series,
  ) {
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
    const series = this.make(Object.freeze(attributes));
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
