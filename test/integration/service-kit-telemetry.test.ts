import { execFile, execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { inSpan, Readiness, startTelemetry, type Telemetry, tracingIsOn } from '@forebay/service-kit';
import { trace } from '@opentelemetry/api';

const ROOT = resolve(__dirname, '..', '..');
beforeAll(() => {
  execFileSync('npx', ['tsc', '-b', 'packages/service-kit'], { cwd: ROOT });
});

const stops: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(options: { readiness?: Readiness } = {}): Promise<Telemetry> {
  const telemetry = await startTelemetry({
    service: 'serving',
    version: '1.2.3',
    operations: { host: '127.0.0.1', port: 0 },
    readiness: options.readiness ?? new Readiness(),
  });
  stops.push(() => telemetry.stop());
  return telemetry;
}

async function get(telemetry: Telemetry, path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${telemetry.metricsPort}${path}`);
  return { status: response.status, text: await response.text() };
}

test('/metrics has what the instruments counted, the process, and the service', async () => {
  const telemetry = await start();
  const { instruments } = telemetry;
  instruments
    .counter('forebay_feature_values_total')
    .add({ project: 'shop', view: 'a@1', status: 'PRESENT' }, 3);
  const freshness = instruments.gauge('forebay_freshness_seconds');
  freshness.set({ project: 'shop', view: 'a@1' }, 0.25);
  instruments
    .histogram('forebay_stream_flush_duration_seconds')
    .record({ project: 'shop', source: 's' }, 0.004);
  const { status, text } = await get(telemetry, '/metrics');
  expect(status).toBe(200);
  const lines = text.split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      '# TYPE forebay_feature_values_total counter',
      'forebay_feature_values_total{project="shop",view="a@1",status="PRESENT"} 3',
      'forebay_freshness_seconds{project="shop",view="a@1"} 0.25',
      'forebay_stream_flush_duration_seconds_bucket{project="shop",source="s",le="0.0025"} 0',
      'forebay_stream_flush_duration_seconds_bucket{project="shop",source="s",le="0.005"} 1',
      'forebay_stream_flush_duration_seconds_count{project="shop",source="s"} 1',
      'target_info{service_namespace="forebay",service_name="serving",service_version="1.2.3"} 1',
    ]),
  );
  expect(text).toMatch(/^process_cpu_seconds_total [0-9.]+$/m);
  expect(text).toMatch(/^process_resident_memory_bytes \d{7,}$/m);
  expect(text).toMatch(/^nodejs_eventloop_utilization_ratio [0-9.e-]+$/m);
  freshness.remove({ project: 'shop', view: 'a@1' });
  expect((await get(telemetry, '/metrics')).text).not.toContain('forebay_freshness_seconds{');
});

test('/healthz answers as long as the process does; /readyz tells what is not ready', async () => {
  const readiness = new Readiness();
  const redis = readiness.component('redis', 'connecting');
  const telemetry = await start({ readiness });
  expect(await get(telemetry, '/healthz')).toEqual({ status: 200, text: '{"healthy":true}\n' });
  const notReady = await get(telemetry, '/readyz');
  expect(notReady.status).toBe(503);
  expect(JSON.parse(notReady.text)).toEqual({
    ready: false,
    components: [{ name: 'redis', ready: false, reason: 'connecting' }],
  });
  redis.ready();
  expect((await get(telemetry, '/readyz')).status).toBe(200);
  expect((await get(telemetry, '/other')).status).toBe(404);
});

test('a port that is in use is told with the setting that chooses it', async () => {
  const telemetry = await start();
  const again = startTelemetry({
    service: 'x',
    operations: { host: '127.0.0.1', port: telemetry.metricsPort as number },
    readiness: new Readiness(),
  });
  await expect(again).rejects.toThrow(
    `the metrics address 127.0.0.1:${telemetry.metricsPort} is in use: set FOREBAY_METRICS_HOST and FOREBAY_METRICS_PORT`,
  );
});

test('after the stop the port is free', async () => {
  const telemetry = await start();
  await telemetry.stop();
  stops.length = 0;
  await expect(get(telemetry, '/healthz')).rejects.toThrow();
});

test('without an endpoint nothing is traced', async () => {
  await start();
  expect(tracingIsOn()).toBe(false);
  expect(await inSpan('work', {}, async (span) => span)).toBeNull();
  expect(trace.getActiveSpan()).toBeUndefined();
});

test("spans go to the OTLP collector, under the caller's trace", async () => {
  const bodies: string[] = [];
  const collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(`${request.url} ${Buffer.concat(chunks).toString('latin1')}`);
      response.end('{}');
    });
  });
  await new Promise<void>((listening) => collector.listen(0, '127.0.0.1', listening));
  const { port } = collector.address() as AddressInfo;
  // A process of its own, with what is built: the exporter imports modules in a way that is closed to tests.
  const script = `
    const { inCallersTrace, inSpan, LogOutbox, Readiness, startTelemetry } = require('@forebay/service-kit');
    const otlp = {
      endpoint: 'http://127.0.0.1:${port}/', signals: ['traces'], traceSampleRatio: 0, metricsIntervalMs: 60_000,
      outbox: new LogOutbox(), logger: console, flushWithinMs: 5_000,
    };
    startTelemetry({
      service: 'serving', operations: { host: '127.0.0.1', port: 0 }, otlp, readiness: new Readiness(),
    }).then(async (telemetry) => {
      const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
      const work = () => inSpan('read features', { rows: 2 }, async (span) => span.spanContext().traceId);
      console.log(await inCallersTrace(headers, work));
      await inCallersTrace(headers, () => inSpan('fails', {}, async () => { throw new Error('no rows'); })).catch(() => {});
      await inSpan('not sampled', {}, async () => {});
      await telemetry.stop();
    });
  `;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: ROOT });
    expect(stdout).toBe('0af7651916cd43dd8448eb211c80319c\n');
    const received = bodies.join('');
    expect(received).toMatch(/^\/v1\/traces /);
    expect(received).toContain('read features');
    expect(received).toContain('no rows');
    expect(received).not.toContain('not sampled');
  } finally {
    collector.closeAllConnections();
    collector.close();
  }
});
