/** The example `payments` from end to end, with real services: what is served is what a training set has for the same instant. */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type RunningServices, startServices } from '@forebay/cli';
import { DAY_MS, floorTo, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { openOfflineStore } from '@forebay/offline-store';
import type { Random } from '@forebay/testkit';
import { printedRandom } from '../support/seed';
import { waitFor } from '../support/stack';
import { useCli } from './cli-harness';

const DEFINITIONS = resolve(__dirname, '..', '..', 'examples', 'payments', 'features.ts');
const CUSTOMERS = [1, 2, 3, 4, 5];
const MERCHANTS = ['acme', 'zoë', 'a.b'];

const cli = useCli({ own: ['redis', 'queueRedis', 'kafka', 'clickhouse'], services: true });
const random = printedRandom('payments');
/** History is loaded up to here; payments after it are events. */
const until = floorTo(Date.now() - 3 * HOUR_MS, HOUR_MS);
let running: RunningServices;

afterAll(async () => {
  await running?.stop();
});

function payments(from: Random, count: number, fromMs: number, toMs: number, prefix: string): string {
  const lines = Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      time: new Date(fromMs + from.integer(toMs - fromMs)).toISOString(),
      id: `${prefix}${i}`,
      customer: from.pick(CUSTOMERS),
      merchant: from.pick(MERCHANTS),
      amount: from.chance(0.05) ? null : from.integer(100_000) / 100,
      country: from.pick(['CH', 'DE', 'FR']),
      approved: from.chance(0.8),
    }),
  );
  return `${lines.join('\n')}\n`;
}

/** The features of the service, and those of its views that it leaves out, by view. */
const FEATURES: Readonly<Record<string, readonly string[]>> = {
  recent_payments: [
    'payments_10m',
    'payments_per_second_1h',
    'amount_24h',
    'amount_mean_30d',
    'amount_stddev_30d',
    'countries_24h',
    'last_country',
    'momentum',
    'amount_yesterday',
    'session_payments',
    'session_amount',
    'seconds_since_payment',
  ],
  payments_at_merchant: ['payments_90d', 'refused_7d'],
  habits: ['amount_quantiles_90d', 'amounts_90d', 'merchants_90d', 'payments_by_country_90d'],
  profile: ['credit_limit', 'home_country', 'embedding'],
  risk: ['amount_z', 'part_of_limit', 'is_abroad', 'like_usual', 'is_suspicious'],
};
const FEATURE_LIST = Object.entries(FEATURES)
  .flatMap(([view, names]) => names.map((name) => `${view}:${name}`))
  .join(',');

/** Doubles to twelve digits: the sums of the two paths add in different orders. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(12));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, rounded(inner)]));
}

test('history is loaded, events come, batch values are made', async () => {
  await cli.json(['apply', DEFINITIONS]);
  const offline = await openOfflineStore({
    url: cli.environment.FOREBAY_CLICKHOUSE_URL!,
    database: cli.environment.FOREBAY_CLICKHOUSE_DATABASE!,
  });
  await offline.command('CREATE DATABASE crm');
  await offline.command(
    `CREATE TABLE crm.profiles (customer Int64, valid_from DateTime64(3, 'UTC'), written_at DateTime64(3, 'UTC'),
       credit_limit Nullable(Float64), home_country LowCardinality(String), embedding Array(Float32))
     ENGINE = MergeTree ORDER BY customer`,
  );
  await offline.command(
    `INSERT INTO crm.profiles SELECT number, now64(3) - INTERVAL 2 DAY, now64(3) - INTERVAL 2 DAY,
       if(number = 2, NULL, number * 100), if(number % 2 = 0, 'CH', 'DE'), arrayMap(i -> number + i / 4, range(8))
     FROM numbers(1, 4)`,
  );
  await offline.close();
  const history = cli.file('history.ndjson', payments(random, 1_500, until - 100 * DAY_MS, until, 'h'));
  const complete = new Date(until).toISOString();
  await cli.json(['load', '--source', 'payments', '--file', history, '--complete-until', complete]);
  running = await startServices({ environment: cli.environment, log: () => undefined });
  const now = Date.now();
  const events = cli.file('events.ndjson', payments(random, 60, now - 50 * MINUTE_MS, now, 'e'));
  await cli.json(['push', '--source', 'payments', '--file', events]);
  const { views } = await cli.json(['materialize', '--all', '--timeout', '2m']);
  expect(views.map(({ state }: { state: string }) => state)).toEqual(['done', 'done', 'done', 'done']);
});

/** A training set sees what the archive has. */
async function isAllArchived(): Promise<boolean> {
  const { sources } = await cli.json(['status']);
  const [{ partitions, archive }] = sources;
  return partitions.value.every(
    ({ partition, endOffset }: { partition: number; endOffset: number }) =>
      endOffset === 0 || archive.value.end[partition] === endOffset,
  );
}

test('what is served is what a training set has', async () => {
  const rows = CUSTOMERS.map((customer, i) => ({
    customer,
    merchant: MERCHANTS[i % MERCHANTS.length],
    amount: i === 3 ? null : 40 * i + 0.5,
    country: i === 2 ? null : 'CH',
  }));
  const asked = cli.file('rows.ndjson', rows.map((row) => JSON.stringify(row)).join('\n'));
  const address = `127.0.0.1:${running.ports.serving!.grpc}`;
  const served = await waitFor(
    async () => {
      if (!(await isAllArchived())) return null;
      const answer = await cli.json([
        'get',
        '--address',
        address,
        '--features',
        FEATURE_LIST,
        '--rows',
        asked,
      ]);
      return answer.degraded.length === 0 ? answer : null;
    },
    { deadlineMs: 60_000, message: 'the values are not exact' },
  );
  const timestamp = new Date(served.asOfMs).toISOString();
  const labels = cli.file(
    'labels.ndjson',
    rows.map((row) => JSON.stringify({ ...row, timestamp })).join('\n'),
  );
  const out = join(dirname(labels), 'train.ndjson');
  await cli.json([
    ...['training-set', '--features', FEATURE_LIST, '--rows', labels, '--out', out, '--statuses'],
  ]);
  const trained = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(trained).toHaveLength(rows.length);
  trained.forEach((row: Record<string, unknown>, i) => {
    const { values, statuses } = served.rows[i];
    const names = Object.values(FEATURES).flat();
    const of = (suffix: string) => Object.fromEntries(names.map((name) => [name, row[name + suffix]]));
    // a file of ClickHouse's has no null lists: the status tells them from empty ones
    const expected = { ...values, embedding: values.embedding ?? [] };
    expect(rounded(of(''))).toEqual(rounded(expected));
    expect(of('__status')).toEqual(statuses);
  });
  expect(
    new Set(served.rows.flatMap(({ statuses }: { statuses: object }) => Object.values(statuses))),
  ).toEqual(new Set(['PRESENT', 'NULL_VALUE', 'NOT_FOUND']));
});

test('get says what a request lacks, and shows what it has', async () => {
  const address = `127.0.0.1:${running.ports.serving!.grpc}`;
  const get = [
    'get',
    '--address',
    address,
    '--service',
    'fraud',
    '--key',
    'customer=1',
    '--key',
    'merchant=acme',
  ];
  const missing = await cli.run(get);
  expect([missing.code, missing.err]).toEqual([
    1,
    'error request field "amount" (double) is missing: on-demand view "risk@1" needs it\n',
  ]);
  const wrong = await cli.run([...get, '--request', 'amount=much']);
  expect(wrong.err).toContain('request field "amount": "much" is not a double');
  const { code, out } = await cli.run([...get, '--request', '{"amount": 12.5}', '--request', 'country=CH']);
  expect(code).toBe(0);
  expect(out).toContain('customer=1 merchant=acme amount=12.5 country=CH');
  expect(out).toMatch(/embedding\s+│ \[1, 1\.25, 1\.5, 1\.75, … 4 more\]\s+│ PRESENT/);
  expect(out).toMatch(/view habits@1: as of its tick \S+Z, newest run \S+Z/);
});
