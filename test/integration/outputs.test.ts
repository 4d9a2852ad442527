/** Output topics: after anything, the last record of each entity says what all events before its instant give. */
import type { AggregationView } from '@forebay/definitions';
import type { FaultPoint } from '@forebay/service-stream';
import { Installation } from '../support/installation';
import { readUpdates, updatesSettled, wrongUpdates } from '../support/output-topic';
import {
  HISTORY_ENDS_MS,
  LATENESS_MS,
  type Payment,
  paymentsProject,
  randomPayments,
  type ViewOutputs,
} from '../support/payments';
import { printedRandom } from '../support/seed';
import { Service } from '../support/service';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';
import type { Wrong } from '../support/truth';

const MINUTE_MS = 60_000;
const EVENTS = 3_000;

let installation: Installation;
afterEach(() => installation.close());

const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const random = printedRandom('outputs');

function payments(n: number): Payment[] {
  const now = Date.now();
  return randomPayments(random, n, now - LATENESS_MS + 4 * MINUTE_MS, now);
}

interface Begin {
  readonly byAccount?: Partial<NonNullable<ViewOutputs['output']>>;
  readonly byCard?: Partial<NonNullable<ViewOutputs['output']>>;
}

/** Applied: the accounts' values in JSON, the cards' in protobuf. */
async function begin({ byAccount, byCard }: Begin = {}): Promise<void> {
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  const { redisUrl, queueRedisUrl } = own.stack;
  const topic = uniqueName('payments');
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    paymentsProject({
      topic,
      partitions: 3,
      outputs: {
        byAccount: { output: { topic: `${topic}.accounts`, ...byAccount } },
        byCard: { output: { topic: `${topic}.cards`, format: 'protobuf', ...byCard } },
      },
    }),
  );
}

const cards = () => installation.view('by_card');
const accounts = () => installation.view('by_account');
const stream = (environment = {}) =>
  installation.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms', ...environment });
/** A group of its own needs not wait for the session of a member that was killed. */
const ownGroup = () => ({ FOREBAY_STREAM_GROUP: uniqueName('group') });

const written = (view: AggregationView, isWrong?: (wrong: Wrong) => boolean) =>
  updatesSettled(installation, view, isWrong);

/** A member that ends at the point, while events come. */
async function dieAt(point: FaultPoint, pass: number): Promise<void> {
  const member = Service.launch('stream', {
    ...installation.environment,
    ...ownGroup(),
    FOREBAY_STREAM_FLUSH_EVERY: '5ms',
    FOREBAY_FAULT_POINT: `${point}:${pass}`,
  });
  installation.services.push(member);
  member.ready().catch(() => undefined);
  await waitFor(
    async () => {
      await installation.send(payments(20));
      return !member.isRunning;
    },
    { deadlineMs: 30_000, message: `a member dies at ${point}` },
  );
  if (member.child.signalCode !== 'SIGKILL') throw new Error(member.log);
}

test('values of live views are written as JSON and as protobuf, those of history among them', async () => {
  await begin();
  await installation.start('batch');
  const endsMs = Math.floor((Date.now() - HISTORY_ENDS_MS) / MINUTE_MS) * MINUTE_MS;
  await installation.load(randomPayments(random, 500, endsMs - 60 * MINUTE_MS, endsMs), endsMs);
  await installation.send(payments(200));
  await stream();
  // entities that have changed since: others have no record
  await written(cards(), ({ status }) => status !== 'no record');
  // without a run, what history would add is not known, and the records say so
  await waitFor(
    async () => (await wrongUpdates(installation, accounts())).some(({ status }) => status === 'DEGRADED'),
    {
      deadlineMs: 10_000,
      message: 'values without history are DEGRADED',
    },
  );
  expect((await readUpdates(installation, accounts()))[0]?.reason).toMatch(
    /^(incomplete|no_progress|no_marker|stale)$/,
  );
  await installation.materialize('by_account');
  for (let i = 0; i < 10; i++) await installation.send(payments(EVENTS / 10));
  await written(accounts());
  await written(cards());
  const updates = await readUpdates(installation, accounts());
  expect(updates.length).toBeLessThan(2 * EVENTS);
  expect(updates.at(-1)).toMatchObject({ keys: { account: expect.any(String) } });
});

test('an entity is written at most once in the interval, with the chosen features', async () => {
  await begin({
    byCard: { every: '2s', features: ['card_payments_20m', 'card_cities_20m'], format: 'json' },
  });
  await stream();
  const startedMs = Date.now();
  while (Date.now() < startedMs + 5_000) await installation.send(payments(50));
  await written(cards());
  const times = new Map<string, number[]>();
  for (const { key, asOfMs, values } of await readUpdates(installation, cards())) {
    expect(Object.keys(values)).toEqual(['card_payments_20m', 'card_cities_20m']);
    times.set(key, [...(times.get(key) ?? []), asOfMs]);
  }
  for (const of of times.values())
    for (const [i, time] of of.slice(1).entries())
      expect(time - (of[i] as number)).toBeGreaterThanOrEqual(2_000);
});

test.each<[FaultPoint, FaultPoint]>([
  ['chunk-applied', 'outputs-written'],
  ['values-half-stored', 'outputs-read'],
  ['checkpoint-stored', 'outputs-sent'],
  ['output-position-stored', 'values-stored'],
])('the stream service dies at %s and then at %s: no change is left out', async (...points) => {
  await begin();
  await installation.send(payments(EVENTS / 3));
  for (const point of points) await dieAt(point, 1 + random.integer(4));
  // nothing comes any more: what was not written must be found by itself
  await stream(ownGroup());
  await written(cards());
});

test('members come and go under load, and the topic is not keyed by the entity', async () => {
  await begin();
  const first = await stream();
  let isOn = true;
  const sending = (async () => {
    while (isOn) {
      const events = payments(100);
      const records = events.map((event) => ({
        topic: installation.source.topic,
        key: null,
        partition: random.integer(3),
        value: JSON.stringify(event),
      }));
      installation.count(events, await (await installation.producer()).send(records));
    }
  })();
  await installation.reached(1_000);
  const second = await stream();
  await installation.reached(4_000);
  await first.kill9();
  const third = await stream();
  await installation.reached(7_000);
  expect(await second.terminate()).toBe(0);
  await installation.reached(8_000);
  isOn = false;
  await sending;
  expect(third.isRunning).toBe(true);
  await written(cards());
});

test('the topic is deleted: it is made anew, and values do not wait for it', async () => {
  await begin();
  await installation.start('serving');
  const service = await stream();
  await installation.send(payments(500));
  await written(cards());
  const { topic } = cards().output as { topic: string };
  await (await installation.servers.eventLog()).admin.deleteTopic(topic);
  await installation.send(payments(EVENTS));
  await installation.settled([cards()]);
  await written(cards());
  expect(service.isRunning).toBe(true);
  expect(await service.metrics()).toMatch(
    /forebay_output_records_total\{[^}]*view="by_card@1"[^}]*\} \d{2,}/,
  );
});
