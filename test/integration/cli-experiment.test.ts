import { connectRedis, type RedisConnection } from '@forebay/online-store';
import { useCli } from './cli-harness';
import { experimentRegistry } from './serving-experiment';
import { type RunningService, Seeder, startService } from './serving-fixture';

const T = Date.UTC(2026, 4, 4, 12, 30);

let connection: RedisConnection;
let service: RunningService;

// Before the servers stop: hooks run in the order in which they stand.
afterAll(async () => {
  await service.stop();
  await connection.close();
});

const cli = useCli({ own: ['redis'] });

beforeAll(async () => {
  const url = cli.environment.FOREBAY_REDIS_URL as string;
  connection = await connectRedis({ url, role: 'admin', setting: 'REDIS_URL' });
  const seeder = new Seeder(connection, experimentRegistry());
  await seeder.apply();
  for (const view of ['spending', 'spending@2']) {
    await seeder.streamRuns(view, T);
    await seeder.stream(view, '1', [{ at: T - 5_000, user: 1, shop: 'a', amount: 2, units: 2n ** 60n }], T);
  }
  service = await startService({ redisUrl: url, clock: () => T });
});

const get = (...more: string[]) => ['get', '--service', 'risk', '--address', service.address, ...more];

test('forebay get says which variant answered, or has the one that is named answer, under the name of the request', async () => {
  const own = await cli.json(get('--key', 'user=1', '--key', 'user=2'));
  const variants = own.rows.map(({ variant }: { variant: string }) => variant);
  expect(variants.every((variant: string) => ['hourly', 'daily'].includes(variant))).toBe(true);
  expect(own.requestId).toBe('');
  const named = await cli.json(
    get('--project', 'trial', '--key', 'user=1', '--variant', 'daily', '--request-id', 'mine'),
  );
  expect(named).toMatchObject({
    requestId: 'mine',
    rows: [{ variant: 'daily', values: { paid: 2, units: String(2n ** 60n), shop: 'a' } }],
  });
  const text = await cli.run(get('--key', 'user=1', '--variant', 'hourly', '--request-id', 'mine'));
  expect(text.out).toContain('user=1 variant=hourly');
  expect(text.out).toContain('request id mine');
  const unknown = await cli.run(get('--key', 'user=1', '--variant', 'weekly'));
  expect(unknown.err).toContain('risk@1 has no variant "weekly": it has hourly, daily');
});
