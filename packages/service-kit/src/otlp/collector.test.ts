import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { HistogramProducer } from '../histograms';
import { Instruments } from '../instruments';
import { Collector, type Exporter } from './collector';

const MINUTE_MS = 60_000;

/** An exporter whose results the test decides. */
class Decided implements Exporter<readonly string[]> {
  error: Error | null = null;

  export(_: readonly string[], done: (result: { code: number; error?: Error }) => void): void {
    done(this.error === null ? { code: 0 } : { code: 1, error: this.error });
  }

  async forceFlush() {}
  async shutdown() {}
}

function setUp() {
  const warnings: string[] = [];
  const time = { nowMs: 0 };
  const collector = new Collector({
    endpoint: 'http://collector:4318/',
    logger: { warn: (_: object, text?: string) => void warnings.push(text ?? '') },
    clock: () => time.nowMs,
  });
  const instruments = new Instruments(new MeterProvider().getMeter('test'), new HistogramProducer());
  const added: object[] = [];
  const counter = instruments.counter('forebay_telemetry_items_total');
  counter.add = (labels, amount) => void added.push({ ...labels, amount });
  collector.countIn(instruments);
  const exporter = new Decided();
  const watched = collector.watch('logs', exporter, (items) => items.length);
  const send = (...items: string[]) => {
    let code = -1;
    watched.export(items, (result) => {
      code = result.code;
    });
    return code;
  };
  return { collector, exporter, send, time, warnings, added };
}

test('each signal has its path at the endpoint', () => {
  const { collector } = setUp();
  expect(collector.url('metrics')).toBe('http://collector:4318/v1/metrics');
});

test('what is taken and what is lost is counted, and the result is handed on', () => {
  const { exporter, send, added } = setUp();
  expect(send('a', 'b')).toBe(0);
  exporter.error = new Error('refused');
  expect(send('c')).toBe(1);
  expect(added).toEqual([
    { signal: 'logs', outcome: 'sent', amount: 2 },
    { signal: 'logs', outcome: 'lost', amount: 1 },
  ]);
});

test('a loss is said once, and again when it goes on ten minutes later', () => {
  const { exporter, send, time, warnings } = setUp();
  exporter.error = Object.assign(new Error('Not Found'), { code: 404 });
  for (let i = 0; i < 5; i++) send('a');
  exporter.error = null;
  send('b');
  exporter.error = new Error('refused');
  time.nowMs = 9 * MINUTE_MS;
  send('c');
  expect(warnings).toEqual([
    'log records are lost, because the OTLP collector at http://collector:4318/ does not take them (HTTP 404: Not Found): see that it is there (FOREBAY_OTLP_ENDPOINT), or leave logs out of FOREBAY_OTLP_SIGNALS; forebay_telemetry_items_total counts what is lost',
  ]);
  time.nowMs = 10 * MINUTE_MS;
  send('d');
  expect(warnings[1]).toContain('(refused)');
});

test('of what a queue tells its meter, only what it had no room for is a loss', () => {
  const { collector, added, warnings } = setUp();
  const processed = collector.queueMeters('traces').getMeter('queue').createCounter('processed');
  processed.add(3, { 'error.type': 'Error' });
  processed.add(5);
  processed.add(1, { 'error.type': 'queue_full' });
  expect(added).toEqual([{ signal: 'traces', outcome: 'lost', amount: 1 }]);
  expect(warnings[0]).toMatch(/^spans are lost.*\(too many wait for it\)/);
});
