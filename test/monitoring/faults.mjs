/** What goes wrong: each leaves a trace in the metrics, and in the alerts that it is named with. */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { forebay, HOUR, MINUTE } from '../../examples/flights/demo-set-up.mjs';
import { orderOf, record, unlessUnavailable } from './traffic.mjs';

const { connect } = createRequire(import.meta.url)('@forebay/client');

const JOB_MS = 120_000;
const HANGS_MS = 5_000;
const CALLS_AT_ONCE = 20;
const DAY = 24 * HOUR;
const OF_ORDERS = { project: 'shop', view: 'customer_orders', version: 1, requested_by: 'monitoring-test' };

/** A job, from its queueing to its end. */
export const job = async ({ queue }, kind, payload = {}) =>
  (await queue.add(kind, { ...OF_ORDERS, ...payload })).finished({ timeoutMs: JOB_MS });

/** The profile of a day beside that of another. */
export function profile({ env }, day, baseline) {
  const interval = (back) => {
    const until = Math.floor(Date.now() / HOUR) * HOUR - back * DAY;
    return [new Date(until - 6 * HOUR).toISOString(), new Date(until).toISOString()];
  };
  const [from, until] = interval(day);
  const [againstFrom, againstUntil] = interval(baseline);
  return forebay(
    env,
    ...['profile', '--view', 'customer_orders', '--every', '2h', '--from', from, '--until', until],
    ...['--against-from', againstFrom, '--against-until', againstUntil],
  );
}

/** What models were given since the beginning, beside what a training set has. */
export const verifyServed = (shop, sinceMs) =>
  job(shop, 'verify_served', {
    ...{ view: undefined, version: undefined },
    from_ms: sinceMs,
    to_ms: Date.now(),
    share: 1,
  });

/** Events and calls that are wrong, all the time from now on. */
export function wrongTraffic(shop) {
  const { producer, client, feast, grpcPort } = shop;
  const stranger = connect({
    address: `127.0.0.1:${grpcPort}`,
    token: `fbt_${'A'.repeat(43)}`,
    allowTokenOverPlainText: true,
  });
  const request = { project: 'shop', featureService: 'checkout', keys: { customer: ['everything'] } };
  let n = 0;
  const act = async () => {
    n++;
    const now = Date.now();
    await producer.send([
      { topic: 'orders', key: 'c1', value: 'no JSON' },
      record('orders', orderOf(`copied${n}`, 'c2', { time: now })),
      record('orders', orderOf(`copied${n}`, 'c2', { time: now })),
      record('orders', orderOf(`copied${n}`, 'c2', { time: now, price: 1 })),
      record('orders', orderOf(`future${n}`, 'c3', { time: now + 6_000 })),
      record('orders', orderOf(`late${n}`, 'c4', { time: now - 40_000 })),
      record('orders', orderOf(`old${n}`, 'c5', { time: now - 5 * MINUTE })),
      record('orders', orderOf(`nobody${n}`, null)),
      // more categories than the view declares
      record('orders', orderOf(`any${n}`, 'everything', { category: `category ${n}` })),
      record('visits', { time: now - 3 * HOUR, customer: 'c6', page: '/' }),
    ]);
    await client.getOnlineFeatures(request).catch(unlessUnavailable);
    await feast({ feature_service: 'checkout', entities: { customer: ['everything'] } });
    await refusal(client.pushEvents({ project: 'shop', source: 'orders', events: [{ id: 'no time' }] }));
    await refusal(stranger.getOnlineFeatures(request));
  };
  return { act, close: () => stranger.close() };
}

/** What is to be refused, is. */
async function refusal(call) {
  const answered = await call.then(
    () => true,
    () => false,
  );
  if (answered) throw new Error('a call that had to be refused was answered');
}

/** Somebody corrects the archive by hand: what is online, and what was served, is not what it has any more. */
export async function correctedByHand(shop, sinceMs) {
  await shop.clickhouse.command({
    query: `ALTER TABLE orders UPDATE price = price + 1 WHERE customer = 'quiet' SETTINGS mutations_sync = 1`,
  });
  const { values_different: different } = await job(shop, 'verify', { share: 1 });
  if (Number(different) === 0) throw new Error('verify has found nothing');
  const { features } = await verifyServed(shop, sinceMs);
  if (!features.some((feature) => Number(feature.different) > 0))
    throw new Error('verify_served has found nothing');
}

/** A price below zero, old enough to be before the cut: the rule stops the run. */
export async function brokenRule(shop) {
  await shop.producer.send([
    record('orders', orderOf('negative', 'c7', { time: Date.now() - 2 * MINUTE, price: -5 })),
  ]);
  const failed = await job(shop, 'materialize').then(
    () => null,
    (error) => error,
  );
  if (!/price_sane/.test(failed?.message)) throw new Error(`the rule has not stopped the run: ${failed}`);
}

/** A prepared mistake in the list of tokens; the one before stays in use. */
export const brokenAccessFile = ({ accessFile }) => writeFileSync(accessFile, 'tokens: none');

/** More rows at once than the log of served vectors has room for. */
export const manyRows = ({ client }) =>
  client.getOnlineFeatures({
    project: 'shop',
    featureService: 'checkout',
    keys: { customer: Array.from({ length: 1_000 }, (_, i) => `nobody${i}`) },
  });

/** The log's table is not there. Returns how to mend it. */
export async function tableAway({ clickhouse }) {
  const rename = (from, to) => clickhouse.command({ query: `RENAME TABLE ${from} TO ${to}` });
  await rename('_forebay_served_vectors', 'served_vectors_away');
  return () => rename('served_vectors_away', '_forebay_served_vectors');
}

/** Connections to Redis break: the stream goes back to its checkpoints. */
export const brokenConnections = ({ redis }) => redis.client('KILL', 'TYPE', 'normal');

/** Redis answers nobody for some seconds: calls fail by their deadlines, and are refused since they would. */
export async function hangingRedis(shop) {
  await shop.redis.client('PAUSE', HANGS_MS, 'ALL');
  await callsFor(shop, HANGS_MS, { deadlineMs: 300 });
}

/** It answers a tenth of a second late: calls succeed, and are slow. */
export async function slowRedis(shop) {
  const end = performance.now() + HANGS_MS;
  while (performance.now() < end) {
    await shop.redis.client('PAUSE', 100, 'ALL');
    await callsFor(shop, 1, { deadlineMs: 10_000 });
  }
}

async function callsFor({ client }, lastsMs, options) {
  const end = performance.now() + lastsMs;
  const request = { project: 'shop', featureService: 'checkout', keys: { customer: ['c1'] } };
  do
    await Promise.allSettled(
      Array.from({ length: CALLS_AT_ONCE }, () => client.getOnlineFeatures(request, options)),
    );
  while (performance.now() < end);
}

/** Redis takes no writes, and is said to be nearly full; many events come meanwhile. Returns how to mend it. */
export async function noWrites({ producer, redis }) {
  const used = Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))[1]);
  await redis.config('SET', 'maxmemory', Math.ceil(used / 0.9));
  await redis.client('PAUSE', 300_000, 'WRITE');
  const orders = Array.from({ length: 15_000 }, (_, i) =>
    record('orders', orderOf(`many${i}`, `c${i % 40}`)),
  );
  await producer.send(orders);
  return async () => {
    await redis.config('SET', 'maxmemory', 0);
    await redis.client('UNPAUSE');
  };
}

/** Dead letters of the future, when their time has come. */
export const replayed = ({ env }) =>
  forebay(env, 'dlq', 'replay', '--source', 'orders', '--reason', 'future');
