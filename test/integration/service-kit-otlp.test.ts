/** What a service sends to an OpenTelemetry collector, as the collector receives it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { METRICS, parseReadyLine } from '@forebay/service-kit';
import { OtlpReceiver, type ReceivedPoint } from '../support/otlp-receiver';
import { buildServiceKit, launch as launchTrial, type TrialService } from '../support/trial-service';
import { waitFor } from '../support/wait-for';

const SOON = { deadlineMs: 20_000 };
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLERS_SPAN = 'b7ad6b7169203331';

beforeAll(buildServiceKit);

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function receiver(): Promise<OtlpReceiver> {
  const collector = await OtlpReceiver.start();
  ends.push(() => collector.close());
  return collector;
}

/** A service that counts, records and logs once, in the trace of a caller. */
const WORK = `
  service.instruments.counter('forebay_jobs_total').add({ job: 'materialize', outcome: 'completed' }, 3);
  service.instruments.gauge('forebay_freshness_seconds').set({ project: 'shop', view: 'a@1' }, 0.25);
  const call = { 'rpc.system.name': 'grpc', 'rpc.method': 'm', 'rpc.response.status_code': 'OK', 'error.type': '' };
  service.instruments.histogram('rpc.server.call.duration').record(call, 0.003);
  await inCallersTrace({ traceparent: '00-${TRACE_ID}-${CALLERS_SPAN}-01' }, () =>
    inSpan('work', {}, async () => {
      const log = service.logger.child({ component: 'consumer' });
      log.warn({ partition: 3, url: 'redis://u:hunter2@h:1', err: new TypeError('boom') }, 'to redis://u:hunter2@h:1');
    }));
`;

const DONE = 'has worked';

function launch(
  work: string,
  settings: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): TrialService {
  const script = `run(async (service) => { ${work}; say('${DONE}'); return {}; }, ${JSON.stringify(settings)});`;
  const trial = launchTrial(script, { environment });
  ends.push(() => trial.child.kill('SIGKILL'));
  return trial;
}

async function stopped(trial: TrialService): Promise<number | null> {
  await trial.says('trial is ready');
  trial.child.kill('SIGTERM');
  return trial.exitCode;
}

async function metricsOf(trial: TrialService): Promise<string> {
  const ready = trial
    .output()
    .split('\n')
    .map(parseReadyLine)
    .find((line) => line !== null);
  return (await fetch(`http://127.0.0.1:${ready?.ports.metrics}/metrics`)).text();
}

const pointsNamed = (collector: OtlpReceiver, name: string) =>
  collector.points.filter((point) => point.name === name);

test('metrics have the names, units and labels of METRICS, and count from the start', async () => {
  const collector = await receiver();
  // so seldom that what comes is sent by the stop
  const settings = { FOREBAY_OTLP_ENDPOINT: `${collector.url}/`, FOREBAY_OTLP_METRICS_INTERVAL: '1h' };
  const place = { OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.name=ignored' };
  const trial = launch(WORK, settings, place);
  expect(await stopped(trial)).toBe(0);
  const [jobs] = pointsNamed(collector, 'forebay_jobs_total');
  expect(jobs).toMatchObject({
    kind: 'sum',
    isMonotonic: true,
    temporality: 'cumulative',
    unit: '{job}',
    description: METRICS.forebay_jobs_total.description,
    attributes: { job: 'materialize', outcome: 'completed' },
    value: 3,
  });
  expect(jobs?.resource).toEqual({
    'service.namespace': 'forebay',
    'service.name': 'trial',
    'service.version': '1.2.3',
    'service.instance.id': expect.stringMatching(new RegExp(`.:${trial.child.pid}$`)),
    'host.name': expect.any(String),
    'process.pid': trial.child.pid,
    'deployment.environment.name': 'test',
  });
  const [freshness] = pointsNamed(collector, 'forebay_freshness_seconds');
  expect(freshness).toMatchObject({
    kind: 'gauge',
    unit: 's',
    attributes: { project: 'shop', view: 'a@1' },
    value: 0.25,
  });
  const [calls] = pointsNamed(collector, 'rpc.server.call.duration');
  const bounds = METRICS['rpc.server.call.duration'].buckets;
  expect(calls).toMatchObject({
    kind: 'histogram',
    unit: 's',
    temporality: 'cumulative',
    value: 0.003,
    bounds,
  });
  // without a type of error, which there was not
  expect(calls?.attributes).toEqual({
    'rpc.system.name': 'grpc',
    'rpc.method': 'm',
    'rpc.response.status_code': 'OK',
  });
  expect(calls?.bucketCounts.reduce((sum, count) => sum + count)).toBe(1);
  expect(calls?.bucketCounts[bounds.findIndex((bound) => bound >= 0.003)]).toBe(1);
  const known = new Set<string>(Object.keys(METRICS));
  expect(collector.points.filter(({ name }) => !known.has(name))).toEqual([]);
});

test('metrics come again and again, and each count goes on from where it was', async () => {
  const collector = await receiver();
  const settings = {
    FOREBAY_OTLP_ENDPOINT: collector.url,
    FOREBAY_OTLP_SIGNALS: 'metrics',
    FOREBAY_OTLP_METRICS_INTERVAL: '100ms',
  };
  const counting = `
    const jobs = service.instruments.counter('forebay_jobs_total').bind({ job: 'materialize', outcome: 'completed' });
    setInterval(() => jobs.add(), 10);
  `;
  const trial = launch(counting, settings);
  const jobs = () => pointsNamed(collector, 'forebay_jobs_total');
  await waitFor(() => jobs().length >= 3, { ...SOON, message: 'three exports have come' });
  expect(await stopped(trial)).toBe(0);
  const values = jobs().map(({ value }) => value);
  expect(values).toEqual([...values].sort((a, b) => a - b));
  expect(values.at(-1)).toBeGreaterThan(values[0] as number);
  expect(new Set(jobs().map(({ startNs }) => startNs)).size).toBe(1);
  const times = jobs().map(({ timeNs }) => timeNs);
  expect(new Set(times).size).toBe(times.length);
  expect(new Set(collector.paths)).toEqual(new Set(['/v1/metrics']));
  // what was sent is a metric, too
  const sent = pointsNamed(collector, 'forebay_telemetry_items_total').at(-1) as ReceivedPoint;
  expect(sent.attributes).toEqual({ signal: 'metrics', outcome: 'sent' });
  expect(sent.value).toBeGreaterThan(0);
});

test('a line of the log is a record with the trace of the call that caused it, and without secrets', async () => {
  const collector = await receiver();
  const trial = launch(WORK, { FOREBAY_OTLP_ENDPOINT: collector.url, FOREBAY_LOG_FORMAT: 'pretty' });
  expect(await stopped(trial)).toBe(0);
  const work = collector.spans.find(({ name }) => name === 'work');
  expect(work).toMatchObject({ traceId: TRACE_ID, parentSpanId: CALLERS_SPAN });
  const warning = collector.logs.find(({ severityText }) => severityText === 'warn');
  expect(warning).toMatchObject({
    service: 'trial',
    severityNumber: 13,
    body: 'to redis://u:***@h:1',
    traceId: TRACE_ID,
    spanId: work?.spanId,
  });
  expect(warning?.attributes).toEqual({
    component: 'consumer',
    partition: 3,
    url: 'redis://u:***@h:1',
    'exception.type': 'TypeError',
    'exception.message': 'boom',
    'exception.stacktrace': expect.stringContaining('TypeError: boom\n    at '),
  });
  expect(Math.abs(Number((warning?.timeNs ?? 0n) / 1_000_000n) - Date.now())).toBeLessThan(60_000);
  expect(
    JSON.stringify(collector.logs, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
  ).not.toContain('hunter2');
  // from the first line, which is older than what sends it, to the one that tells of the stop
  const bodies = collector.logs.map(({ body }) => body);
  expect(bodies[0]).toBe('trial is starting');
  expect(bodies.at(-1)).toBe('stopping (SIGTERM)');
  const [starting] = collector.logs;
  expect(starting).toMatchObject({ severityNumber: 9, traceId: '', spanId: '' });
  expect(starting?.attributes.configuration).toMatchObject({ FOREBAY_OTLP_ENDPOINT: collector.url });
  const instances = [...collector.logs, ...collector.spans, ...collector.points].map(
    ({ resource }) => resource['service.instance.id'],
  );
  expect(new Set(instances).size).toBe(1);
});

test('the line that says why a service failed comes before its end', async () => {
  const collector = await receiver();
  const failing = `setImmediate(() => { throw new Error('boom'); })`;
  const trial = launch(failing, { FOREBAY_OTLP_ENDPOINT: collector.url, FOREBAY_OTLP_SIGNALS: 'logs' });
  expect(await trial.exitCode).toBe(1);
  expect(collector.logs.find(({ severityText }) => severityText === 'fatal')).toMatchObject({
    severityNumber: 21,
    body: 'boom',
    attributes: { 'exception.type': 'Error', 'exception.stacktrace': expect.stringContaining('Error: boom') },
  });
});

test('a collector that is away costs nothing but the data, which is counted and said once', async () => {
  const gone = createServer();
  await new Promise<void>((listening) => gone.listen(0, '127.0.0.1', listening));
  const { port } = gone.address() as AddressInfo;
  await new Promise((closed) => gone.close(closed));
  const settings = {
    FOREBAY_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    FOREBAY_OTLP_METRICS_INTERVAL: '200ms',
  };
  const trial = launch(WORK, settings, { OTEL_BSP_SCHEDULE_DELAY: '50', OTEL_EXPORTER_OTLP_TIMEOUT: '200' });
  const lostOf = (text: string, signal: string) =>
    Number(
      new RegExp(`^forebay_telemetry_items_total{signal="${signal}",outcome="lost"} (\\d+)$`, 'm').exec(
        text,
      )?.[1],
    );
  await trial.says('"ready":true');
  let before = '';
  await waitFor(
    async () => {
      before = await metricsOf(trial);
      return ['traces', 'metrics', 'logs'].every((signal) => lostOf(before, signal) > 0);
    },
    { ...SOON, message: 'something of all signals is lost' },
  );
  await waitFor(async () => lostOf(await metricsOf(trial), 'metrics') > lostOf(before, 'metrics'), {
    ...SOON,
    message: 'more metrics are lost',
  });
  expect(await stopped(trial)).toBe(0);
  const said = trial.lines().filter(({ signal }) => signal !== undefined);
  expect(said.map(({ signal }) => signal).sort()).toEqual(['logs', 'metrics', 'traces']);
  expect(said.find(({ signal }) => signal === 'traces')).toMatchObject({
    level: 'warn',
    msg: expect.stringMatching(
      new RegExp(
        `^spans are lost, because the OTLP collector at http://127.0.0.1:${port} does not take them \\(.*ECONNREFUSED.*\\): see that it is there \\(FOREBAY_OTLP_ENDPOINT\\)`,
      ),
    ),
  });
});

test('a collector that does not know a signal is told from one that is away', async () => {
  const collector = createServer((_, response) => response.writeHead(404).end());
  await new Promise<void>((listening) => collector.listen(0, '127.0.0.1', listening));
  ends.push(() => collector.close().closeAllConnections());
  const { port } = collector.address() as AddressInfo;
  const trial = launch('', {
    FOREBAY_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    FOREBAY_OTLP_SIGNALS: 'logs',
  });
  await trial.says('does not take them (HTTP 404: ');
  await trial.says('or leave logs out of FOREBAY_OTLP_SIGNALS');
});

test('a collector that does not answer holds up the stop for a quarter of its time at most; what its queues have no room for is counted', async () => {
  const collector = await receiver();
  collector.beSilent();
  const flood = `
    for (let i = 0; i < 20; i++) await inSpan('work', {}, async () => {});
    for (let i = 0; i < 3_000; i++) service.logger.info('line');
  `;
  const settings = {
    FOREBAY_OTLP_ENDPOINT: collector.url,
    FOREBAY_TRACE_SAMPLE_RATIO: '1',
    FOREBAY_SHUTDOWN_GRACE: '2s',
  };
  const trial = launch(flood, settings, {
    OTEL_BSP_MAX_QUEUE_SIZE: '4',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '4',
  });
  await trial.says('"ready":true');
  const text = await metricsOf(trial);
  for (const signal of ['traces', 'logs'])
    expect(text).toMatch(
      new RegExp(`^forebay_telemetry_items_total{signal="${signal}",outcome="lost"} [1-9]`, 'm'),
    );
  expect(trial.output()).toContain('log records are lost');
  expect(trial.output()).toContain('(too many wait for it)');
  expect(await stopped(trial)).toBe(0);
});

test('without an endpoint nothing of it is loaded; with one, only what its signals need', async () => {
  const collector = await receiver();
  const telling = `
    const loaded = Object.keys(require.cache).flatMap((path) => /@opentelemetry.([a-z-]+)/.exec(path)?.[1] ?? []);
    say('loaded ' + JSON.stringify([...new Set(loaded)].filter((name) => /otlp|logs|trace/.test(name)).sort()));
  `;
  const loadedBy = async (settings: Readonly<Record<string, string>>): Promise<string[]> => {
    const trial = launch(telling, settings);
    expect(await stopped(trial)).toBe(0);
    return JSON.parse(/^loaded (.*)$/m.exec(trial.output())?.[1] ?? 'null');
  };
  const [none, logs] = await Promise.all([
    loadedBy({}),
    loadedBy({ FOREBAY_OTLP_ENDPOINT: collector.url, FOREBAY_OTLP_SIGNALS: 'logs' }),
  ]);
  expect(none).toEqual([]);
  expect(logs).toEqual(expect.arrayContaining(['exporter-logs-otlp-http', 'sdk-logs']));
  for (const module of ['exporter-metrics-otlp-http', 'exporter-trace-otlp-http', 'sdk-trace-node'])
    expect(logs).not.toContain(module);
});
