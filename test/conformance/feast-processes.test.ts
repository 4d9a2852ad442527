/** The HTTP surface of the service as it runs: several processes on one port, started and stopped by the operating system. */
import { connectRedis } from '@forebay/online-store';
import { Seeder } from '../integration/serving-fixture';
import { Service } from '../support/service';
import { useOwnRedis, waitFor } from '../support/stack';
import { ridesRegistry } from './rides-project';

const redis = useOwnRedis();
const running: Service[] = [];

beforeAll(async () => {
  const connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
  await new Seeder(connection, ridesRegistry()).apply();
  await connection.close();
});
afterAll(() => Promise.all(running.map((service) => service.kill9())));

async function start(environment: Record<string, string>): Promise<Service> {
  const service = await Service.start('serving', {
    FOREBAY_REDIS_URL: redis.url,
    FOREBAY_SERVING_FEAST_HTTP_PORT: '0',
    ...environment,
  });
  running.push(service);
  return service;
}

const body = JSON.stringify({ features: ['driver_stats:trips'], entities: { driver_id: [1] } });

/** The status, or what kept it from coming. */
const ask = (service: Service) =>
  fetch(`http://127.0.0.1:${service.ports.feast}/get-online-features`, { method: 'POST', body }).then(
    async (response) => {
      await response.arrayBuffer();
      return String(response.status);
    },
    (error: Error) => error.message,
  );

test('several processes answer on one port', async () => {
  const service = await start({ FOREBAY_SERVING_PROCESSES: '2' });
  const statuses = await Promise.all(Array.from({ length: 20 }, () => ask(service)));
  expect(new Set(statuses)).toEqual(new Set(['200']));
  expect(service.ports.feast).not.toBe(service.ports.grpc);
});

test('no request fails while the service says that it is going', async () => {
  const service = await start({ FOREBAY_SERVING_DRAIN_DELAY: '2s' });
  const health = async () => (await fetch(`http://127.0.0.1:${service.ports.feast}/health`)).status;
  expect(await health()).toBe(200);
  const ended = service.terminate();
  await waitFor(async () => (await health()) === 503, { deadlineMs: 10_000, message: 'health says 503' });
  const statuses = await Promise.all(Array.from({ length: 20 }, () => ask(service)));
  expect(new Set(statuses)).toEqual(new Set(['200']));
  expect(await ended).toBe(0);
});
