/** Servers are restarted one after another under load, and no call fails. */
import { connectRedis } from '@forebay/online-store';
import { status } from '@grpc/grpc-js';
import { Service } from '../support/service';
import { callStatusOf, hasAnswered, load, ownClient, ROUND_ROBIN } from '../support/serving-load';
import { useOwnRedis, waitFor } from '../support/stack';
import { Seeder } from './serving-fixture';
import { checkHealth, watchHealth } from './serving-grpc';
import { flightsRegistry } from './serving-project';

const SOON = { deadlineMs: 30_000 };
const READERS = 16;

const redis = useOwnRedis();
const running = new Set<Service>();

beforeAll(async () => {
  const connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
  await new Seeder(connection, flightsRegistry()).apply();
  await connection.close();
});

afterEach(async () => {
  for (const service of running) await service.kill9();
  running.clear();
});

async function start(environment: Record<string, string>): Promise<Service> {
  const service = await Service.start('serving', {
    FOREBAY_REDIS_URL: redis.url,
    // long enough to be seen, also on a busy machine
    FOREBAY_SERVING_DRAIN_DELAY: '3s',
    ...environment,
  });
  running.add(service);
  return service;
}

const address = ({ ports }: Service) => `127.0.0.1:${ports.grpc}`;

/** SIGTERM; it answers on while it says NOT_SERVING, then ends; its successor has the same address. */
async function restart(service: Service, environment: Record<string, string>): Promise<Service> {
  const watch = watchHealth(address(service), '');
  await waitFor(() => watch.seen.length === 1, { ...SOON, message: 'the watcher is told the status' });
  const ended = service.terminate();
  await waitFor(async () => (await checkHealth(address(service), '')) === 'NOT_SERVING', {
    ...SOON,
    message: 'it says NOT_SERVING',
  });
  expect(await checkHealth(address(service), 'process')).toBe('SERVING');
  const late = ownClient(address(service));
  expect(await callStatusOf(late)).toBe(status.OK);
  late.close();
  expect(await ended).toBe(0);
  expect(watch.seen).toEqual(['SERVING', 'NOT_SERVING']);
  running.delete(service);
  return start({ ...environment, FOREBAY_SERVING_PORT: String(service.ports.grpc) });
}

test.each(['1', '2'])(
  'two servers of %s processes each, behind a client that takes them in turn',
  async (processes) => {
    const environment = { FOREBAY_SERVING_PROCESSES: processes };
    const servers = [await start(environment), await start(environment)] as [Service, Service];
    const client = ownClient(`ipv4:${servers.map(address).join(',')}`, ROUND_ROBIN);
    const running = load([client], READERS);
    for (const i of [0, 1] as const) {
      await waitFor(async () => (await hasAnswered(servers[0])) && (await hasAnswered(servers[1])), {
        ...SOON,
        message: 'both are answering',
      });
      servers[i] = await restart(servers[i], environment);
    }
    await waitFor(() => hasAnswered(servers[1]), { ...SOON, message: 'the last one answers again' });
    await running.stop();
    client.close();
    expect(running.failures).toEqual(new Map());
    expect(running.answered).toBeGreaterThan(1_000);
  },
);
