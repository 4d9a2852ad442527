import type { Resource } from '@opentelemetry/resources';
import {
  type InstrumentType,
  type MetricData,
  type MetricReader,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { HistogramProducer } from '../histograms';
import { temporalityOf } from '../instruments';
import { METRICS, type MetricName, prometheusName } from '../metrics';
import { metricsOfAll, type OtherProcesses } from '../processes/metrics-of-all';
import { MAX_SERIES_PER_METRIC } from '../series-map';
import type { Collector, Exporter } from './collector';

export interface MetricReaderOptions {
  readonly collector: Collector;
  readonly resource: Resource;
  readonly histograms: HistogramProducer;
  readonly intervalMs: number;
  /** Undefined: this process is the service. */
  readonly others: OtherProcesses | undefined;
}

/** Reads what the instruments have counted every so often, and sends it; nothing is done in between. */
export async function otlpMetricReader(options: MetricReaderOptions): Promise<MetricReader> {
  const { collector, histograms, intervalMs } = options;
  // Loaded only where metrics are sent: the module costs start time and memory.
  const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http');
  const exporter = collector.watch<ResourceMetrics>(
    'metrics',
    new OTLPMetricExporter({ url: collector.url('metrics') }),
    pointsOf,
  );
  return new PeriodicExportingMetricReader({
    exporter: new MetricExporter(exporter, options),
    exportIntervalMillis: intervalMs,
    metricProducers: [histograms],
    // one for `other`, one that the SDK keeps for itself
    cardinalityLimits: { default: MAX_SERIES_PER_METRIC + 2 },
  });
}

/** Gives the metrics the names of METRICS, which a meter knows under Prometheus' names, and adds what other processes of the service have counted. */
class MetricExporter implements PushMetricExporter {
  constructor(
    private readonly exporter: Exporter<ResourceMetrics>,
    private readonly options: Pick<MetricReaderOptions, 'resource' | 'others'>,
  ) {}

  export(own: ResourceMetrics, done: Parameters<PushMetricExporter['export']>[1]): void {
    this.#whole(own).then(
      (metrics) => this.exporter.export(metrics, done),
      (error: Error) => done({ code: 1, error }),
    );
  }

  forceFlush(): Promise<void> {
    return this.exporter.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  selectAggregationTemporality(instrument: InstrumentType) {
    return temporalityOf(instrument);
  }

  async #whole(own: ResourceMetrics): Promise<ResourceMetrics> {
    const { resource, others } = this.options;
    const metrics = (await metricsOfAll(own, others)).filter(({ dataPoints }) => dataPoints.length > 0);
    return { resource, scopeMetrics: [{ scope: { name: 'forebay' }, metrics: metrics.map(asConvention) }] };
  }
}

const NAMES: ReadonlyMap<string, string> = new Map(
  (Object.keys(METRICS) as MetricName[]).map((name) => [prometheusName(name), name]),
);

/** Under its own name; a label without a value, which Prometheus takes for none, is left out. */
function asConvention(metric: MetricData): MetricData {
  const { name } = metric.descriptor;
  const dataPoints = metric.dataPoints.map((point) => ({
    ...point,
    attributes: Object.fromEntries(Object.entries(point.attributes).filter(([, value]) => value !== '')),
  }));
  const descriptor = { ...metric.descriptor, name: NAMES.get(name) ?? name };
  return { ...metric, descriptor, dataPoints } as MetricData;
}

function pointsOf({ scopeMetrics }: ResourceMetrics): number {
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
}
