/** Events with fields that are looked up: exactly at their time, archived before they are used, the same when events are read again. */
import type { Project } from '@forebay/definitions';
import { aggregationView, count, entity, eventSource, project, sum } from '@forebay/definitions';
import { oldestCheckpoint } from '@forebay/online-store';
import { type OracleEvent, oracleFeatures } from '@forebay/testkit';
import { Installation } from '../support/installation';
import { printedRandom } from '../support/seed';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';
import { describeWrong, type Fields, Truth } from '../support/truth';

const SECOND_MS = 1_000;
const MERCHANTS = 5;
const CUSTOMERS = 20;

let installation: Installation;
afterEach(() => installation.close());

const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const random = printedRandom('enrichment');

interface Decline {
  readonly time: number;
  readonly merchant: string;
}

type Payment = Fields & { readonly time: number; readonly merchant: string };

function declaration() {
  const merchant = entity({ name: 'merchant', joinKeys: { merchant: 'string' } });
  const customer = entity({ name: 'customer', joinKeys: { customer: 'int64' } });
  const declines = eventSource({
    name: 'declines',
    topic: uniqueName('declines'),
    fields: { time: 'timestamp', merchant: 'string' },
    eventTime: 'time',
    allowedLateness: '10m',
    partitions: 2,
  });
  const merchants = aggregationView({
    name: 'merchants',
    entity: merchant,
    source: declines,
    batch: false,
    features: { declines_1m: count({ window: '1m' }), declines_20m: count({ window: '20m' }) },
  });
  const payments = eventSource({
    name: 'payments',
    topic: uniqueName('payments'),
    fields: { time: 'timestamp', customer: 'int64', merchant: 'string', amount: 'double' },
    eventTime: 'time',
    allowedLateness: '10m',
    partitions: 2,
    enrich: {
      recent_declines: { feature: merchants.pick('declines_1m'), exactWithin: '2m' },
      sure_declines: { feature: merchants.pick('declines_20m'), exactWithin: '2m', degraded: 'null' },
    },
  });
  const risky = aggregationView({
    name: 'risky',
    entity: customer,
    source: payments,
    filter: 'recent_declines >= 2',
    batch: { horizon: '2h', cutHop: '1m' },
    features: {
      payments_1h: count({ window: '1h' }),
      declines_1h: sum('recent_declines', { window: '1h' }),
      worst_1h: count({ window: '1h', filter: 'sure_declines > 3' }),
      paid_1h: sum('amount', { window: '1h' }),
    },
  });
  return project({
    name: 'shops',
    entities: [customer, merchant],
    eventSources: [payments, declines],
    aggregationViews: [risky, merchants],
  });
}

async function begin(): Promise<void> {
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  const { redisUrl, queueRedisUrl } = own.stack;
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    declaration(),
  );
  await installation.start('serving');
}

const sourceNamed = (name: string) =>
  installation.project.eventSources.find((source) => source.name === name) as Project['eventSources'][number];

const randomDeclines = (n: number, fromMs: number, toMs: number): Decline[] =>
  Array.from({ length: n }, () => ({
    time: fromMs + random.integer(toMs - fromMs),
    merchant: `merchant-${random.integer(MERCHANTS)}`,
  }));

const randomPayments = (n: number, fromMs: number, toMs: number): Payment[] =>
  Array.from({ length: n }, () => ({
    time: fromMs + random.integer(toMs - fromMs),
    customer: random.integer(CUSTOMERS),
    merchant: `merchant-${random.integer(MERCHANTS + 1)}`,
    amount: random.integer(1_000),
  }));

async function sendDeclines(declines: readonly Decline[]): Promise<void> {
  const { topic } = sourceNamed('declines');
  const producer = await installation.producer();
  await producer.send(
    declines.map((decline) => ({ topic, key: decline.merchant, value: JSON.stringify(decline) })),
  );
}

/** Waits until so many records of a source are in the stored values. */
async function reached(name: string, records: number): Promise<void> {
  const redis = await installation.servers.redis();
  await waitFor(
    async () => {
      const checkpoint = await oldestCheckpoint(redis, sourceNamed(name).id);
      const offsets = [...(checkpoint?.offsets ?? [])];
      return offsets.reduce((all, offset) => all + Math.max(0, offset), 0) >= records;
    },
    { deadlineMs: 30_000, message: `${records} records of ${name} are in the values` },
  ).catch((error: Error) => {
    throw new Error([error.message, ...installation.services.map(({ log }) => log)].join('\n\n'));
  });
}

/** By the plainest recomputation: what each payment's fields are, over these declines. */
function enriched(payments: readonly Payment[], declines: readonly Decline[]): Payment[] {
  const view = installation.view('merchants');
  return payments.map((payment) => {
    const events = declines
      .filter(({ merchant }) => merchant === payment.merchant)
      .map(
        ({ time, merchant }, i): OracleEvent => ({
          row: [time, merchant],
          eventTimeMs: time,
          tie: BigInt(i),
        }),
      );
    const { results } = oracleFeatures(view, sourceNamed('declines'), events, payment.time);
    const [recent, sure] = results.map(({ value }) => Number(value));
    return { ...payment, recent_declines: recent as number, sure_declines: sure as number };
  });
}

type ArchivedRow = [partition: number, offset: number, row: Fields];

/** What the archive holds of payments, in the order of their positions. */
async function archived(): Promise<ArchivedRow[]> {
  const text = await installation.sql(
    `SELECT _log - 8192 AS partition, toUInt32(_offset) AS offset, toUnixTimestamp64Milli(time) AS time, customer, merchant, amount,
       recent_declines, sure_declines FROM payments FINAL ORDER BY partition, offset FORMAT JSONEachRow
     SETTINGS output_format_json_quote_64bit_integers = 0`,
  );
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { partition, offset, ...row } = JSON.parse(line) as Fields & {
        partition: number;
        offset: number;
      };
      return [partition, offset, row];
    });
}

const sorted = (row: Fields) => Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));

async function expectArchived(
  payments: readonly Payment[],
  positions: readonly { readonly partition: number; readonly offset: number }[],
): Promise<void> {
  const inOrder = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
  const expected = payments.map((payment, i) => [
    positions[i]?.partition,
    positions[i]?.offset,
    sorted(payment),
  ]);
  expect(inOrder((await archived()).map(([p, o, row]) => [p, o, sorted(row)]))).toEqual(inOrder(expected));
}

/** Waits until every served value of `risky` is that of the archived events, fields included. */
async function servedAsArchived(payments: number): Promise<void> {
  const view = installation.view('risky');
  let wrong = '';
  await waitFor(
    async () => {
      const rows = await archived();
      const truth = new Truth(sourceNamed('payments'));
      for (const [partition, offset, row] of rows) truth.sent(row, partition, offset);
      const keys = truth.keys(installation.project, view);
      const found = keys.length === 0 ? [] : truth.wrong(view, keys, await installation.read(view, keys));
      wrong = `${rows.length} of ${payments} archived; ${describeWrong(found)}`;
      return rows.length === payments && found.length === 0;
    },
    { deadlineMs: 30_000, message: 'values are those of the archived events' },
  ).catch((error: Error) => {
    throw new Error([error.message, wrong, ...installation.services.map(({ log }) => log)].join('\n\n'));
  });
}

test('a field is the value at the time of its event, be there later ones, in served values and in the archive', async () => {
  await begin();
  const stream = await installation.start('stream');
  const now = Date.now();
  const declines = randomDeclines(400, now - 100 * SECOND_MS, now);
  await sendDeclines(declines);
  await reached('declines', declines.length);
  const payments = randomPayments(500, now - 60 * SECOND_MS, now);
  const positions = await installation.sendUncounted(payments);
  installation.count(enriched(payments, declines), positions);
  await reached('payments', payments.length);
  await installation.settled([installation.view('risky')]);
  const right = enriched(payments, declines);
  await expectArchived(right, positions);
  // some fields depend on what happened after the event, and would be wrong with it
  const withLater = enriched(
    payments.map((payment) => ({ ...payment, time: now })),
    declines,
  );
  expect(withLater.filter((one, i) => one.sure_declines !== right[i]?.sure_declines).length).toBeGreaterThan(
    100,
  );
  const metrics = await stream.metrics();
  expect(metrics).toMatch(
    /forebay_enrichment_lookups_total\{[^}]*field="recent_declines"[^}]*status="present"[^}]*\} \d+/,
  );
  expect(metrics).not.toMatch(/forebay_enrichment_lookups_total\{[^}]*status="degraded"/);

  await installation.start('batch');
  await installation.materialize('risky');
  await installation.settled([installation.view('risky')]);
});

test('events that wait for the stream when it begins find all that waits in the other topic', async () => {
  await begin();
  const now = Date.now();
  const declines = randomDeclines(2_000, now - 100 * SECOND_MS, now);
  const payments = randomPayments(500, now - 60 * SECOND_MS, now);
  const positions = await installation.sendUncounted(payments);
  await sendDeclines(declines);
  // of sources that begin together, that of the payments begins first
  const stream = await installation.start('stream');
  await reached('payments', payments.length);
  await expectArchived(enriched(payments, declines), positions);
  expect(await stream.metrics()).not.toMatch(/forebay_enrichment_lookups_total\{[^}]*status="degraded"/);
});

test('an event that comes too late to be looked up exactly finds no later event, and null where only the exact value will do', async () => {
  await begin();
  const stream = await installation.start('stream');
  const minuteMs = 60 * SECOND_MS;
  const t = Math.floor((Date.now() - 5 * minuteMs) / minuteMs) * minuteMs + 10 * SECOND_MS;
  // in the minute of the event, after it; and in the minute before
  const later = Array.from({ length: 7 }, (_, i) => ({ time: t + i, merchant: 'later' }));
  const before = Array.from({ length: 5 }, (_, i) => ({ time: t - 20 * SECOND_MS - i, merchant: 'before' }));
  await sendDeclines([...later, ...before]);
  await reached('declines', later.length + before.length);
  const late = ['later', 'before', 'none'].map((merchant) => ({ time: t, customer: 1, merchant, amount: 1 }));
  await installation.sendUncounted(late);
  await reached('payments', late.length);
  const fields = (await archived()).map(([, , { merchant, recent_declines, sure_declines }]) => [
    merchant,
    [recent_declines, sure_declines],
  ]);
  expect(Object.fromEntries(fields)).toEqual({ later: [0, null], before: [5, null], none: [0, 0] });
  expect(await stream.metrics()).toMatch(
    /forebay_enrichment_lookups_total\{[^}]*field="sure_declines"[^}]*status="degraded"[^}]*\} 2\n/,
  );
  await servedAsArchived(late.length);
});

test.each(['archive-inserted', 'archive-marked', 'values-half-stored', 'values-sent'])(
  'killed at %s, what was used for an event stays, though a look-up would give another value now',
  async (point) => {
    await begin();
    const now = Date.now();
    const declines = randomDeclines(200, now - 100 * SECOND_MS, now);
    const first = await installation.start('stream', {});
    await sendDeclines(declines);
    await reached('declines', declines.length);
    await first.terminate();

    const payments = randomPayments(400, now - 60 * SECOND_MS, now);
    await installation.sendUncounted(payments);
    const killed = await installation.start('stream', { FOREBAY_FAULT_POINT: point });
    await waitFor(() => !killed.isRunning, { deadlineMs: 30_000, message: `the stream passes ${point}` });
    const before = await archived();
    expect(before.length).toBeGreaterThan(0);

    // declines that nobody knew: with them every field would be larger
    const unknown = randomDeclines(400, now - 100 * SECOND_MS, now - 60 * SECOND_MS);
    await sendDeclines(unknown);
    await installation.start('stream');
    await reached('declines', declines.length + unknown.length);
    await reached('payments', payments.length);
    await servedAsArchived(payments.length);
    const after = new Map((await archived()).map(([p, o, row]) => [`${p}.${o}`, row]));
    for (const [partition, offset, row] of before) expect(after.get(`${partition}.${offset}`)).toEqual(row);
  },
);

test('redis comes back empty: events that are read again keep the fields that they had', async () => {
  await begin();
  await installation.start('stream');
  const now = Date.now();
  const declines = randomDeclines(200, now - 100 * SECOND_MS, now);
  await sendDeclines(declines);
  await reached('declines', declines.length);
  const payments = randomPayments(400, now - 60 * SECOND_MS, now);
  await installation.sendUncounted(payments);
  await reached('payments', payments.length);
  await servedAsArchived(payments.length);
  const before = await archived();
  // late, and in the archive they are: what nobody knew at their time no training set sees before this moment
  const sentMs = Date.now();
  await sendDeclines(randomDeclines(400, now - 100 * SECOND_MS, now - 60 * SECOND_MS));
  const known = () =>
    installation.sql(`SELECT countIf(toUnixTimestamp64Milli(_known_at) >= ${sentMs}) FROM declines FINAL`);
  await waitFor(async () => (await known()) === '400', {
    deadlineMs: 20_000,
    message: 'late declines are archived',
  });
  await (await installation.servers.redis()).client.flushall();
  await installation.apply(installation.declaration);
  await servedAsArchived(payments.length);
  expect(await archived()).toEqual(before);
});
