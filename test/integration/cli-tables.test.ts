/** Table views from the command line: declared, applied, materialized by a real batch service, and read. */
import { type RunningServices, startServices } from '@forebay/cli';
import { JobQueue } from '@forebay/jobs';
import { type OfflineStore, openOfflineStore } from '@forebay/offline-store';
import { waitFor } from '../support/stack';
import { useCli } from './cli-harness';

const cli = useCli({ own: ['redis', 'queueRedis'], services: true });
let running: RunningServices;
let offline: OfflineStore;
let address: string;

const definitions = (every: string) =>
  cli.file(
    'profiles.ts',
    `import { entity, featureService, project, tableSource, tableView } from '@forebay/definitions';
     const user = entity({ name: 'user', joinKeys: { user: 'string' } });
     const profiles = tableSource({
       name: 'profiles',
       table: 'profiles',
       fields: { user: 'string', at: 'timestamp', plan: 'string', embedding: 'vector<4>' },
       eventTime: 'at',
     });
     const ranks = tableSource({
       name: 'ranks',
       query: 'SELECT user, max(at) AS at, toInt64(row_number() OVER (ORDER BY user)) AS rank FROM profiles GROUP BY user',
       fields: { user: 'string', at: 'timestamp', rank: 'int64' },
       eventTime: 'at',
     });
     const schedule = { every: '${every}', wait: '0s', delay: '1s' };
     const profile = tableView({ name: 'profile', entity: user, source: profiles, features: { plan: 'plan', embedding: 'embedding' }, maxAge: '30d', schedule });
     const rank = tableView({ name: 'rank', entity: user, source: ranks, features: { rank: 'rank' }, schedule });
     export default project({
       name: 'shop', entities: [user], eventSources: [], tableSources: [profiles, ranks], aggregationViews: [],
       tableViews: [profile, rank], featureServices: [featureService({ name: 'card', features: [profile, rank] })],
     });`,
  );

beforeAll(async () => {
  offline = await openOfflineStore({
    url: cli.environment.FOREBAY_CLICKHOUSE_URL!,
    database: cli.environment.FOREBAY_CLICKHOUSE_DATABASE!,
  });
});
afterAll(async () => {
  await running?.stop();
  await offline.close();
});

const get = (...args: string[]) => ['get', '--address', address, '--service', 'card', ...args];

test('plan and apply say what is missing in ClickHouse', async () => {
  const missing = await cli.run(['plan', definitions('1m')]);
  expect(missing.code).toBe(0);
  expect(missing.err).toMatch(/table source "profiles", table "profiles" cannot be read: .*UNKNOWN_TABLE/);
  await offline.command(
    'CREATE TABLE profiles (user String, at DateTime64(3), plan LowCardinality(String)) ENGINE = MergeTree ORDER BY user',
  );
  const { code, err } = await cli.run(['apply', definitions('1m')]);
  expect(code).toBe(0);
  expect(err).toContain(
    'table source "profiles", table "profiles": there is no column "embedding": the columns are "user", "at", "plan"',
  );
  await offline.command('ALTER TABLE profiles ADD COLUMN embedding Array(Float32)');
  const applied = await cli.run(['apply', definitions('1m')]);
  expect([applied.code, applied.err]).toEqual([0, '']);
});

test('materialize computes them, status shows their ticks, get reads them', async () => {
  await offline.command(
    "INSERT INTO profiles VALUES ('ann', now64(3) - INTERVAL 2 HOUR, 'gold', [0.5, 1, 2, 3]), ('bob', now64(3) - INTERVAL 3 HOUR, 'basic', [])",
  );
  running = await startServices({ environment: cli.environment, log: () => undefined });
  address = `127.0.0.1:${running.ports.serving!.grpc}`;
  const { views } = await cli.json(['materialize', '--all', '--timeout', '1m']);
  expect(views.map(({ view, state }: { view: string; state: string }) => [view, state])).toEqual([
    ['profile@1', 'done'],
    ['rank@1', 'done'],
  ]);
  const answer = await waitFor(
    async () => {
      const read = await cli.json(get('--key', 'user=ann', '--key', 'user=bob'));
      return read.degraded.length === 0 ? read : null;
    },
    { deadlineMs: 30_000, message: 'the values are not exact' },
  );
  const [ann, bob] = answer.rows;
  expect(ann.values).toEqual({ plan: 'gold', embedding: [0.5, 1, 2, 3], rank: 1 });
  expect(bob).toMatchObject({
    values: { plan: 'basic', embedding: null, rank: 2 },
    statuses: { plan: 'PRESENT', embedding: 'NULL_VALUE', rank: 'PRESENT' },
  });
  const status = await cli.json(['status']);
  expect(status.views.value).toMatchObject([
    { view: 'profile@1', isScheduled: true, cutMs: expect.any(Number) },
    { view: 'rank@1', isScheduled: true, cutMs: expect.any(Number) },
  ]);
});

test('a full run writes every value again, and only of table views', async () => {
  const { views } = await cli.json(['materialize', '--view', 'profile', '--full', '--timeout', '1m']);
  expect(views).toMatchObject([{ view: 'profile@1', values_written: 2, warnings: [] }]);
  const readable = await cli.run(['materialize', '--view', 'profile', '--timeout', '1m']);
  expect(readable.code).toBe(0);
  expect(readable.err).toMatch(/no value was written for the tick .*: no row of "profiles" is new since/);
  const shown = await cli.run(get('--key', 'user=ann'));
  expect(shown.out).toContain('[0.5, 1, 2, 3]');
});

test('runs are scheduled for every tick, when its wait is over', async () => {
  const queue = new JobQueue({ url: cli.environment.FOREBAY_QUEUE_REDIS_URL!, setting: 'x' });
  try {
    const schedules = await waitFor(
      async () => {
        const found = (await queue.schedules()).filter(({ kind }) => kind === 'materialize');
        return found.length === 2 ? found : null;
      },
      { deadlineMs: 10_000, message: 'there are no schedules' },
    );
    expect(schedules.map(({ view, everyMs }) => [view, everyMs]).sort()).toEqual([
      ['shop.profile@1', 60_000],
      ['shop.rank@1', 60_000],
    ]);
    for (const { nextAtMs } of schedules) expect((nextAtMs as number) % 60_000).toBe(0);
  } finally {
    await queue.close();
  }
});
