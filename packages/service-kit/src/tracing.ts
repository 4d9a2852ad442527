import { createHash } from 'node:crypto';
import {
  type Attributes,
  type Context,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { BufferConfig, Sampler } from '@opentelemetry/sdk-trace-node';
import { CHOSEN, LinkSampler, RECORD_AND_SAMPLED } from './link-sampler';
import type { Collector } from './otlp/collector';

export type { Span } from '@opentelemetry/api';

export interface TracingOptions {
  readonly collector: Collector;
  /** Share of root spans that are recorded. */
  readonly sampleRatio: number;
  readonly resource: Resource;
}

/** What a span is of, and beside what. */
export interface SpanTerms {
  readonly kind?: 'server' | 'client' | 'producer' | 'consumer';
  /** Spans of other traces that this one goes on from. */
  readonly links?: readonly Link[];
  /** Of what is thrown, whether the span has failed by it; default: always. */
  readonly isFault?: (thrown: unknown) => boolean;
}

/** W3C `traceparent`, and `tracestate` where there is one. */
export type TraceHeaders = Readonly<Record<string, string>>;

const TRACER = 'forebay';
const NO_HEADERS: TraceHeaders = {};
const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

interface Tracing {
  readonly tracer: Tracer;
  readonly roots: Sampler;
  readonly sampleRatio: number;
}

let tracing: Tracing | null = null;

/** Registers the process's tracer; returns the function that sends what is buffered, and ends tracing. */
export async function startTracing(options: TracingOptions): Promise<() => Promise<void>> {
  // Loaded only where traces are wanted: the modules cost start time and memory.
  const sdk = await import('@opentelemetry/sdk-trace-node');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { collector } = options;
  const exporter = collector.watch(
    'traces',
    new OTLPTraceExporter({ url: collector.url('traces') }),
    (spans) => spans.length,
  );
  // The queue has this option; the type of its settings from the environment's variables does not know it.
  const settings = { selfObsMeterProvider: collector.queueMeters('traces') } as BufferConfig;
  const queue = new sdk.BatchSpanProcessor(exporter, settings);
  const roots = new sdk.TraceIdRatioBasedSampler(options.sampleRatio);
  const provider = new sdk.NodeTracerProvider({
    resource: options.resource,
    sampler: new sdk.ParentBasedSampler({ root: new LinkSampler(roots) }),
    spanProcessors: [queue],
  });
  provider.register();
  tracing = { tracer: provider.getTracer(TRACER), roots, sampleRatio: options.sampleRatio };
  return async () => {
    tracing = null;
    trace.disable();
    context.disable();
    propagation.disable();
    // a collector that is away loses the last spans, and must not make a service fail to stop
    await provider.shutdown().catch(() => undefined);
  };
}

/** Whether spans go anywhere: work that only feeds a span may be left out otherwise. */
export function tracingIsOn(): boolean {
  return tracing !== null;
}

/**
 * Decides for a call, before anything is made for it, whether it is to be recorded: what its caller decided for one that has a
 * traced caller, for the others the ratio. Where it is, run it by `inChosenTrace`.
 */
export function chooseTrace(traceparent: string | undefined): boolean {
  if (tracing === null) return false;
  if (traceparent !== undefined) return !traceparent.endsWith(NOT_SAMPLED);
  return Math.random() < tracing.sampleRatio;
}

/** The end of a `traceparent` whose trace is not recorded. */
const NOT_SAMPLED = '-00';

/** Runs `work` inside the trace of its caller, or without one in a new trace that is recorded. */
export function inChosenTrace<T>(headers: TraceHeaders, work: () => T): T {
  const chosen = headers.traceparent === undefined;
  return inCallersTrace(headers, () =>
    chosen ? context.with(context.active().setValue(CHOSEN, true), work) : work(),
  );
}

/** Runs `work` in a span; without tracing it only runs it. A thrown error is recorded on the span and thrown on. */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: (span: Span | null) => Promise<T>,
  { kind, links, isFault = () => true }: SpanTerms = {},
): Promise<T> {
  if (tracing === null) return work(null);
  const options = {
    attributes,
    ...(kind === undefined ? {} : { kind: KINDS[kind] }),
    ...(links === undefined ? {} : { links: [...links] }),
  };
  return tracing.tracer.startActiveSpan(name, options, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      if (isFault(error)) failSpan(span, error as Error);
      throw error;
    } finally {
      span.end();
    }
  });
}

function failSpan(span: Span, error: Error): void {
  span.recordException(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
}

/** Begins a span whose end is told by a callback; null: nothing is recorded here. An error that ends it is recorded. */
export function beginClientSpan(
  name: string,
  attributes: Attributes,
): ((error: Error | null) => void) | null {
  if (tracing === null || trace.getActiveSpan()?.isRecording() !== true) return null;
  const span = tracing.tracer.startSpan(name, { attributes, kind: SpanKind.CLIENT });
  return (error) => {
    if (error !== null) failSpan(span, error);
    span.end();
  };
}

/** Runs `work` inside the trace that a caller's headers (W3C `traceparent`) name, if tracing is on and they name one. */
export function inCallersTrace<T>(headers: Readonly<Record<string, string>>, work: () => T): T {
  if (tracing === null) return work();
  return context.with(propagation.extract(context.active(), headers), work);
}

/**
 * Runs `work` in the trace of what `identity` names: the same in every process, so that steps that different workers do
 * come together without being told of each other. Whether it is recorded is the ratio's to decide, for all of them alike.
 */
export function inTraceOf<T>(identity: string, work: () => T): T {
  if (tracing === null) return work();
  return context.with(contextOf(identity, tracing.roots), work);
}

function contextOf(identity: string, roots: Sampler): Context {
  const hash = createHash('sha256').update(identity).digest('hex');
  const traceId = hash.slice(0, 32);
  const none = context.active();
  const { decision } = roots.shouldSample(none, traceId, identity, SpanKind.INTERNAL, {}, []);
  const traceFlags = decision === RECORD_AND_SAMPLED ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(none, { traceId, spanId: hash.slice(32, 48), traceFlags, isRemote: true });
}

/** The span that wrote these headers, to be linked; null: they name none. Costs nothing where tracing is off. */
export function linkOf(headers: Readonly<Record<string, unknown>>): Link | null {
  if (tracing === null || headers.traceparent === undefined) return null;
  const texts: Record<string, string> = { traceparent: String(headers.traceparent) };
  if (headers.tracestate !== undefined) texts.tracestate = String(headers.tracestate);
  const found = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, texts));
  return found === undefined ? null : { context: found };
}

/** What tells a receiver of the span that is active; empty: there is none. */
export function traceHeaders(): TraceHeaders {
  if (tracing === null || trace.getActiveSpan() === undefined) return NO_HEADERS;
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}
