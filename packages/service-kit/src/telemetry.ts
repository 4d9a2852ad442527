import type { RequestListener, ServerResponse } from 'node:http';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type InstrumentType, MeterProvider } from '@opentelemetry/sdk-metrics';
import { HistogramProducer } from './histograms';
import { Instruments, temporalityOf } from './instruments';
import { type OperationsServer, startOperationsServer } from './operations-server';
import { type OtlpOptions, OtlpSender } from './otlp/otlp-sender';
import { observeProcess } from './process-metrics';
import type { MetricSnapshot } from './processes/merge-metrics';
import { metricsOfAll, type OtherProcesses } from './processes/metrics-of-all';
import type { Readiness } from './readiness';
import { MAX_SERIES_PER_METRIC } from './series-map';

export interface TelemetryOptions {
  /** Such as `serving`. */
  readonly service: string;
  readonly version?: string;
  /** null: another process answers for this one. */
  readonly operations: OperationsAddress | null;
  /** What the other processes of the service have counted, to be shown with what this one has. */
  readonly others?: OtherProcesses;
  /** Undefined: nothing is sent, and nothing is traced. */
  readonly otlp?: OtlpOptions | undefined;
  readonly readiness: Readiness;
}

export interface OperationsAddress {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
}

export interface Telemetry {
  readonly instruments: Instruments;
  /** Where `/metrics`, `/healthz` and `/readyz` are; null: nowhere in this process. */
  readonly metricsPort: number | null;
  collect(): Promise<MetricSnapshot>;
  /** Closes the port, and sends what is not sent yet. */
  stop(): Promise<void>;
}

class Exporter extends PrometheusExporter {
  override selectAggregationTemporality(instrument: InstrumentType) {
    return temporalityOf(instrument);
  }

  override selectCardinalityLimit() {
    return MAX_SERIES_PER_METRIC + 2; // one for `other`, one that the SDK keeps for itself
  }
}

/** Starts metrics (Prometheus, on one HTTP port with the health endpoints) and, with a collector, what is sent to it (OTLP). */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const resource = resourceFromAttributes({
    'service.namespace': 'forebay',
    'service.name': options.service,
    ...(options.version === undefined ? {} : { 'service.version': options.version }),
  });
  const histograms = new HistogramProducer();
  const exporter = new Exporter({
    preventServerStart: true,
    withoutScopeInfo: true,
    metricProducers: [histograms],
  });
  const sender =
    options.otlp === undefined
      ? null
      : await OtlpSender.start(options.otlp, { service: resource, histograms, others: options.others });
  const provider = new MeterProvider({ resource, readers: [exporter, ...(sender?.metricReaders ?? [])] });
  const meter = provider.getMeter('forebay');
  const instruments = new Instruments(meter, histograms);
  sender?.countIn(instruments);
  observeProcess(meter, instruments);
  const server = await operationsOf(options, exporter);
  return {
    instruments,
    metricsPort: server?.port ?? null,
    collect: () => snapshotOf(exporter),
    async stop() {
      await server?.stop();
      await sender?.stop();
      await exporter.shutdown();
    },
  };
}

async function operationsOf(options: TelemetryOptions, exporter: Exporter): Promise<OperationsServer | null> {
  const { operations, readiness, others } = options;
  if (operations === null) return null;
  const metrics: RequestListener =
    others === undefined
      ? (request, response) => exporter.getMetricsRequestHandler(request, response)
      : (_, response) => void answerForAll(exporter, others, response);
  return startOperationsServer({ ...operations, readiness, metrics });
}

async function answerForAll(
  exporter: Exporter,
  others: OtherProcesses,
  response: ServerResponse,
): Promise<void> {
  const { resourceMetrics } = await exporter.collect();
  const metrics = await metricsOfAll(resourceMetrics, others);
  const [scope] = resourceMetrics.scopeMetrics;
  const scopeMetrics = scope === undefined ? [] : [{ ...scope, metrics }];
  const text = new PrometheusSerializer(undefined, false, undefined, false, true).serialize({
    ...resourceMetrics,
    scopeMetrics,
  });
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.end(text);
}

async function snapshotOf(exporter: Exporter): Promise<MetricSnapshot> {
  const { resourceMetrics } = await exporter.collect();
  return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
}
