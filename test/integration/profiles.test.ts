/** `forebay profile` on a real ClickHouse and a real queue: statistics, drift, and what is kept of them. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { connectEventLog } from '@forebay/event-log';
import { JobQueue, JobWorkers } from '@forebay/jobs';
import { listRuns, type OfflineStore, openOfflineStore } from '@forebay/offline-store';
import { connectRedis, type RedisConnection } from '@forebay/online-store';
import { MaterializeHandler, ProfileHandler } from '@forebay/service-batch';
import { Redis } from 'ioredis';
import { ordersDefinitions, uniqueName, useCli } from './cli-harness';

const closing: (() => Promise<void>)[] = [];
// before the hook that stops their servers
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});
const cli = useCli({ own: ['redis', 'queueRedis'] });
let offline: OfflineStore;
let redis: RedisConnection;
let out: (name: string) => string;

const HOUR = 3_600_000;
const DAYS = 10;
const CUSTOMERS = 40;
const JANUARY = Date.UTC(2024, 0, 1);
const JUNE = Date.UTC(2024, 5, 1);
/** History is loaded up to an hour before it. */
const RUN_CLOCK = Date.UTC(2024, 6, 1, 1);

/** Of each customer one order a day at noon, of a price that is its number; in June of three times that. */
function orders(): string {
  const lines = [JANUARY, JUNE].flatMap((from, month) =>
    Array.from({ length: DAYS * CUSTOMERS }, (_, i) => {
      const [day, customer] = [Math.floor(i / CUSTOMERS), i % CUSTOMERS];
      const time = new Date(from + day * 24 * HOUR + 12 * HOUR).toISOString();
      return `${time},c${customer},1,${customer * (month === 0 ? 1 : 3)}`;
    }),
  );
  return `time,customer,shop,price\n${lines.join('\n')}\n`;
}

/** The first is broken by the prices of six customers in June. */
const SOURCE_RULES = `{
  sane_prices: { range: { field: 'price', min: 0, max: 100 }, severity: 'stop', over: '60d' },
  few_odd_prices: { range: { field: 'price', min: 0, max: 100 }, tolerance: 0.15, over: '60d' },
  one_shop: { allowed: { field: 'shop', values: [1] }, over: '60d' },
  one_a_time: { unique: ['customer', 'time'], over: '60d' },
  fresh: { freshness: '7d' },
  enough: { rowCount: { min: 400, max: 400 }, over: '60d' },
  whole: { expression: 'price - double(int(price)) == 0.0', over: '60d' },
}`;
const VIEW_RULES = `{
  spent_known: { notNull: 'spent_24h' },
  someone: { rowCount: { min: 41 } },
}`;

beforeAll(async () => {
  const declared = ordersDefinitions({ topic: uniqueName('orders') })
    .replace("eventTime: 'time',", `eventTime: 'time', quality: ${SOURCE_RULES},`)
    .replace('stream: {', `quality: ${VIEW_RULES}, stream: {`);
  const definitions = cli.file('orders.ts', declared);
  out = (name) => join(dirname(definitions), name);
  await cli.json(['apply', definitions]);
  await cli.json([
    ...['load', '--source', 'orders', '--file', cli.file('history.csv', orders())],
    ...['--complete-until', '2024-07-01T00:00:00Z'],
  ]);
  const { environment } = cli;
  offline = await openOfflineStore({
    url: environment.FOREBAY_CLICKHOUSE_URL as string,
    database: environment.FOREBAY_CLICKHOUSE_DATABASE as string,
  });
  closing.push(() => offline.close());
  redis = await connectRedis({
    url: environment.FOREBAY_REDIS_URL as string,
    role: 'batch',
    setting: 'FOREBAY_REDIS_URL',
  });
  closing.push(() => redis.close());
  const server = { url: environment.FOREBAY_QUEUE_REDIS_URL as string, setting: 'FOREBAY_QUEUE_REDIS_URL' };
  const queue = new JobQueue(server);
  closing.push(() => queue.close());
  const eventLog = await connectEventLog({
    brokers: (environment.FOREBAY_KAFKA_BROKERS as string).split(','),
    clientId: 'profiles-test',
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  closing.push(() => eventLog.close());
  const workers = new JobWorkers({
    server,
    concurrency: 1,
    handlers: {
      profile: new ProfileHandler({ offline, redis, clock: Date.now }),
      materialize: new MaterializeHandler({
        offline,
        redis,
        topics: { watermarks: (topic) => eventLog.admin.watermarks(topic), copied: async () => new Map() },
        clock: () => RUN_CLOCK,
        archiveDeadlineMs: 10_000,
        eventsPerChunk: 1_000_000,
        onUnrecorded: (error) => {
          throw error;
        },
      }),
    },
    onError: () => undefined,
  });
  closing.push(() => workers.close(0));
  await workers.ready();
});

const JANUARY_DAYS = ['--from', '2024-01-02T00:00:00Z', '--until', '2024-01-11T00:00:00Z', '--every', '1d'];
const JUNE_DAYS = ['--from', '2024-06-02T00:00:00Z', '--until', '2024-06-11T00:00:00Z', '--every', '1d'];

test('statistics are those of the values that a training set has at the instants', async () => {
  const made = await cli.json(['profile', '--view', 'by_customer', ...JANUARY_DAYS, '--name', 'january']);
  const [spent] = made.current.features.filter(({ feature }: { feature: string }) => feature === 'spent_24h');
  const mean = (CUSTOMERS - 1) / 2;
  expect(spent).toMatchObject({
    view: 'by_customer@1',
    measure: 'number',
    rows: 9 * CUSTOMERS,
    absent: 0,
    nulls: 0,
    distinct: CUSTOMERS,
    moments: { min: 0, max: 39, mean, stddev: expect.closeTo(Math.sqrt((CUSTOMERS ** 2 - 1) / 12), 9) },
  });
  expect(spent.quantiles[3]).toBe(mean);
  expect(spent.distribution.uppers).toEqual(Array.from({ length: CUSTOMERS }, (_, i) => i));
  expect(spent.distribution.counts).toEqual(Array.from({ length: CUSTOMERS }, () => 9));
  expect(spent.histogram).toMatchObject({ from: 0, to: 39 });
  expect(spent.histogram.counts.reduce((sum: number, count: number) => sum + count, 0)).toBe(9 * CUSTOMERS);
});

test('June has drifted from January, in the table, the exit code, ClickHouse and the report', async () => {
  const report = out('drift.html');
  const command = [
    'profile',
    '--view',
    'by_customer',
    ...JUNE_DAYS,
    '--against',
    'january',
    '--report',
    report,
  ];
  const { code, out: text, err } = await cli.run([...command, '--check', '--name', 'june']);
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('drifted: ') });
  expect(text).toMatch(/spent_24h .* drifted/);
  const kept = await offline.rows<{ feature: string; state: string; ks: number }>(
    `SELECT feature, state, ks FROM _forebay_drift WHERE profile = 'june' AND baseline = 'january' ORDER BY feature`,
  );
  expect(kept.map(({ feature, state }) => [feature, state])).toEqual([
    ['orders_lifetime', 'drifted'],
    ['orders_recent', 'steady'],
    ['spent_24h', 'drifted'],
  ]);
  // of 0, 1 … 39 and 0, 3 … 117: all of the first are ≤ 39, 14 of 40 of the others
  expect(kept[2]?.ks).toBeCloseTo(1 - 14 / 40, 9);
  const html = readFileSync(report, 'utf8');
  expect(html).toContain('<section id="by_customer%401%3Aspent_24h">');
  expect(html.match(/<svg /g)).toHaveLength(6);
  expect(html).not.toMatch(/<script|src=|<link|@import|url\((?!#)/);
});

test('a training set is a baseline, and the same values have not drifted from it', async () => {
  const rows = Array.from({ length: 9 * CUSTOMERS }, (_, i) => {
    const day = new Date(JANUARY + (1 + Math.floor(i / CUSTOMERS)) * 24 * HOUR).toISOString();
    return `c${i % CUSTOMERS},${day}`;
  });
  const train = out('train.parquet');
  await cli.json([
    ...['training-set', '--features', 'by_customer:spent_24h', '--out', train],
    ...['--rows', cli.file('rows.csv', `customer,timestamp\n${rows.join('\n')}\n`)],
  ]);
  const made = await cli.json([
    ...['profile', '--features', 'by_customer:spent_24h', ...JANUARY_DAYS, '--against-file', train],
  ]);
  expect(made.baseline).toMatchObject({ profile: 'train.parquet', sample: 'training_set' });
  expect(made.drift).toMatchObject([{ feature: 'spent_24h', state: 'steady', psi: 0, ks: 0, js: 0 }]);
});

test('nulls are in no distribution; texts are categories, and columns of statuses none', async () => {
  const rows = [
    '1.5,b,PRESENT',
    '1.5,a,PRESENT',
    '-2,b,PRESENT',
    ',b,NULL_VALUE',
    '0,,PRESENT',
    '9,c,NOT_FOUND',
  ];
  const file = cli.file('own.csv', `x,y,x__status\n${rows.join('\n')}\n`);
  const { current } = await cli.json(['profile', '--file', file]);
  expect(current.features).toMatchObject([
    {
      ...{
        feature: 'x',
        rows: 5,
        absent: 1,
        nulls: 1,
        distinct: 3,
        moments: { min: -2, max: 1.5, mean: 0.25 },
      },
      distribution: { kind: 'numeric', uppers: [-2, 0, 1.5], counts: [1, 1, 2] },
    },
    {
      ...{ feature: 'y', rows: 6, absent: 0, nulls: 1, distinct: 3, moments: null },
      distribution: { kind: 'categorical', categories: ['b', 'a', 'c'], counts: [3, 1, 1], others: 0 },
    },
  ]);
});

test('an interval is a baseline; more rows than asked for are those of a share of the entities', async () => {
  const made = await cli.json([
    ...['profile', '--features', 'by_customer:spent_24h', ...JUNE_DAYS, '--max-rows', '180'],
    ...['--against-from', '2024-01-02T00:00:00Z', '--against-until', '2024-01-11T00:00:00Z'],
  ]);
  expect(made.drift).toMatchObject([{ state: 'drifted' }]);
  expect(made.current.features[0].rows).toBeLessThan(9 * CUSTOMERS);
  expect(made.current.features[0].rows % 9).toBe(0);
});

test('a stored profile is compared without computing anything; one that is not there is told with those that are', async () => {
  const made = await cli.json(['profile', '--stored', 'june', '--against', 'january', '--ks', '0.9']);
  expect(
    made.drift.find(({ feature }: { feature: string }) => feature === 'spent_24h').exceeded,
  ).not.toContain('ks');
  expect(await cli.run(['profile', '--stored', 'may'])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/no profile "may": there are .*june/),
  });
});

test('what was served is profiled from its log, by type of the feature', async () => {
  await offline.command(
    `INSERT INTO _forebay_served_layouts (layout, names, types, views, view_versions, places)
      VALUES ('L', ['spent', 'city', 'member', 'tags'], ['double', 'string', 'bool', 'list<string>'], ['v', 'v', 'v', 'v'], [1, 1, 1, 1], [1, 0, 2, 0])`,
  );
  await offline.command(
    `INSERT INTO _forebay_served_vectors (as_of, project, feature_service, request_id, row, layout, statuses, numbers, strings)
      SELECT toDateTime64('2024-03-01 12:00:00', 3, 'UTC') + number, 'shopping', 'checkout@1', toString(number), 0, 'L',
        if(number = 9, ['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'], ['PRESENT', 'PRESENT', 'PRESENT', 'PRESENT']),
        [if(number = 0, nan, toFloat64(number)), toFloat64(number < 2)], map(2, if(number < 6, 'Rome', 'Oslo'))
      FROM numbers(10)`,
  );
  const { current } = await cli.json([
    'profile',
    '--served',
    'checkout',
    '--from',
    '2024-03-01',
    '--until',
    '2024-03-02',
  ]);
  expect(current).toMatchObject({ sample: 'served_log', sampleName: 'checkout@1' });
  expect(current.features).toMatchObject([
    { feature: 'city', rows: 9, absent: 1, distribution: { categories: ['Rome', 'Oslo'], counts: [6, 3] } },
    { feature: 'member', rows: 9, distribution: { categories: ['false', 'true'], counts: [7, 2] } },
    { feature: 'spent', view: 'v@1', rows: 9, nulls: 1, moments: { min: 1, max: 8, mean: 4.5 } },
  ]);
  const { err } = await cli.run([
    'profile',
    '--served',
    'checkout',
    '--from',
    '2023-03-01',
    '--until',
    '2023-03-02',
  ]);
  expect(err).toMatch(/nothing was served by "checkout@1" in that interval/);
});

test('an interval without any event is refused', async () => {
  const { code, err } = await cli.run([
    ...['profile', '--features', 'by_customer:spent_24h', '--from', '2020-01-01', '--until', '2020-01-02'],
  ]);
  expect(code).toBe(1);
  expect(err).toMatch(/no entity has an event or a row that counts between 2020-01-01/);
});

test('rules of quality are checked, shown and kept', async () => {
  const { results } = await cli.json(['quality', '--at', '2024-06-11T00:00:00Z']);
  const outcomes = results.map(({ rule, outcome }: { rule: string; outcome: string }) => [rule, outcome]);
  expect(Object.fromEntries(outcomes)).toEqual({
    sane_prices: 'broken',
    few_odd_prices: 'kept',
    one_shop: 'kept',
    one_a_time: 'kept',
    fresh: 'kept',
    enough: 'kept',
    whole: 'kept',
    spent_known: 'kept',
    someone: 'broken',
  });
  expect(results[0]).toMatchObject({
    severity: 'stop',
    rows: 400,
    brokenRows: 60,
    detail: '(price >= 0.0) && (price <= 100.0): 60 of 400 rows break it (15 %)',
  });
  const shown = await cli.run(['quality', '--stored', '--check']);
  expect(shown).toMatchObject({ code: 1, out: expect.stringContaining('60 of 400 rows break it') });
});

test('a rule that stops keeps a run from writing anything, with the reason', async () => {
  const { code, err } = await cli.run(['materialize', '--view', 'by_customer']);
  expect(code).toBe(1);
  expect(err).toMatch(
    /its values stay as they were: quality rule "sane_prices" of source "orders" is broken/,
  );
  const raw = new Redis(cli.environment.FOREBAY_REDIS_URL as string);
  const keys = await raw.keys('f:*');
  await raw.quit();
  expect(keys).toEqual([]);
  expect(await listRuns(offline, 5)).toMatchObject([
    { state: 'failed', detail: expect.stringContaining('sane_prices') },
  ]);
  const kept = await offline.rows<{ outcome: string }>(
    "SELECT outcome FROM _forebay_quality WHERE rule = 'fresh' AND startsWith(checked_for, 'materialize ')",
  );
  expect(kept).toEqual([{ outcome: 'broken' }]);
});

const TABLES = `
import { entity, project, tableSource, tableView } from '@forebay/definitions';
const customer = entity({ name: 'customer', joinKeys: { customer: 'string' } });
const scores = tableSource({
  name: 'scores',
  query: "SELECT concat('c', toString(number)) AS customer, toDateTime64('2024-06-01 12:00:00', 3, 'UTC') AS time, " +
    "if(number < 4, number / 2, NULL) AS score, [toFloat32(3), toFloat32(4)] AS place, toUInt8(number % 2) AS even FROM numbers(5)",
  fields: { customer: 'string', time: 'timestamp', score: 'double', place: 'vector<2>', even: 'bool' },
  eventTime: 'time',
  quality: {
    known: { notNull: 'score' },
    mostly: { notNull: 'score', tolerance: 0.2 },
    once: { unique: ['customer'] },
    fresh: { freshness: '1h' },
    both: { allowed: { field: 'even', values: [true, false] } },
  },
});
const score = tableView({
  name: 'score',
  entity: customer,
  source: scores,
  schedule: { every: '1h' },
  features: { score: 'score', place: 'place' },
  quality: { small: { range: { field: 'score', max: 1 } }, five: { rowCount: { min: 5, max: 5 } } },
});
export default project({ name: 'tables', entities: [customer], tableSources: [scores], tableViews: [score] });
`;

test('tables have rules and profiles, too', async () => {
  await cli.json(['apply', cli.file('tables.ts', TABLES)]);
  const { results } = await cli.json(['quality', '--project', 'tables', '--at', '2024-06-01T16:00:00Z']);
  const outcomes = results.map(({ rule, outcome }: { rule: string; outcome: string }) => [rule, outcome]);
  expect(Object.fromEntries(outcomes)).toEqual({
    known: 'broken',
    mostly: 'kept',
    once: 'kept',
    fresh: 'broken',
    both: 'kept',
    small: 'broken',
    five: 'kept',
  });
  const { current } = await cli.json([
    ...['profile', '--project', 'tables', '--view', 'score', '--at', '2024-06-01T16:00:00Z'],
  ]);
  expect(current.features).toMatchObject([
    { feature: 'place', measure: 'norm', rows: 5, moments: { min: 5, max: 5, mean: 5, stddev: 0 } },
    { feature: 'score', measure: 'number', rows: 5, nulls: 1, distinct: 4, moments: { mean: 0.75 } },
  ]);
});
