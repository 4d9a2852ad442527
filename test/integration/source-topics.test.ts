/** One event source of several topics, in which fields stand in different places: its values are those of all their events. */
import { type DeadLetterOrigin, deadLetterTopic, readDeadLetterOrigin, readTopic } from '@forebay/event-log';
import { readProgress } from '@forebay/online-store';
import { archiveFacts, Installation } from '../support/installation';
import {
  HISTORY_ENDS_MS,
  LATENESS_MS,
  type Payment,
  paymentsProject,
  randomPayments,
} from '../support/payments';
import { printedRandom } from '../support/seed';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';

const MINUTE_MS = 60_000;
const PARTITIONS = 2;
/** docs/CODEC.md */
const STRIDE = 256;

let installation: Installation;
afterEach(() => installation.close());

const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const random = printedRandom('topics');
let [web, shops, mail] = ['', '', ''];

const project = (...others: { topic: string; fields?: Record<string, string> }[]) =>
  paymentsProject({ topic: web, others, partitions: PARTITIONS });
const shopsTopic = () => ({ topic: shops, fields: { account: 'payer.account', amount: 'payer.paid' } });

async function begin(): Promise<void> {
  [web, shops, mail] = ['web', 'shops', 'mail'].map(uniqueName) as [string, string, string];
  const { redisUrl, queueRedisUrl } = own.stack;
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    project(shopsTopic()),
  );
  await installation.start('serving');
}

function payments(n: number): Payment[] {
  const now = Date.now();
  return randomPayments(random, n, now - LATENESS_MS + 4 * MINUTE_MS, now);
}

/** Into the topic at `index` of the source, in the shape that it has there. */
async function send(index: number, events: readonly Payment[]): Promise<void> {
  const topic = [web, shops, mail][index] as string;
  const written = events.map(({ account, amount, ...rest }) =>
    index === 1 ? { ...rest, payer: { account, paid: amount } } : { ...rest, account, amount },
  );
  const positions = await (await installation.producer()).send(
    written.map((value, i) => ({ topic, key: String(events[i]?.account), value: JSON.stringify(value) })),
  );
  installation.count(
    events,
    positions.map((position) => ({ ...position, partition: index * STRIDE + position.partition })),
  );
}

async function archivedOnce(size: number): Promise<void> {
  await waitFor(
    async () =>
      JSON.stringify(await archiveFacts(installation)) ===
      JSON.stringify({ merged: size, final: size, positions: size }),
    { deadlineMs: 30_000, message: `the archive has each of ${size} events once` },
  );
}

test('values are of the events of all topics, through a kill, with a topic that is appended, and in batch', async () => {
  await begin();
  await installation.start('batch');
  const historyEndsMs = Math.floor((Date.now() - HISTORY_ENDS_MS) / MINUTE_MS) * MINUTE_MS;
  await installation.load(
    randomPayments(random, 200, historyEndsMs - 60 * MINUTE_MS, historyEndsMs),
    historyEndsMs,
  );
  const first = await installation.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms' });
  await Promise.all([send(0, payments(2_000)), send(1, payments(2_000))]);
  await installation.reached(1_000);
  await first.kill9();
  const second = await installation.start('stream');
  await installation.settled([installation.view('by_card')]);
  await archivedOnce(4_000);

  // progress is of the partitions that there are, and of no number between them
  const redis = await installation.servers.redis();
  const instants = [...((await readProgress(redis, 0, installation.source.id))?.instantsMs ?? [])];
  expect(instants).toHaveLength(STRIDE + PARTITIONS);
  expect(instants.filter(Number.isFinite)).toHaveLength(2 * PARTITIONS);

  await installation.apply(project(shopsTopic(), { topic: mail }));
  await Promise.all([send(0, payments(500)), send(1, payments(500)), send(2, payments(1_000))]);
  await installation.settled([installation.view('by_card')]);
  await archivedOnce(6_000);
  await installation.materialize('by_account');
  await installation.settled();
  expect(second.isRunning).toBe(true);
});

test('a dead letter of any topic lies with those of the source, and says which it was', async () => {
  await begin();
  await installation.start('stream');
  await (await installation.producer()).send([{ topic: shops, key: null, value: '{"time":"soon"}' }]);
  const log = await installation.servers.eventLog();
  const letters: (DeadLetterOrigin | null)[] = [];
  await waitFor(
    async () => {
      const held = await log.admin.watermarks(deadLetterTopic(web));
      const range = new Map(
        [...held].map(([partition, { low, high }]) => [partition, { from: low, to: high }]),
      );
      await readTopic(log, deadLetterTopic(web), range, ({ record }) => {
        letters.push(readDeadLetterOrigin(record.headers));
      });
      return letters.length > 0;
    },
    { deadlineMs: 20_000, message: 'the dead letter is written' },
  );
  expect(letters[0]).toMatchObject({ topic: shops, offset: 0, source: 'payments' });
  expect(letters[0]?.partition).toBeLessThan(PARTITIONS);
});
