/** Serving when Redis is gone, hangs, refuses or is slow: it fails fast, hangs nowhere, and comes back by itself. */
import { connect } from '@forebay/client';
import { SECOND_MS } from '@forebay/contract';
import { connectRedis } from '@forebay/online-store';
import { status } from '@grpc/grpc-js';
import { RedisProxy } from '../support/redis-proxy';
import { callStatusOf, cancelledCall, ownClient } from '../support/serving-load';
import { useOwnRedis, waitFor } from '../support/stack';
import { type RunningService, Seeder, startService } from './serving-fixture';
import { checkHealth } from './serving-grpc';
import { flightsRegistry } from './serving-project';

const SOON = { deadlineMs: 15_000 };
/** At once, on a machine that does other things too. */
const AT_ONCE_MS = 250;
const request = { project: 'flights', featureService: 'delays', keys: { airport: ['ORD'] } };

let proxy: RedisProxy;
let service: RunningService;

// Before the server stops: hooks run in the order in which they stand.
afterAll(async () => {
  await service.stop();
  await proxy.stop();
});

const redis = useOwnRedis({ persistence: 'aof' });

beforeAll(async () => {
  const connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
  await new Seeder(connection, flightsRegistry()).apply();
  await connection.close();
  proxy = await RedisProxy.start(redis.url);
  service = await startService({ redisUrl: proxy.url });
  await waitFor(async () => (await outcome()).what === 'answered', { ...SOON, message: 'it serves' });
});

afterEach(async () => {
  proxy.mode = { kind: 'pass' };
  await waitFor(async () => (await outcome()).what === 'answered', { ...SOON, message: 'it serves again' });
  expect(await inFlight()).toBe(0);
});

/** The reason of a call's failure and how long it took; a client that never tries again shows what the server says. */
async function outcome(deadlineMs = 5_000): Promise<{ what: string; message: string; tookMs: number }> {
  const client = connect({ address: service.address, attempts: 1 });
  await client.waitForReady(5_000);
  const startedMs = performance.now();
  try {
    await client.getOnlineFeatures(request, { deadlineMs });
    return { what: 'answered', message: '', tookMs: performance.now() - startedMs };
  } catch (error) {
    const { reason, message } = error as { reason: string; message: string };
    return { what: reason, message, tookMs: performance.now() - startedMs };
  } finally {
    client.close();
  }
}

async function inFlight(): Promise<number> {
  const metrics = await (await fetch(service.metricsUrl)).text();
  const counts = [...metrics.matchAll(/^forebay_requests_in_flight\{.*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

const health = () => checkHealth(service.address, '');

test('killed: calls fail at once, and are answered within a second of its return', async () => {
  await redis.server.kill9();
  await waitFor(async () => (await health()) === 'NOT_SERVING', { ...SOON, message: 'health flips' });
  const away = await outcome();
  expect(away).toMatchObject({
    what: 'unavailable',
    message: expect.stringMatching(/^redis \S+ is away: /),
  });
  expect(away.tookMs).toBeLessThan(AT_ONCE_MS);
  await redis.server.restart();
  const startedMs = performance.now();
  await waitFor(async () => (await outcome()).what === 'answered', { ...SOON, message: 'it answers' });
  expect(performance.now() - startedMs).toBeLessThan(1.5 * SECOND_MS);
});

test('stopped, with its connections open: after half a second calls fail at once instead of at their deadline', async () => {
  redis.server.pause();
  try {
    const first = outcome(400); // finds out
    const outcomes = await waitFor(
      async () => {
        const next = await outcome(400);
        return next.tookMs < AT_ONCE_MS && next.what === 'unavailable' && next;
      },
      { ...SOON, message: 'calls fail fast' },
    );
    expect(outcomes.message).toMatch(
      /^redis \S+ has not answered for \d+ ms: nothing is read until it does$/,
    );
    expect((await first).what).toMatch(/^(deadline_exceeded|unavailable)$/);
    await waitFor(async () => (await health()) === 'NOT_SERVING', { ...SOON, message: 'health flips' });
    expect(await outcome()).toMatchObject({ what: 'unavailable' });
  } finally {
    redis.server.resume();
  }
  const startedMs = performance.now();
  await waitFor(async () => (await outcome()).what === 'answered', { ...SOON, message: 'it answers' });
  expect(performance.now() - startedMs).toBeLessThan(1.5 * SECOND_MS);
});

test.each([
  ['LOADING Redis is loading the dataset in memory', 'unavailable'],
  ['READONLY You can’t write against a read only replica.', 'unavailable'],
  ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", 'unavailable'],
  ["OOM command not allowed when used memory > 'maxmemory'.", 'overloaded'],
  ['ERR something else', 'internal'],
])('answering "%s": the call is %s', async (error, reason) => {
  proxy.mode = { kind: 'refuse', error };
  const refused = await outcome();
  expect(refused).toMatchObject({ what: reason, message: expect.stringContaining(error.slice(0, 20)) });
  expect(refused.tookMs).toBeLessThan(AT_ONCE_MS);
});

test('slow: a call whose time is up fails then, others are answered, and the circuit stays closed', async () => {
  proxy.mode = { kind: 'slow', delayMs: 300 };
  const [impatient, patient] = await Promise.all([outcome(100), outcome(5_000)]);
  expect(impatient.what).toBe('deadline_exceeded');
  expect(impatient.tookMs).toBeLessThan(100 + AT_ONCE_MS);
  expect(patient.what).toBe('answered');
  expect((await outcome()).what).toBe('answered');
});

test('nothing is folded for a caller that has gone, or whose time is up', async () => {
  const values = async () => {
    const metrics = await (await fetch(service.metricsUrl)).text();
    return metrics.split('\n').filter((line) => line.startsWith('forebay_feature_values_total'));
  };
  const counted = async (code: string) => {
    const metrics = await (await fetch(service.metricsUrl)).text();
    return new RegExp(`^rpc_server_call_duration_seconds_count\\{.*${code}.*\\} `, 'm').test(metrics);
  };
  const client = ownClient(service.address);
  expect(await callStatusOf(client)).toBe(status.OK);
  const before = await values();
  expect(before.length).toBeGreaterThan(0);
  proxy.mode = { kind: 'slow', delayMs: 300 };
  expect(await cancelledCall(client, 100)).toBe(status.CANCELLED);
  expect(await callStatusOf(client, 100)).toBe(status.DEADLINE_EXCEEDED);
  await waitFor(async () => (await inFlight()) === 0 && (await counted('CANCELLED')), {
    ...SOON,
    message: 'both are done with',
  });
  expect(await values()).toEqual(before);
  client.close();
});
