import {
  type DataPoint,
  DataPointType,
  type GaugeMetricData,
  type Histogram,
  type HistogramMetricData,
  type MetricData,
  type SumMetricData,
} from '@opentelemetry/sdk-metrics';
import type { AcrossProcesses, MetricDefinition } from '../metric-definition';
import { METRICS, type MetricName, prometheusName } from '../metrics';

/** What one process has counted, at one instant. */
export type MetricSnapshot = readonly MetricData[];

export interface ProcessMetrics {
  /** Label `process` of what speaks of the process itself. */
  readonly process: string;
  readonly metrics: MetricSnapshot;
}

type Fold = (left: number, right: number) => number;

const FOLDS = {
  sum: (left, right) => left + right,
  max: Math.max,
  min: Math.min,
} as const satisfies Record<Exclude<AcrossProcesses, 'each'>, Fold>;

const RULES: ReadonlyMap<string, AcrossProcesses> = new Map(
  (Object.keys(METRICS) as MetricName[]).map((name) => {
    const definition: MetricDefinition = METRICS[name];
    return [prometheusName(name), definition.kind === 'gauge' ? definition.acrossProcesses : 'sum'];
  }),
);

/** The metrics of several processes as those of one: counters and histograms are added, gauges as METRICS says. */
export function mergeMetrics(processes: readonly ProcessMetrics[]): MetricData[] {
  const merged = new Map<string, MetricData>();
  for (const { process, metrics } of processes) {
    for (const metric of metrics) {
      const { name } = metric.descriptor;
      const labelled = RULES.get(name) === 'each' ? withProcess(metric as GaugeMetricData, process) : metric;
      const before = merged.get(name);
      merged.set(name, before === undefined ? labelled : merge(before, labelled));
    }
  }
  return [...merged.values()];
}

/** Counters and histograms of processes that are gone: what they counted stays counted. */
export function cumulative(metrics: MetricSnapshot): MetricData[] {
  return metrics.filter(({ dataPointType }) => dataPointType !== DataPointType.GAUGE);
}

function withProcess(metric: GaugeMetricData, process: string): GaugeMetricData {
  const dataPoints = metric.dataPoints.map((point) => ({
    ...point,
    attributes: { ...point.attributes, process },
  }));
  return { ...metric, dataPoints };
}

function merge(left: MetricData, right: MetricData): MetricData {
  if (left.dataPointType === DataPointType.HISTOGRAM) {
    const dataPoints = mergePoints(left.dataPoints, (right as HistogramMetricData).dataPoints, addHistograms);
    return { ...left, dataPoints };
  }
  const rule = RULES.get(left.descriptor.name) ?? 'sum';
  const numbers = left as SumMetricData | GaugeMetricData;
  const others = (right as SumMetricData | GaugeMetricData).dataPoints;
  return {
    ...numbers,
    dataPoints: mergePoints(numbers.dataPoints, others, FOLDS[rule === 'each' ? 'max' : rule]),
  };
}

function mergePoints<T>(
  left: readonly DataPoint<T>[],
  right: readonly DataPoint<T>[],
  fold: (left: T, right: T) => T,
): DataPoint<T>[] {
  const merged = new Map(left.map((point) => [JSON.stringify(point.attributes), point]));
  for (const point of right) {
    const key = JSON.stringify(point.attributes);
    const before = merged.get(key);
    merged.set(key, before === undefined ? point : mergePoint(before, point, fold));
  }
  return [...merged.values()];
}

/** It counts from when the first of them began: a process that is replaced does not make the whole begin anew. */
function mergePoint<T>(
  left: DataPoint<T>,
  right: DataPoint<T>,
  fold: (left: T, right: T) => T,
): DataPoint<T> {
  return {
    ...right,
    startTime: isBefore(left.startTime, right.startTime) ? left.startTime : right.startTime,
    endTime: isBefore(left.endTime, right.endTime) ? right.endTime : left.endTime,
    value: fold(left.value, right.value),
  };
}

type Instant = DataPoint<unknown>['startTime'];

function isBefore(left: Instant, right: Instant): boolean {
  return left[0] < right[0] || (left[0] === right[0] && left[1] < right[1]);
}

function addHistograms(left: Histogram, right: Histogram): Histogram {
  return {
    count: left.count + right.count,
    sum: (left.sum ?? 0) + (right.sum ?? 0),
    buckets: {
      boundaries: left.buckets.boundaries,
      counts: left.buckets.counts.map((count, i) => count + (right.buckets.counts[i] as number)),
    },
  };
}
