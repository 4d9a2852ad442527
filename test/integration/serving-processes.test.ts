/** Several processes of serving on one port. */
import { connectRedis } from '@forebay/online-store';
import { type Client, status } from '@grpc/grpc-js';
import { OtlpReceiver } from '../support/otlp-receiver';
import { childrenOf, isRunning } from '../support/processes';
import { Service } from '../support/service';
import { callStatusOf, load, ownClient } from '../support/serving-load';
import { useOwnRedis, waitFor } from '../support/stack';
import { Seeder } from './serving-fixture';
import { flightsRegistry } from './serving-project';

const PROCESSES = 3;
const CONNECTIONS = 12;
const SOON = { deadlineMs: 20_000 };

const redis = useOwnRedis();
const running: Service[] = [];
const clients: Client[] = [];

beforeAll(async () => {
  const connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
  await new Seeder(connection, flightsRegistry()).apply();
  await connection.close();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const service of running.splice(0)) await service.kill9();
});

async function start(environment: Record<string, string> = {}): Promise<Service> {
  const service = await Service.start('serving', {
    FOREBAY_REDIS_URL: redis.url,
    FOREBAY_SERVING_PROCESSES: String(PROCESSES),
    ...environment,
  });
  running.push(service);
  return service;
}

async function connections({ ports }: Service): Promise<Client[]> {
  const made = Array.from({ length: CONNECTIONS }, () => ownClient(`127.0.0.1:${ports.grpc}`));
  clients.push(...made);
  for (const client of made) expect(await callStatusOf(client)).toBe(status.OK);
  return made;
}

const workersOf = (service: Service) => childrenOf(service.child.pid as number);

function sample(metrics: string, series: string): number {
  const line = metrics.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? Number.NaN);
}

const calls = (metrics: string) =>
  [...metrics.matchAll(/^rpc_server_call_duration_seconds_count\{.*GetOnlineFeatures.* (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );

test('calls are spread over the processes, and one port tells the metrics and the readiness of all', async () => {
  const service = await start();
  expect(workersOf(service)).toHaveLength(PROCESSES);
  const made = await connections(service);
  await service.metrics(); // utilization counts from the last scrape
  const running = load(made);
  await waitFor(() => running.answered > 600, { ...SOON, message: '600 calls are answered' });
  const during = await service.metrics();
  await running.stop();
  for (const process of ['1', '2', '3', 'primary']) {
    expect(sample(during, `process_resident_memory_bytes{process="${process}"}`)).toBeGreaterThan(1e7);
  }
  for (const process of ['1', '2', '3']) {
    expect(sample(during, `nodejs_eventloop_utilization_ratio{process="${process}"}`)).toBeGreaterThan(0.02);
  }
  expect(running.failures).toEqual(new Map());
  expect(calls(await service.metrics())).toBe(running.answered + CONNECTIONS);
  const ready = await fetch(`http://127.0.0.1:${service.ports.metrics}/readyz`);
  expect(ready.status).toBe(200);
  const { components } = (await ready.json()) as { components: { name: string }[] };
  expect(components.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['process 1', 'process 2', 'process 3']),
  );
});

test('a collector gets the metrics of all processes once, of one instance, and the log of each', async () => {
  const collector = await OtlpReceiver.start();
  try {
    const service = await start({ FOREBAY_OTLP_ENDPOINT: collector.url, FOREBAY_SERVING_PROCESSES: '2' });
    const workers = workersOf(service);
    await connections(service);
    const shown = calls(await service.metrics());
    expect(await service.terminate()).toBe(0);
    const counted = collector.points.filter(
      ({ name, attributes }) =>
        name === 'rpc.server.call.duration' && `${attributes['rpc.method']}`.endsWith('/GetOnlineFeatures'),
    );
    const count = counted.flatMap(({ bucketCounts }) => bucketCounts).reduce((sum, each) => sum + each, 0);
    expect(count).toBe(shown);
    expect(count).toBe(CONNECTIONS);
    const { pid } = service.child;
    const senders = (sent: readonly { resource: Readonly<Record<string, unknown>> }[]) =>
      new Set(sent.map(({ resource }) => resource['process.pid']));
    expect(senders(collector.points)).toEqual(new Set([pid]));
    expect(senders(collector.logs)).toEqual(new Set([pid, ...workers]));
    const instances = [...collector.points, ...collector.logs].map(
      ({ resource }) => resource['service.instance.id'],
    );
    expect([...new Set(instances)]).toEqual([expect.stringMatching(new RegExp(`:${pid}$`))]);
  } finally {
    collector.close();
  }
});

test('a process that is killed is replaced, and no call of the others fails', async () => {
  const service = await start();
  const made = await connections(service);
  const running = load(made);
  await waitFor(() => running.answered > 200, { ...SOON, message: 'all are answering' });
  const countedBefore = calls(await service.metrics());
  const [victim] = workersOf(service) as [number];
  process.kill(victim, 'SIGKILL');
  await waitFor(() => workersOf(service).length === PROCESSES && !isRunning(victim), {
    ...SOON,
    message: 'it is replaced',
  });
  const readyz = () => fetch(`http://127.0.0.1:${service.ports.metrics}/readyz`);
  await waitFor(async () => (await readyz()).status === 200, { ...SOON, message: 'all are ready again' });
  await running.stop();
  expect(running.failures.size).toBeLessThan(CONNECTIONS / 2);
  for (const outcomes of running.failures.values()) expect(outcomes).toEqual([status.UNAVAILABLE]);
  for (const client of made) expect(await callStatusOf(client)).toBe(status.OK);
  const metrics = await service.metrics();
  expect(sample(metrics, 'forebay_process_restarts_total')).toBe(1);
  expect(calls(metrics)).toBeGreaterThan(countedBefore);
});

test('SIGTERM lets the calls of all processes finish', async () => {
  const service = await start();
  const made = await connections(service);
  const workers = workersOf(service);
  const last = made.flatMap((client) => Array.from({ length: 20 }, () => callStatusOf(client)));
  expect(await Promise.race(last)).toBe(status.OK);
  expect(await service.terminate()).toBe(0);
  const outcomes = await Promise.all(last);
  expect(outcomes.filter((outcome) => outcome !== status.OK)).toEqual([]);
  expect(workers.filter(isRunning)).toEqual([]);
});

test('a process that is told to stop finishes its calls and is replaced', async () => {
  const service = await start();
  const made = await connections(service);
  const running = load(made);
  await waitFor(() => running.answered > 200, { ...SOON, message: 'all are answering' });
  const [first] = workersOf(service) as [number];
  process.kill(first, 'SIGTERM');
  await waitFor(() => workersOf(service).length === PROCESSES && !isRunning(first), {
    ...SOON,
    message: 'it is replaced',
  });
  await running.stop();
  expect(running.failures).toEqual(new Map());
});

test('processes that cannot start end the service, with the reason in the log', async () => {
  const start1 = start({ FOREBAY_SERVING_PORT: new URL(redis.url).port });
  await expect(start1).rejects.toThrow(/gRPC cannot listen on .*FOREBAY_SERVING_PORT/);
  await expect(start1).rejects.toThrow(/process \d ended before it was ready \(code 1\)/);
});
