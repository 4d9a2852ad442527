/** Samples of features over time: one per entity, feature and instant, whoever takes it, and what all events before it give. */
import {
  type AggregationView,
  aggregationView,
  count,
  entity,
  eventSource,
  last,
  project,
  sum,
} from '@forebay/definitions';
import { Installation } from '../support/installation';
import { printedRandom } from '../support/seed';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';
import { describeWrong } from '../support/truth';

const SECOND_MS = 1_000;
const WATCHED = ['ann', 'b.o%b', 'nobody'];
const USERS = ['ann', 'b.o%b', 'cleo', 'dan', 'eve', 'finn', 'gus'];
const MOST = 5;

let installation: Installation;
afterEach(() => installation.close());

const own = useOwnStack({ parts: ['redis', 'queueRedis', 'clickhouse'] });
const random = printedRandom('series');

/** `watched` is sampled of three users, `recent` of those that changed last. */
function clicksProject(topic: string) {
  const user = entity({ name: 'user', joinKeys: { user: 'string' } });
  const clicks = eventSource({
    name: 'clicks',
    topic,
    fields: { time: 'timestamp', user: 'string', price: 'double', page: 'string' },
    eventTime: 'time',
    partitions: 3,
  });
  const parts = { entity: user, source: clicks, batch: false as const };
  const watched = aggregationView({
    ...parts,
    name: 'watched',
    series: {
      every: '1s',
      features: ['clicks_1h', 'paid_10m'],
      entities: WATCHED.map((name) => ({ user: name })),
    },
    features: {
      clicks_1h: count({ window: '1h' }),
      paid_10m: sum('price', { window: '10m' }),
      page_1h: last('page', { window: '1h' }),
    },
  });
  const recent = aggregationView({
    ...parts,
    name: 'recent',
    series: { every: '1s', maxEntities: MOST },
    features: { clicks_5s: count({ window: '5s' }), paid_5s: sum('price', { window: '5s' }) },
  });
  return project({
    name: 'clicks',
    entities: [user],
    eventSources: [clicks],
    aggregationViews: [watched, recent],
  });
}

interface Sample {
  readonly entity: string;
  readonly feature: string;
  readonly atMs: number;
  readonly asOfMs: number;
  readonly value: number | null;
  readonly status: string;
}

async function samples(view: string): Promise<Sample[]> {
  const text = await installation.sql(
    `SELECT entity_key AS entity, feature, toFloat64(toUnixTimestamp64Milli(sampled_at)) AS atMs,
       toFloat64(toUnixTimestamp64Milli(as_of)) AS asOfMs, value, status
     FROM _forebay_feature_series WHERE project = 'clicks' AND view = '${view}' AND version = 1
     ORDER BY sampled_at, entity_key, feature FORMAT JSONEachRow`,
  );
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Sample);
}

const instants = (taken: readonly Sample[]) => [...new Set(taken.map(({ atMs }) => atMs))];

/** Each sample once, and none is missing between the first instant and the last. */
function checkOnce(taken: readonly Sample[]): void {
  const keys = taken.map(({ entity: key, feature, atMs }) => `${key} ${feature} ${atMs}`);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { atMs, asOfMs } of taken) {
    expect(atMs % SECOND_MS).toBe(0);
    expect(asOfMs).toBeGreaterThanOrEqual(atMs);
  }
}

async function begin(): Promise<void> {
  const { redisUrl, queueRedisUrl, clickhouseUrl } = own.stack;
  const { kafkaBrokers } = sharedStack;
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    clicksProject(uniqueName('clicks')),
  );
}

const stream = () => installation.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms' });

function send(n: number, users: readonly string[] = USERS): Promise<void> {
  const now = Date.now();
  return installation.send(
    Array.from({ length: n }, () => {
      const user = random.pick(users);
      const page = random.pick(['home', 'cart']);
      return {
        time: now - random.integer(3_000),
        user,
        price: random.integer(1_000) / 8,
        page,
        account: user,
      };
    }),
  );
}

/** Resolves when the instant is in the series. */
async function sampledAt(view: string, atMs: number): Promise<void> {
  await waitFor(async () => instants(await samples(view)).some((instant) => instant >= atMs), {
    deadlineMs: 30_000,
    message: `view ${view} is sampled at ${new Date(atMs).toISOString()}`,
  });
}

const aggregation = (name: string) => installation.view(name);

/** Those that are not what all events before their instants give. */
function wrong(view: AggregationView, taken: readonly Sample[]) {
  return installation.truth.wrongAnswers(
    view,
    taken.map(({ entity: key, feature, asOfMs, value, status }) => ({
      key: { user: key.replaceAll('%2E', '.').replaceAll('%25', '%') },
      asOfMs,
      features: [{ name: feature, value, status }],
    })),
  );
}

test('listed entities are sampled at every instant, by two processes and when one of them dies', async () => {
  await begin();
  const first = await stream();
  await stream();
  await sampledAt('watched', Date.now());
  for (let i = 0; i < 20; i++) await send(50);
  await sampledAt('watched', Date.now());
  await first.kill9();
  for (let i = 0; i < 20; i++) await send(50);
  await installation.reached(await installation.topicSize());
  const quietMs = Date.now();
  await sampledAt('watched', quietMs + 3 * SECOND_MS);
  const taken = await samples('watched');
  checkOnce(taken);
  const at = instants(taken);
  for (const [i, instant] of at.slice(1).entries()) expect(instant - (at[i] as number)).toBe(SECOND_MS);
  expect(taken).toHaveLength(at.length * WATCHED.length * 2);
  const quiet = taken.filter(({ atMs }) => atMs > quietMs);
  expect(quiet.every(({ atMs, asOfMs }) => asOfMs === atMs)).toBe(true);
  expect(describeWrong(wrong(aggregation('watched'), quiet))).toMatch(/^0 /);
  expect(quiet.find(({ entity: key, feature }) => key === 'nobody' && feature === 'clicks_1h')).toMatchObject(
    {
      value: 0,
      status: 'NOT_FOUND',
    },
  );
});

test('of the entities that changed last, until their last event has left every window', async () => {
  await begin();
  const only = await stream();
  await sampledAt('watched', Date.now());
  await send(200);
  await installation.reached(200);
  const manyMs = Math.ceil(Date.now() / SECOND_MS) * SECOND_MS;
  await sampledAt('recent', manyMs);
  await only.kill9();
  await stream();
  await waitFor(
    async () => {
      const latest = instants(await samples('watched')).at(-1) as number;
      return latest > manyMs + 8 * SECOND_MS;
    },
    { deadlineMs: 40_000, message: 'the last event is long ago' },
  );
  const taken = await samples('recent');
  checkOnce(taken);
  expect(new Set(taken.filter(({ atMs }) => atMs === manyMs).map(({ entity: key }) => key)).size).toBe(MOST);
  const quiet = taken.filter(({ atMs }) => atMs > manyMs);
  expect(describeWrong(wrong(aggregation('recent'), quiet))).toMatch(/^0 /);
  // the last sample of each says that nothing is left, and no other does
  for (const key of new Set(quiet.map(({ entity }) => entity))) {
    const statuses = quiet.filter(({ entity }) => entity === key).map(({ status }) => status);
    expect(statuses.slice(-2)).toEqual(['NOT_FOUND', 'NOT_FOUND']);
    expect(statuses.slice(0, -2)).not.toContain('NOT_FOUND');
  }
});
