/** Spans, metrics and logs of real services, as a collector receives them: from the call to Redis, from the push to the values, of a job. */
import { isDeepStrictEqual } from 'node:util';
import { encodeMessage } from '@forebay/contract';
import { METRICS } from '@forebay/service-kit';
import { Installation } from '../support/installation';
import {
  OtlpReceiver,
  type ReceivedLog,
  type ReceivedPoint,
  type ReceivedSpan,
} from '../support/otlp-receiver';
import { HISTORY_ENDS_MS, PROJECT, paymentsProject, randomPayments } from '../support/payments';
import { printedRandom } from '../support/seed';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';
import { framed, RawGrpc } from './raw-grpc';

const HOUR_MS = 3_600_000;
const CALLERS_SPAN = 'b7ad6b7169203331';

let installation: Installation;
let collector: OtlpReceiver;
let grpc: RawGrpc;
afterAll(async () => {
  grpc?.close();
  await installation?.close();
  collector?.close();
});
const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const topic = uniqueName('payments');

let traces = 0;
/** Another trace each time. */
function newTrace(): { traceId: string; traceparent: string } {
  const traceId = `0af7651916cd43dd8448eb211c8031${(++traces).toString(16).padStart(2, '0')}`;
  return { traceId, traceparent: `00-${traceId}-${CALLERS_SPAN}-01` };
}

const call = (method: string, message: Uint8Array, headers: Record<string, string>) =>
  grpc.call(`/forebay.v1.FeatureService/${method}`, framed(message), headers);

const readAccount = (headers: Record<string, string>, service = 'accounts') =>
  call(
    'GetOnlineFeatures',
    encodeMessage('GetOnlineFeaturesRequest', {
      project: PROJECT,
      feature_service: service,
      keys: [{ join_key: 'account', strings: ['traced'] }],
    }),
    headers,
  );

async function found(message: string, is: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> {
  await waitFor(() => collector.spans.some(is), { deadlineMs: 20_000, message }).catch((error: Error) => {
    throw new Error(`${error.message}\n${JSON.stringify(collector.spans, null, 1)}`);
  });
  return collector.spans.find(is) as ReceivedSpan;
}

const childOf = (parent: ReceivedSpan, name: string) =>
  found(
    `${name} in ${parent.name}`,
    (span) => span.parentSpanId === parent.spanId && span.traceId === parent.traceId && span.name === name,
  );

beforeAll(async () => {
  collector = await OtlpReceiver.start();
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  const { redisUrl, queueRedisUrl } = own.stack;
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    paymentsProject({ topic }),
  );
  const traced = {
    FOREBAY_OTLP_ENDPOINT: collector.url,
    FOREBAY_OTLP_METRICS_INTERVAL: '500ms',
    OTEL_BSP_SCHEDULE_DELAY: '100',
  };
  const nothingOfTheirOwn = { ...traced, FOREBAY_TRACE_SAMPLE_RATIO: '0' };
  const [serving] = await Promise.all([
    installation.start('serving', {
      ...nothingOfTheirOwn,
      FOREBAY_SERVING_PUSH_KAFKA_BROKERS: kafkaBrokers,
    }),
    installation.start('stream', nothingOfTheirOwn),
    installation.start('batch', { ...traced, FOREBAY_TRACE_SAMPLE_RATIO: '1' }),
  ]);
  grpc = new RawGrpc(`127.0.0.1:${serving.ports.grpc}`);
});

test("a caller's trace goes on in the call, and in what it reads from Redis", async () => {
  const { traceId, traceparent } = newTrace();
  expect((await readAccount({ traceparent })).grpcStatus).toBe(0);
  const server = await found('the server span', (span) => span.traceId === traceId && span.kind === 'server');
  expect(server).toMatchObject({
    service: 'serving',
    parentSpanId: CALLERS_SPAN,
    name: 'forebay.v1.FeatureService/GetOnlineFeatures',
    attributes: {
      'rpc.system.name': 'grpc',
      'rpc.method': 'forebay.v1.FeatureService/GetOnlineFeatures',
      'rpc.response.status_code': 'OK',
    },
    hasFailed: false,
  });
  const read = await childOf(server, 'MGET');
  expect(read).toMatchObject({
    kind: 'client',
    attributes: { 'db.system.name': 'redis', 'db.operation.name': 'MGET', 'forebay.rows': 1 },
  });
});

test("a call that its caller got wrong says so, and is no failure of the server's", async () => {
  const { traceId, traceparent } = newTrace();
  await readAccount({ traceparent }, 'no_such_service');
  expect(
    await found('the server span', (span) => span.traceId === traceId && span.kind === 'server'),
  ).toMatchObject({
    attributes: { 'rpc.response.status_code': 'NOT_FOUND', 'error.type': 'not_found' },
    hasFailed: false,
  });
});

test('an event that is pushed in a trace links the flush of its values to it; other flushes are not recorded', async () => {
  const event = (account: string) => ({
    ...randomPayments(printedRandom('push'), 1, 0, 1)[0],
    account,
    time: Date.now() - 1,
  });
  const push = (account: string, headers: Record<string, string>) =>
    call(
      'PushEvents',
      encodeMessage('PushEventsRequest', {
        project: PROJECT,
        source: 'payments',
        events: [JSON.stringify(event(account))],
        wait_ms: 5_000,
      }),
      { ...headers, 'grpc-timeout': '10S' },
    );
  expect((await push('untraced', {})).grpcStatus).toBe(0);
  const { traceId, traceparent } = newTrace();
  expect((await push('traced', { traceparent })).grpcStatus).toBe(0);
  const send = await found('the producer', (span) => span.traceId === traceId && span.kind === 'producer');
  expect(send).toMatchObject({
    name: `send ${topic}`,
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.type': 'send',
      'messaging.destination.name': topic,
      'messaging.batch.message_count': 1,
    },
  });
  const flush = await found('the stream', (span) => span.links.some(({ spanId }) => spanId === send.spanId));
  expect(flush).toMatchObject({
    service: 'stream',
    name: 'process payments',
    kind: 'consumer',
    parentSpanId: '',
    links: [{ traceId, spanId: send.spanId }],
    attributes: { 'messaging.system': 'kafka', 'messaging.batch.message_count': 1 },
  });
  expect(await childOf(flush, 'EVALSHA')).toMatchObject({
    kind: 'client',
    attributes: { 'db.system.name': 'redis' },
  });
  expect(
    collector.spans.filter(({ name, service }) => service === 'stream' && name === 'process payments'),
  ).toHaveLength(1);
  expect(
    collector.spans.filter(({ service, parentSpanId }) => service === 'serving' && parentSpanId === ''),
  ).toEqual([]);
});

test('the steps of a job are one trace, down to ClickHouse and Redis, and its log is of that trace', async () => {
  const endMs = Math.floor((Date.now() - HISTORY_ENDS_MS) / 60_000) * 60_000;
  await installation.load(randomPayments(printedRandom('history'), 200, endMs - HOUR_MS, endMs), endMs);
  await installation.materialize('by_account');
  const plan = await found(
    'the plan',
    (span) => span.service === 'batch' && span.name === 'materialize plan',
  );
  const isOfJob = (name: string) => (span: ReceivedSpan) =>
    span.traceId === plan.traceId && span.name === name;
  const chunk = await found('the chunk', isOfJob('materialize chunk'));
  await found('the end', isOfJob('materialize finish'));
  expect(await childOf(chunk, 'EVALSHA')).toMatchObject({ attributes: { 'db.system.name': 'redis' } });
  const query = await found(
    'the query',
    (span) => isOfJob('SELECT')(span) && span.attributes['db.system.name'] === 'clickhouse',
  );
  expect(query).toMatchObject({ kind: 'client', attributes: { 'db.namespace': installation.database } });
  const batch = installation.services.find(({ name }) => name === 'batch');
  const [line = '{}'] = batch?.lines(new RegExp(`"trace_id":"${plan.traceId}"`)) ?? [];
  expect(JSON.parse(line)).toMatchObject({
    span_id: plan.parentSpanId,
    msg: expect.stringContaining('by_account'),
  });
  const { msg } = JSON.parse(line) as { msg: string };
  const isOfLine = ({ body, traceId }: ReceivedLog) => body === msg && traceId === plan.traceId;
  await waitFor(() => collector.logs.some(isOfLine), { deadlineMs: 10_000, message: 'the line has come' });
  expect(collector.logs.find(isOfLine)).toMatchObject({ service: 'batch', spanId: plan.parentSpanId });
});

test('the metrics of each service come to the collector, too, under the names that they have here', async () => {
  const known = new Set<string>(Object.keys(METRICS));
  const wanted: readonly Pick<ReceivedPoint, 'service' | 'name' | 'attributes'>[] = [
    {
      service: 'serving',
      name: 'rpc.server.call.duration',
      attributes: {
        'rpc.system.name': 'grpc',
        'rpc.method': 'forebay.v1.FeatureService/GetOnlineFeatures',
        'rpc.response.status_code': 'OK',
      },
    },
    {
      service: 'stream',
      name: 'forebay_stream_events_total',
      attributes: { project: PROJECT, source: 'payments' },
    },
    {
      service: 'batch',
      name: 'forebay_jobs_total',
      attributes: { job: 'materialize', outcome: 'completed' },
    },
  ];
  for (const one of wanted) {
    const is = ({ service, name, attributes, value }: ReceivedPoint) =>
      value > 0 && isDeepStrictEqual({ service, name, attributes }, one);
    await waitFor(() => collector.points.some(is), {
      deadlineMs: 10_000,
      message: `${one.name} of ${one.service} has come`,
    });
  }
  expect(collector.points.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
});

test('dashboards made for Feast find how fresh a view is, and what a view takes in Redis is shown', async () => {
  await readAccount({});
  const serving = installation.services.find(({ name }) => name === 'serving');
  expect(await serving?.metrics()).toMatch(
    /^feast_feature_freshness_seconds\{feature_view="by_account",project="payments"\} \d/m,
  );
  const batch = installation.services.find(({ name }) => name === 'batch');
  await installation.apply(paymentsProject({ topic, withCities: true }));
  const size = /^forebay_redis_view_bytes\{project="payments",view="by_account@1"\} [1-9]/m;
  await waitFor(async () => size.test((await batch?.metrics()) ?? ''), {
    deadlineMs: 15_000,
    message: 'the batch service has looked at the sizes of views',
  });
});
