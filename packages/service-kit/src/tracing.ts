import {
  type Attributes,
  context,
  propagation,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';

export interface TracingOptions {
  /** OTLP/HTTP collector, without the path. */
  readonly endpoint: string;
  /** Share of root spans that are recorded. */
  readonly sampleRatio: number;
  readonly resource: Resource;
}

const TRACER = 'forebay';

let tracer: Tracer | null = null;

/** Registers the process's tracer; returns the function that sends what is buffered, and ends tracing. */
export async function startTracing(options: TracingOptions): Promise<() => Promise<void>> {
  // Loaded only where traces are wanted: the modules cost start time and memory.
  const sdk = await import('@opentelemetry/sdk-trace-node');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const exporter = new OTLPTraceExporter({ url: `${options.endpoint.replace(/\/+$/, '')}/v1/traces` });
  const root = new sdk.TraceIdRatioBasedSampler(options.sampleRatio);
  const provider = new sdk.NodeTracerProvider({
    resource: options.resource,
    sampler: new sdk.ParentBasedSampler({ root }),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter)],
  });
  provider.register();
  tracer = provider.getTracer(TRACER);
  return async () => {
    tracer = null;
    trace.disable();
    context.disable();
    propagation.disable();
    await provider.shutdown();
  };
}

/** Whether spans go anywhere: work that only feeds a span may be left out otherwise. */
export function tracingIsOn(): boolean {
  return tracer !== null;
}

/** Runs `work` in a span; without tracing it only runs it. A thrown error is recorded on the span and thrown on. */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: (span: Span | null) => Promise<T>,
): Promise<T> {
  if (tracer === null) return work(null);
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Runs `work` inside the trace that a caller's headers (W3C `traceparent`) name, if tracing is on and they name one. */
export function inCallersTrace<T>(headers: Readonly<Record<string, string>>, work: () => T): T {
  if (tracer === null) return work();
  return context.with(propagation.extract(context.active(), headers), work);
}
