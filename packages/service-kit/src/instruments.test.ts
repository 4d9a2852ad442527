import {
  type CollectionResult,
  type DataPoint,
  MeterProvider,
  MetricReader,
} from '@opentelemetry/sdk-metrics';
import { HistogramProducer } from './histograms';
import { Instruments, temporalityOf } from './instruments';
import { METRICS } from './metrics';
import { MAX_SERIES_PER_METRIC } from './series-map';

class Reader extends MetricReader {
  override async onForceFlush() {}
  override async onShutdown() {}
}

function setUp() {
  const histograms = new HistogramProducer();
  const reader = new Reader({
    metricProducers: [histograms],
    aggregationTemporalitySelector: temporalityOf,
    cardinalitySelector: () => MAX_SERIES_PER_METRIC + 2,
  });
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test');
  const points = async (name: string): Promise<DataPoint<unknown>[]> => {
    const { resourceMetrics }: CollectionResult = await reader.collect();
    const metric = resourceMetrics.scopeMetrics
      .flatMap((s) => s.metrics)
      .find((m) => m.descriptor.name === name);
    return (metric?.dataPoints ?? []) as DataPoint<unknown>[];
  };
  return { instruments: new Instruments(meter, histograms), points };
}

test('a counter sums by labels, bound or not, across scrapes', async () => {
  const { instruments, points } = setUp();
  const counter = instruments.counter('forebay_feature_values_total');
  const bound = counter.bind({ project: 'shop', view: 'v', status: 'PRESENT' });
  bound.add();
  bound.add(2);
  counter.add({ status: 'PRESENT', view: 'v', project: 'shop' }, 4);
  counter.add({ project: 'shop', view: 'v', status: 'DEGRADED' });
  const read = async () =>
    (await points('forebay_feature_values_total')).map(({ attributes, value }) => [attributes, value]);
  expect(await read()).toEqual([
    [{ project: 'shop', view: 'v', status: 'PRESENT' }, 7],
    [{ project: 'shop', view: 'v', status: 'DEGRADED' }, 1],
  ]);
  bound.add();
  expect((await read())[0]?.[1]).toBe(8);
});

test('views of one name in two projects are two series', async () => {
  const { instruments, points } = setUp();
  const gauge = instruments.gauge('forebay_freshness_seconds');
  for (const [i, project] of ['shop', 'bank'].entries()) gauge.set({ project, view: 'v@1' }, i + 1);
  expect(
    (await points('forebay_freshness_seconds')).map(({ attributes, value }) => [attributes, value]),
  ).toEqual([
    [{ project: 'shop', view: 'v@1' }, 1],
    [{ project: 'bank', view: 'v@1' }, 2],
  ]);
});

test('a counter that was bound is shown as zero before its first event', async () => {
  const { instruments, points } = setUp();
  instruments.counter('forebay_stream_events_total').bind({ project: 'shop', source: 's' });
  expect((await points('forebay_stream_events_total'))[0]).toMatchObject({
    attributes: { project: 'shop', source: 's' },
    value: 0,
  });
});

test('a gauge shows what was set last and what its readers say', async () => {
  const { instruments, points } = setUp();
  const gauge = instruments.gauge('forebay_freshness_seconds');
  gauge.set({ project: 'shop', view: 'a' }, 1);
  gauge.set({ project: 'shop', view: 'a' }, 2);
  const end = gauge.observe(() => [[{ project: 'shop', view: 'b' }, 3]]);
  const read = async () =>
    (await points('forebay_freshness_seconds')).map((p) => [p.attributes.view, p.value]);
  expect(await read()).toEqual([
    ['a', 2],
    ['b', 3],
  ]);
  end();
  gauge.remove({ project: 'shop', view: 'a' });
  expect(await read()).toEqual([]);
});

test('a histogram has the buckets of its definition and the Prometheus name', async () => {
  const { instruments, points } = setUp();
  const labels = {
    'rpc.system.name': 'grpc',
    'rpc.method': 'm',
    'rpc.response.status_code': 'OK',
    'error.type': '',
  };
  const histogram = instruments.histogram('rpc.server.call.duration');
  histogram.record(labels, 0.0007);
  histogram.bind(labels).record(0.003);
  const [point] = await points('rpc_server_call_duration_seconds');
  expect(point?.value).toMatchObject({
    count: 2,
    sum: 0.0037,
    buckets: { boundaries: [...METRICS['rpc.server.call.duration'].buckets] },
  });
});

test('the same name gives the same instrument', () => {
  const { instruments } = setUp();
  expect(instruments.counter('forebay_jobs_total')).toBe(instruments.counter('forebay_jobs_total'));
});

test('beyond the bound, further series are counted together', async () => {
  const { instruments, points } = setUp();
  const counter = instruments.counter('forebay_materialize_values_total');
  for (let i = 0; i < MAX_SERIES_PER_METRIC + 5; i++) counter.add({ project: 'shop', view: `v${i}` });
  const shown = await points('forebay_materialize_values_total');
  expect(shown.length).toBeLessThanOrEqual(MAX_SERIES_PER_METRIC + 1);
  expect(shown.find((p) => p.attributes.view === 'other')?.value).toBe(5);
});

test('ages of many instants are counted as each by itself would be', async () => {
  const { instruments, points } = setUp();
  const nowMs = 1_700_000_000_000;
  const bounds = METRICS.forebay_stream_apply_delay_seconds.buckets;
  // on each bound, beside it, between, beyond, ahead, and back again
  const agesMs = bounds.flatMap((bound) => [bound * 1_000, bound * 1_000 + 1, bound * 500]);
  const all = [...agesMs, ...agesMs.toReversed(), 2 ** 40, -5_000, 0, 7, 7, 7];
  const delays = instruments.histogram('forebay_stream_apply_delay_seconds');
  const [together, each] = ['together', 'each'].map((source) => delays.bind({ project: 'shop', source }));
  together?.recordAges(
    nowMs,
    Float64Array.from([...all, 999_999], (age) => nowMs - age),
    all.length,
  );
  for (const age of all) each?.record(Math.max(0, age) / 1_000);
  const [first, second] = (await points('forebay_stream_apply_delay_seconds')).map(
    ({ value }) => value as { sum: number; count: number; buckets: unknown },
  );
  expect(first?.buckets).toEqual(second?.buckets);
  expect(first?.count).toBe(all.length);
  expect(first?.sum).toBeCloseTo(second?.sum as number, 3);
});
