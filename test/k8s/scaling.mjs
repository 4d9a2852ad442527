/** What autoscalers ask for, evaluated by promtool over series as Prometheus has them of a running installation. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../../scripts/lib/root.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { promtool } from '../monitoring/prometheus.mjs';

const PER_REPLICA = 20_000;
const labelled = (name, labels) =>
  `${name}{${Object.entries(labels)
    .map(([key, value]) => `${key}="${value}"`)
    .join(',')}}`;
const of = (service, pod) => ({ namespace: 'shop', service: `forebay-${service}-metrics`, pod });

/** A topic of four partitions, of which each pod reads two; what waits to be copied is said by both. */
function streamSeries(lag) {
  const base = { project: 'shop', source: 'orders', topic: 'orders' };
  const own = [0, 1, 2, 3].map((partition) => ({
    ...of('stream', `pod-${partition % 2}`),
    ...base,
    partition,
  }));
  const copied = ['pod-0', 'pod-1'].map((pod) => ({
    ...of('stream', pod),
    ...base,
    topic: 'clicks',
    partition: 'uncopied',
  }));
  const foreign = { ...own[0], namespace: 'other' };
  return [...own, ...copied, foreign].map((labels) => ({
    series: labelled('forebay_stream_lag_records', labels),
    values: `${lag}x5`,
  }));
}

const batchSeries = ['pod-0', 'pod-1'].flatMap((pod) =>
  ['materialize', 'chunks'].map((queue, at) => ({
    series: labelled('forebay_jobs_waiting', { ...of('batch', pod), queue }),
    values: `${10 * at + 3}x5`,
  })),
);
const servingSeries = ['GetOnlineFeatures', 'PushEvents'].map((method) => ({
  series: labelled('forebay_requests_in_flight', { ...of('serving', 'pod-0'), rpc_method: method }),
  values: '40x5',
}));

const test = (name, input_series, expr, value) => ({
  name,
  interval: '1m',
  input_series,
  promql_expr_test: [{ expr, eval_time: '5m', exp_samples: [value] }],
});

/** The rule for the Prometheus adapter that docs/KUBERNETES.md gives. */
function adapterRule() {
  const page = readFileSync(join(ROOT, 'docs/KUBERNETES.md'), 'utf8');
  const [, text] = /```yaml\n(rules:\n[\s\S]*?)```/.exec(page) ?? [];
  if (text === undefined) throw new Error('docs/KUBERNETES.md has no rule for the adapter');
  return parse(text).rules.custom[0];
}

/** @param {object[]} objects what the chart makes with all autoscalers; @returns {string[]} what is wrong */
export function scalingFaults(objects, directory) {
  const query = (component) =>
    objects.find(({ kind, metadata }) => kind === 'ScaledObject' && metadata.name === `forebay-${component}`)
      .spec.triggers[0].metadata;
  const [stream, batch] = ['stream', 'batch'].map(query);
  const rule = adapterRule();
  const [series] = /^\w+/.exec(rule.seriesQuery);
  const perPod = rule.metricsQuery
    .replaceAll('<<.Series>>', series)
    .replaceAll('<<.LabelMatchers>>', 'namespace="shop",pod=~"pod-0|pod-1"')
    .replaceAll('<<.GroupBy>>', 'pod');
  const wanted = objects
    .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
    .flatMap(({ spec }) => spec.metrics.flatMap(({ pods }) => (pods ? [pods.metric.name] : [])));
  const tests = [
    test('a lag that few can work off', streamSeries(5_000), stream.query, { value: 25_000, labels: '{}' }),
    test('one for which all partitions are not enough', streamSeries(1_000_000), stream.query, {
      value: 4 * PER_REPLICA,
      labels: '{}',
    }),
    test('jobs are counted once', batchSeries, batch.query, { value: 16, labels: '{}' }),
    test('calls in flight of a pod', servingSeries, perPod, { value: 80, labels: '{pod="pod-0"}' }),
  ];
  const file = join(directory, 'scaling.test.yaml');
  writeFileSync(file, JSON.stringify({ evaluation_interval: '1m', tests }));
  run(promtool(), ['test', 'rules', file]);
  return [
    ...(wanted.join() === series ? [] : [`the autoscaler asks for ${wanted}, the adapter gives ${series}`]),
    ...(Number(stream.threshold) === PER_REPLICA
      ? []
      : [`a replica of stream is for ${stream.threshold} records`]),
  ];
}
