/** Servers that are away while more comes than memory may hold: reading stands still, the group stays, and nothing is lost. */
import { archiveFacts, Installation } from '../support/installation';
import { LATENESS_MS, paymentsProject, randomPayments } from '../support/payments';
import { printedRandom } from '../support/seed';
import type { Service } from '../support/service';
import { uniqueName, useOwnStack, waitFor } from '../support/stack';

const MINUTE_MS = 60_000;
const MEGABYTE = 1_048_576;
/** Events in bytes, far beyond what may wait. */
const EVENTS = 10_000;
const EVENT_BYTES = 20_000;
/** Of `archiver.ts`: what may wait, one block that is being inserted, and what a fetch brings too much. */
const MAX_WAITING_BYTES = (64 + 64 + 16) * MEGABYTE;

let installation: Installation;
afterEach(() => installation.close());

const own = useOwnStack();
const random = printedRandom('outage');

async function begin(): Promise<Service> {
  installation = await Installation.create(own.stack, paymentsProject({ topic: uniqueName('payments') }));
  await installation.start('serving');
  return installation.start('stream');
}

function payments(n: number, city?: string) {
  const now = Date.now();
  return randomPayments(random, n, now - LATENESS_MS + 4 * MINUTE_MS, now).map((event) =>
    // of no entity: long texts cost the archive, and no value
    city === undefined ? event : { ...event, city, account: null },
  );
}

async function send(n: number, city?: string): Promise<void> {
  for (let sent = 0; sent < n; sent += 500) await installation.send(payments(500, city));
}

async function settled(): Promise<void> {
  await installation.settled([installation.view('by_card')], 60_000);
  const size = await installation.topicSize();
  await waitFor(async () => (await archiveFacts(installation)).positions === size, {
    deadlineMs: 60_000,
    message: `the archive has each of ${size} events`,
  });
}

const joins = (stream: Service) => stream.lines(/joined, with \d+ partitions/).length;

async function gauge(stream: Service, name: string): Promise<number> {
  return Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)`, 'm').exec(await stream.metrics())?.[1] ?? 0);
}

test('clickhouse is away: what waits for it is bounded, and reading goes on when it is back', async () => {
  const stream = await begin();
  await send(500);
  await settled();
  own.stack.servers.clickhouse?.pause();
  await send(EVENTS, 'x'.repeat(EVENT_BYTES));
  let most = 0;
  // longer than a session: a member without heartbeats would have lost its partitions
  const untilMs = performance.now() + 20_000;
  await waitFor(
    async () => {
      most = Math.max(most, await gauge(stream, 'forebay_archive_waiting_bytes'));
      return performance.now() > untilMs && most >= 64 * MEGABYTE;
    },
    { deadlineMs: 60_000, message: 'memory is as full as it may be' },
  );
  expect(most).toBeLessThan(MAX_WAITING_BYTES);
  expect(await installation.checkpointed()).toBeLessThan(await installation.topicSize());
  own.stack.servers.clickhouse?.resume();
  await settled();
  expect(joins(stream)).toBe(1);
});

test('redis is away: nothing is read, the group stays, and reading goes on when it is back', async () => {
  const stream = await begin();
  await send(500);
  await settled();
  own.stack.servers.redis?.pause();
  await send(EVENTS);
  const untilMs = performance.now() + 20_000;
  await waitFor(() => performance.now() > untilMs, { deadlineMs: 30_000, message: 'time stands still' });
  own.stack.servers.redis?.resume();
  await settled();
  expect(joins(stream)).toBe(1);
});
