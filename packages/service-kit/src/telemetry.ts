import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type InstrumentType, MeterProvider } from '@opentelemetry/sdk-metrics';
import { HistogramProducer } from './histograms';
import { Instruments, temporalityOf } from './instruments';
import { startOperationsServer } from './operations-server';
import { observeProcess } from './process-metrics';
import type { Readiness } from './readiness';
import { MAX_SERIES_PER_METRIC } from './series-map';
import { startTracing } from './tracing';

export interface TelemetryOptions {
  /** Such as `serving`. */
  readonly service: string;
  readonly version?: string;
  readonly metricsHost: string;
  /** 0: a free one. */
  readonly metricsPort: number;
  /** Undefined: no tracing. */
  readonly otlpEndpoint?: string | undefined;
  readonly traceSampleRatio?: number;
  readonly readiness: Readiness;
}

export interface Telemetry {
  readonly instruments: Instruments;
  /** Where `/metrics`, `/healthz` and `/readyz` are. */
  readonly metricsPort: number;
  /** Sends the buffered spans and closes the port. */
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

/** Starts metrics (Prometheus, on one HTTP port with the health endpoints) and, with an endpoint, traces (OTLP). */
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
  const provider = new MeterProvider({ resource, readers: [exporter] });
  const meter = provider.getMeter('forebay');
  const instruments = new Instruments(meter, histograms);
  observeProcess(meter, instruments);
  const server = await startOperationsServer({
    host: options.metricsHost,
    port: options.metricsPort,
    readiness: options.readiness,
    metrics: (request, response) => exporter.getMetricsRequestHandler(request, response),
  });
  const stopTracing = await tracingOf(options, resource);
  return {
    instruments,
    metricsPort: server.port,
    async stop() {
      await server.stop();
      await stopTracing();
      await provider.shutdown();
    },
  };
}

async function tracingOf(
  options: TelemetryOptions,
  resource: ReturnType<typeof resourceFromAttributes>,
): Promise<() => Promise<void>> {
  if (options.otlpEndpoint === undefined) return async () => {};
  return startTracing({
    endpoint: options.otlpEndpoint,
    sampleRatio: options.traceSampleRatio ?? 1,
    resource,
  });
}
