/** A replica takes the place of a master that was killed while it was written to: nothing is lost, and nothing counts twice. */
import type { LocalServer } from '@forebay/local-stack';
import { Redis } from 'ioredis';
import { Installation } from '../support/installation';
import { LATENESS_MS, type Payment, paymentsProject, randomPayments } from '../support/payments';
import { printedRandom } from '../support/seed';
import { sharedStack, uniqueName, useOwnStack } from '../support/stack';

const MINUTE_MS = 60_000;
const SETTLE_WITHIN_MS = 60_000;

let installation: Installation;
// before the servers stop: hooks run in the order in which they stand
afterAll(() => installation?.close());

const own = useOwnStack({ parts: ['redis', 'queueRedis'], redisNodes: 3, redisReplicas: 1 });
const random = printedRandom('cluster failover');

/** It needs no history. */
const cards = () => installation.view('by_card');

function payments(n: number): Payment[] {
  const now = Date.now();
  return randomPayments(random, n, now - LATENESS_MS + 2 * MINUTE_MS, now).map((payment) => ({
    ...payment,
    account: `account-${random.integer(300)}`,
  }));
}

test('the stream goes back to the checkpoints of the new master', async () => {
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  const { redisUrl, queueRedisUrl } = own.stack;
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    paymentsProject({ topic: uniqueName('payments') }),
  );
  await Promise.all([
    installation.start('serving', { FOREBAY_SERVING_MAX_ROWS: '5000' }),
    installation.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms' }),
  ]);
  await installation.send(payments(4_000));
  await installation.settled([cards()], SETTLE_WITHIN_MS);

  const killed = own.stack.redisNodes[0] as LocalServer;
  for (let round = 0; round < 10; round++) {
    await installation.send(payments(400));
    if (round === 4) await killed.kill9();
  }
  await installation.settled([cards()], SETTLE_WITHIN_MS);

  const replica = new Redis((own.stack.redisNodes[3] as LocalServer).port);
  expect((await replica.role())[0]).toBe('master');
  replica.disconnect();

  // comes back as a replica, with the new master's values
  await killed.restart();
  await installation.send(payments(400));
  await installation.settled([cards()], SETTLE_WITHIN_MS);
});
