import {
  type CollectionResult,
  MeterProvider,
  type MetricData,
  MetricReader,
} from '@opentelemetry/sdk-metrics';
import { HistogramProducer } from '../histograms';
import { Instruments, temporalityOf } from '../instruments';
import { cumulative, type MetricSnapshot, mergeMetrics } from './merge-metrics';
import { metricsOfAll } from './metrics-of-all';

class Reader extends MetricReader {
  override async onForceFlush() {}
  override async onShutdown() {}
}

/** What a process would tell after `count`. */
async function counted(count: (instruments: Instruments) => void): Promise<MetricSnapshot> {
  const histograms = new HistogramProducer();
  const reader = new Reader({ aggregationTemporalitySelector: temporalityOf, metricProducers: [histograms] });
  count(new Instruments(new MeterProvider({ readers: [reader] }).getMeter('test'), histograms));
  const { resourceMetrics }: CollectionResult = await reader.collect();
  return structuredClone(resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics));
}

function points(metrics: MetricSnapshot, name: string): [unknown, unknown][] {
  const metric = metrics.find(({ descriptor }) => descriptor.name === name);
  return (metric?.dataPoints ?? []).map(({ attributes, value }) => [attributes, value]);
}

const served = (view: string, values: number) => (instruments: Instruments) => {
  instruments
    .counter('forebay_feature_values_total')
    .add({ project: 'shop', view, status: 'PRESENT' }, values);
  instruments
    .counter('forebay_feature_values_total')
    .add({ project: 'shop', view: 'both', status: 'PRESENT' }, 1);
};

test('counters and histograms of processes are added, series by series', async () => {
  const record =
    (...values: number[]) =>
    (instruments: Instruments) => {
      for (const value of values) {
        instruments
          .histogram('forebay_request_entities')
          .record({ project: 'shop', feature_service: 'a@1' }, value);
      }
    };
  const merged = mergeMetrics([
    { process: '1', metrics: [...(await counted(served('a', 2))), ...(await counted(record(1, 20)))] },
    {
      process: '2',
      metrics: [...(await counted(served('b', 3))), ...(await counted(record(20, 70, 99_999)))],
    },
  ]);
  expect(points(merged, 'forebay_feature_values_total')).toEqual([
    [{ project: 'shop', view: 'a', status: 'PRESENT' }, 2],
    [{ project: 'shop', view: 'both', status: 'PRESENT' }, 2],
    [{ project: 'shop', view: 'b', status: 'PRESENT' }, 3],
  ]);
  const [[, histogram]] = points(merged, 'forebay_request_entities') as [[unknown, object]];
  expect(histogram).toMatchObject({ count: 5, sum: 1 + 20 + 20 + 70 + 99_999 });
  expect(histogram).toHaveProperty('buckets.counts', [1, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
});

test('a gauge is what its meaning demands', async () => {
  const of = (freshness: number, inFlight: number, version: number, memory: number) =>
    counted((instruments) => {
      instruments.gauge('forebay_freshness_seconds').set({ project: 'shop', view: 'a' }, freshness);
      instruments.gauge('forebay_requests_in_flight').set({ 'rpc.method': 'm' }, inFlight);
      instruments.gauge('forebay_registry_version').set({}, version);
      instruments.gauge('process_resident_memory_bytes').set({}, memory);
    });
  const merged = mergeMetrics([
    { process: '1', metrics: await of(0.5, 3, 8, 100) },
    { process: '2', metrics: await of(2.5, 4, 7, 200) },
  ]);
  expect(points(merged, 'forebay_freshness_seconds')).toEqual([[{ project: 'shop', view: 'a' }, 2.5]]);
  expect(points(merged, 'forebay_requests_in_flight')).toEqual([[{ 'rpc.method': 'm' }, 7]]);
  expect(points(merged, 'forebay_registry_version')).toEqual([[{}, 7]]);
  expect(points(merged, 'process_resident_memory_bytes')).toEqual([
    [{ process: '1' }, 100],
    [{ process: '2' }, 200],
  ]);
});

test('what a process that is gone has counted stays counted; what it was does not', async () => {
  const gone = await counted((instruments) => {
    served('a', 2)(instruments);
    instruments.gauge('process_resident_memory_bytes').set({}, 1);
  });
  const merged = mergeMetrics([
    { process: 'gone', metrics: cumulative(gone) },
    { process: '1', metrics: await counted(served('a', 5)) },
  ]);
  expect(points(merged, 'forebay_feature_values_total')[0]).toEqual([
    { project: 'shop', view: 'a', status: 'PRESENT' },
    7,
  ]);
  expect(points(merged, 'process_resident_memory_bytes')).toEqual([]);
});

test('what several have counted counts from the start of the first, whatever their order', async () => {
  const at = async (startedS: number, readS: number) => {
    const [metric] = (await counted(served('a', 1))).filter(
      ({ descriptor }) => descriptor.name === 'forebay_feature_values_total',
    ) as [MetricData];
    const dataPoints = metric.dataPoints.map((point) => ({
      ...point,
      startTime: [startedS, 5],
      endTime: [readS, 0],
    }));
    return [{ ...metric, dataPoints } as MetricData];
  };
  const early = { process: 'gone', metrics: await at(10, 20) };
  const late = { process: '1', metrics: await at(15, 30) };
  for (const order of [
    [early, late],
    [late, early],
  ]) {
    expect(mergeMetrics(order)[0]?.dataPoints[0]).toMatchObject({
      startTime: [10, 5],
      endTime: [30, 0],
      value: 2,
    });
  }
});

test('the whole is of the instant at which this process was read, for series of processes that are gone as well', async () => {
  const own = {
    resource: {} as never,
    scopeMetrics: [{ scope: { name: 'test' }, metrics: (await counted(served('own', 1))) as MetricData[] }],
  };
  const gone = (await counted(served('gone', 1))).map((metric) => ({
    ...metric,
    dataPoints: metric.dataPoints.map((point) => ({ ...point, endTime: [1, 0] })),
  })) as MetricData[];
  const whole = await metricsOfAll(own, async () => [{ process: 'gone', metrics: gone }]);
  const ends = whole.flatMap(({ dataPoints }) => dataPoints.map(({ endTime }) => endTime));
  expect(ends).toHaveLength(3);
  expect(new Set(ends.map(String))).toEqual(
    new Set([String(own.scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.endTime)]),
  );
});
