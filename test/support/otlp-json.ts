/** Requests of OTLP in JSON, as a collector reads them: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */

export type Attributes = Readonly<Record<string, unknown>>;

export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: it is a root. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: (typeof KINDS)[number];
  readonly attributes: Attributes;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly hasFailed: boolean;
  readonly resource: Attributes;
}

/** One series at one instant. */
export interface ReceivedPoint {
  readonly service: string;
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly kind: 'gauge' | 'sum' | 'histogram';
  readonly temporality: 'delta' | 'cumulative' | null;
  readonly isMonotonic: boolean | null;
  readonly attributes: Attributes;
  readonly startNs: bigint;
  readonly timeNs: bigint;
  /** Of a histogram its sum. */
  readonly value: number;
  /** Of a histogram: how many values are up to each bound, one more than there are bounds. */
  readonly bucketCounts: readonly number[];
  readonly bounds: readonly number[];
  readonly resource: Attributes;
}

export interface ReceivedLog {
  readonly service: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly timeNs: bigint;
  readonly body: unknown;
  readonly attributes: Attributes;
  /** Empty: it is of none. */
  readonly traceId: string;
  readonly spanId: string;
  readonly resource: Attributes;
}

/** By the numbers of the protocol. */
const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const TEMPORALITIES = [null, 'delta', 'cumulative'] as const;
const STATUS_ERROR = 2;

interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
  readonly kvlistValue?: { readonly values?: readonly KeyValue[] };
}

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

interface Resource {
  readonly attributes: readonly KeyValue[];
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly KeyValue[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code?: number };
}

interface OtlpPoint {
  readonly attributes?: readonly KeyValue[];
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly asDouble?: number;
  readonly asInt?: number | string;
  readonly sum?: number;
  readonly bucketCounts?: readonly (number | string)[];
  readonly explicitBounds?: readonly number[];
}

interface OtlpData {
  readonly dataPoints: readonly OtlpPoint[];
  readonly aggregationTemporality?: number;
  readonly isMonotonic?: boolean;
}

interface OtlpMetric {
  readonly name: string;
  readonly unit?: string;
  readonly description?: string;
  readonly gauge?: OtlpData;
  readonly sum?: OtlpData;
  readonly histogram?: OtlpData;
}

interface OtlpLog {
  readonly timeUnixNano: string;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly body?: AnyValue;
  readonly attributes?: readonly KeyValue[];
  readonly traceId?: string;
  readonly spanId?: string;
}

export interface TracesRequest {
  readonly resourceSpans: readonly {
    readonly resource: Resource;
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

export interface MetricsRequest {
  readonly resourceMetrics: readonly {
    readonly resource: Resource;
    readonly scopeMetrics: readonly { readonly metrics: readonly OtlpMetric[] }[];
  }[];
}

export interface LogsRequest {
  readonly resourceLogs: readonly {
    readonly resource: Resource;
    readonly scopeLogs: readonly { readonly logRecords: readonly OtlpLog[] }[];
  }[];
}

export function spansOf({ resourceSpans }: TracesRequest): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...sender(resource), ...readSpan(span) }))),
  );
}

export function pointsOf({ resourceMetrics }: MetricsRequest): ReceivedPoint[] {
  return resourceMetrics.flatMap(({ resource, scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap((metric) => readMetric(metric).map((point) => ({ ...sender(resource), ...point }))),
    ),
  );
}

export function logsOf({ resourceLogs }: LogsRequest): ReceivedLog[] {
  return resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) =>
      logRecords.map((record) => ({ ...sender(resource), ...readLog(record) })),
    ),
  );
}

function sender(resource: Resource) {
  const attributes = attributesOf(resource.attributes);
  return { service: String(attributes['service.name']), resource: attributes };
}

function readSpan(span: OtlpSpan) {
  const { traceId, spanId, parentSpanId = '', name, kind, attributes, links = [], status } = span;
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind: KINDS[kind] as ReceivedSpan['kind'],
    attributes: attributesOf(attributes),
    links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
    hasFailed: status?.code === STATUS_ERROR,
  };
}

function readMetric(metric: OtlpMetric) {
  const { name, unit = '', description = '' } = metric;
  const kind = (['gauge', 'sum', 'histogram'] as const).find((each) => metric[each] !== undefined);
  if (kind === undefined) throw new Error(`${name} is of a kind that is not read here`);
  const { dataPoints, aggregationTemporality = 0, isMonotonic = null } = metric[kind] as OtlpData;
  return dataPoints.map((point) => ({
    name,
    unit,
    description,
    kind,
    temporality: TEMPORALITIES[aggregationTemporality] ?? null,
    isMonotonic,
    attributes: attributesOf(point.attributes ?? []),
    startNs: BigInt(point.startTimeUnixNano),
    timeNs: BigInt(point.timeUnixNano),
    value: Number(point.asDouble ?? point.asInt ?? point.sum),
    bucketCounts: (point.bucketCounts ?? []).map(Number),
    bounds: point.explicitBounds ?? [],
  }));
}

function readLog(record: OtlpLog) {
  const { timeUnixNano, severityNumber = 0, severityText = '', body, attributes = [] } = record;
  return {
    severityNumber,
    severityText,
    timeNs: BigInt(timeUnixNano),
    body: body === undefined ? null : plainValue(body),
    attributes: attributesOf(attributes),
    traceId: record.traceId ?? '',
    spanId: record.spanId ?? '',
  };
}

function attributesOf(attributes: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plainValue(value)]));
}

function plainValue(value: AnyValue): unknown {
  if (value.kvlistValue !== undefined) return attributesOf(value.kvlistValue.values ?? []);
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plainValue);
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? null;
}
