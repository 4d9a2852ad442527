import type { MetricDefinition } from './metric-definition';
import { METRICS, type MetricName, prometheusName } from './metrics';
import { metricsReference } from './metrics-reference';

const NAMES = Object.keys(METRICS) as MetricName[];

test('the Prometheus name has the unit and _total, once', () => {
  expect(prometheusName('rpc.server.call.duration')).toBe('rpc_server_call_duration_seconds');
  expect(prometheusName('forebay_feature_values_total')).toBe('forebay_feature_values_total');
  expect(prometheusName('process_cpu_seconds_total')).toBe('process_cpu_seconds_total');
  expect(prometheusName('process_resident_memory_bytes')).toBe('process_resident_memory_bytes');
});

/** A label that is not here is to be thought about: has it as many values as there are entities, keys, or requests? */
const LABELS = new Set(
  `rpc.system.name rpc.method rpc.response.status_code error.type
  http.request.method http.route http.response.status_code
  project view source feature feature_service variant status reason given_as topic partition field
  job outcome signal queue server table what distance subject rule severity
  feature_view endpoint`.split(/\s+/),
);
const UNITS = /^(s|By|1|\{[a-z]+\})$/;

test.each(NAMES)('%s keeps the naming rules', (name) => {
  const metric: MetricDefinition = METRICS[name];
  const full = prometheusName(name);
  expect(full).toMatch(/^[a-z][a-z0-9_]*$/);
  expect(full.endsWith('_total')).toBe(metric.kind === 'counter');
  expect(metric.description).toMatch(/^[A-Z].*\.$/);
  expect(metric.unit).toMatch(UNITS);
  // what Prometheus appends to a gauge of this unit that comes by OTLP
  if (metric.kind === 'gauge' && metric.unit === '1') expect(full).toMatch(/_ratio$/);
  expect(metric.labels.filter((label) => !LABELS.has(label))).toEqual([]);
  const buckets = metric.kind === 'histogram' ? [...metric.buckets] : [];
  expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
});

test('no two metrics share a Prometheus name', () => {
  expect(new Set(NAMES.map(prometheusName)).size).toBe(NAMES.length);
});

test('the reference lists every metric by its Prometheus name', () => {
  const reference = metricsReference();
  for (const name of NAMES)
    expect(reference).toContain(`| \`${prometheusName(name)}\` | ${METRICS[name].kind} |`);
  expect(reference).toContain('`rpc_response_status_code`');
});
