/** Joined and sequence sources from end to end: on real servers, with kills, replays, replicas, history and batch runs. */
import {
  aggregationView,
  count,
  distinctCount,
  entity,
  eventSource,
  featureService,
  joinedSource,
  type Project,
  pairedSourceOf,
  project,
  sequenceSource,
  sum,
} from '@forebay/definitions';
import { oldestCheckpoint } from '@forebay/online-store';
import { oraclePairs } from '@forebay/testkit';
import { Installation } from '../support/installation';
import { updatesSettled } from '../support/output-topic';
import { printedRandom } from '../support/seed';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';
import type { Fields } from '../support/truth';

const MINUTE_MS = 60_000;
const PARTITIONS = 3;
const EVENTS = 1_500;
const WITHIN_MS = 2 * MINUTE_MS;

let installation: Installation;
afterEach(() => installation.close());

const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const random = printedRandom('pairs');

const user = entity({ name: 'user', joinKeys: { user: 'string' } });
const lateness = { allowedLateness: '10m', maxClockSkew: '1m' } as const;

function declare({ batch }: { batch: boolean }) {
  const impressions = eventSource({
    name: 'impressions',
    topic: uniqueName('impressions'),
    fields: { at: 'timestamp', id: 'string', user: 'string', ad: 'int32', price: 'int64' },
    eventTime: 'at',
    eventId: 'id',
    partitions: PARTITIONS,
    ...lateness,
  });
  const clicks = eventSource({
    name: 'clicks',
    topic: uniqueName('clicks'),
    fields: { at: 'timestamp', id: 'int64', user: 'string', ad: 'int64', ok: 'bool' },
    eventTime: 'at',
    eventId: 'id',
    partitions: PARTITIONS,
    ...lateness,
  });
  const clicked = joinedSource({
    name: 'clicked',
    left: impressions,
    right: clicks,
    on: { user: 'user', ad: 'ad' },
    within: '2m',
    fields: { user: 'left.user', price: 'left.price', click: 'right.id', ok: 'right.ok' },
  });
  const again = sequenceSource({
    name: 'again',
    source: clicks,
    by: ['user'],
    first: 'ok == false',
    second: 'ok',
    within: '2m',
  });
  const byUser = aggregationView({
    name: 'clicked_by_user',
    entity: user,
    source: clicked,
    output: { topic: uniqueName('values') },
    ...(batch ? {} : { batch: false as const }),
    features: {
      clicked_30m: count({ window: '30m' }),
      earned_30m: sum('price', { window: '30m', filter: 'ok' }),
      clicks_30m: distinctCount('click', { window: '30m', exact: 1_024 }),
      earned_7d: sum('price', { window: '7d' }),
    },
  });
  const agains = aggregationView({
    name: 'again_by_user',
    entity: user,
    source: again,
    ...(batch ? {} : { batch: false as const }),
    features: { again_30m: count({ window: '30m' }), again_7d: count({ window: '7d' }) },
  });
  return project({
    name: 'ads',
    entities: [user],
    eventSources: [impressions, clicks],
    joinedSources: [clicked],
    sequenceSources: [again],
    aggregationViews: [byUser, agains],
    featureServices: [featureService({ name: 'ads', features: [byUser, agains] })],
  });
}

const pairedOf = ({ eventSources, joinedSources, sequenceSources }: Project, name: string) =>
  pairedSourceOf(
    { eventSources },
    [...joinedSources, ...sequenceSources].find((source) => source.name === name)!,
  );

async function begin(watched: 'clicked' | 'again', options = { batch: false }): Promise<void> {
  const { redisUrl, queueRedisUrl } = own.stack;
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    declare(options),
    (compiled) => pairedOf(compiled, watched),
  );
  await installation.start('serving');
}

interface Sides {
  readonly impressions: readonly Fields[];
  readonly clicks: readonly Fields[];
}

/** Bounds are hit exactly; half of the clicks have an impression. */
function generate(n: number, untilMs: number, spanMs: number): Sides {
  const impressions = Array.from({ length: n }, (_, i) => ({
    at: untilMs - random.integer(spanMs),
    id: `i${random.integer(1e6)}-${i}`,
    user: `user-${random.integer(20)}`,
    ad: random.chance(0.05) ? null : random.integer(3),
    price: random.integer(100),
  }));
  const clicks = Array.from({ length: n }, (_, i) => {
    const { at, user: who, ad } = random.pick(impressions);
    const afterMs = random.pick([0, -1, 1, WITHIN_MS - 1, WITHIN_MS, random.integer(2 * WITHIN_MS)]);
    return {
      at: Math.min(untilMs, at + afterMs),
      id: random.integer(1e6) * 10_000 + i,
      user: who,
      ad: random.chance(0.9) ? ad : random.integer(3),
      ok: random.chance(0.7) ? random.chance(0.5) : null,
    };
  });
  return { impressions, clicks };
}

/** Counts the events that all of it makes, each once. */
function truly(watched: 'clicked' | 'again', { impressions, clicks }: Sides): number {
  const source = pairedOf(installation.project, watched);
  const [left, right] = installation.project.eventSources;
  const known = (events: readonly Fields[], { fields }: { fields: readonly { name: string }[] }) =>
    events.map((event) => ({
      row: fields.map(({ name }) => event[name] ?? null),
      eventTimeMs: event.at as number,
      knownAtMs: 0,
    }));
  const inputs = [known(impressions, left!), known(clicks, right!)] as const;
  const pairs = oraclePairs(source.pairing!, watched === 'clicked' ? inputs : [inputs[1], inputs[1]]);
  const place = source.fields.findIndex(({ name }) => name === source.eventId);
  const once = new Map(pairs.map((pair) => [pair.row[place], pair.row]));
  for (const [n, row] of [...once.values()].entries())
    installation.truth.sent(
      Object.fromEntries(source.fields.map(({ name }, i) => [name, row[i]])) as Fields,
      0,
      n,
    );
  return once.size;
}

async function send(side: 'impressions' | 'clicks', events: readonly Fields[]): Promise<void> {
  const { topic } = installation.project.eventSources.find(({ name }) => name === side)!;
  const records = events.map((event) => ({
    topic,
    key: String(event.user),
    value: JSON.stringify(event),
  }));
  await (await installation.producer()).send(records);
}

async function archived(side: 'impressions' | 'clicks'): Promise<number> {
  return Number(await installation.sql(`SELECT uniqExact(_log, _offset) FROM ${side}`));
}

/** Waits until so many records of the inputs are in the values. */
async function paired(name: string, records: number): Promise<void> {
  const { id } = pairedOf(installation.project, name);
  const isThere = async () => {
    const checkpoint = await oldestCheckpoint(await installation.servers.redis(), id);
    const offsets = [...(checkpoint?.offsets ?? [])];
    return offsets.reduce((total, offset) => total + Math.max(0, offset), 0) >= records;
  };
  await waitFor(isThere, { deadlineMs: 30_000, message: `${records} records of ${name} are in the values` });
}

const halves = <Item>(items: readonly Item[]) => {
  const at = Math.floor(items.length / 2);
  return [items.slice(0, at), items.slice(at)] as const;
};
const stream = () => installation.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms' });
const settled = (view: string) => installation.settled([installation.view(view)], 60_000);

test('each pair counts once, whichever topic is ahead, when the process is killed and topics come again', async () => {
  await begin('clicked');
  const all = generate(EVENTS, Date.now(), 8 * MINUTE_MS);
  expect(truly('clicked', all)).toBeGreaterThan(EVENTS / 4);
  const [earlyImpressions, lateImpressions] = halves(all.impressions);
  const [earlyClicks, lateClicks] = halves(all.clicks);
  await send('clicks', earlyClicks);
  let running = await stream();
  await send('impressions', earlyImpressions);
  await paired('clicked', 100 + random.integer(EVENTS));
  await running.kill9();
  await send('impressions', lateImpressions);
  running = await stream();
  await send('clicks', lateClicks);
  await paired('clicked', EVENTS + random.integer(EVENTS / 2));
  await running.kill9();
  await stream();
  await settled('clicked_by_user');
  await updatesSettled(installation, installation.view('clicked_by_user'));
  // everything comes again: copies by their ids
  await send('impressions', all.impressions);
  await send('clicks', all.clicks);
  await settled('clicked_by_user');
});

test('replicas share the partitions of both topics, and a replica that dies leaves its pairs to another', async () => {
  await begin('clicked');
  const [first, second] = [await stream(), await stream()];
  const all = generate(EVENTS, Date.now(), 8 * MINUTE_MS);
  truly('clicked', all);
  const [earlyImpressions, lateImpressions] = halves(all.impressions);
  await send('impressions', earlyImpressions);
  await send('clicks', all.clicks);
  await first.kill9();
  await send('impressions', lateImpressions);
  await settled('clicked_by_user');
  await updatesSettled(installation, installation.view('clicked_by_user'));
  expect(second.isRunning).toBe(true);
});

test('sequences count once, with kills and replays', async () => {
  await begin('again');
  const all = generate(EVENTS, Date.now(), 8 * MINUTE_MS);
  expect(truly('again', all)).toBeGreaterThan(EVENTS / 8);
  const [early, late] = halves(all.clicks);
  await send('clicks', early);
  const running = await stream();
  await paired('again', random.integer(EVENTS / 2));
  await send('clicks', late);
  await running.kill9();
  await stream();
  await settled('again_by_user');
  await send('clicks', all.clicks);
  await settled('again_by_user');
});

test('history that was loaded, what the topics brought and what comes are one value, from batch and stream', async () => {
  await begin('clicked', { batch: true });
  const hourMs = 60 * MINUTE_MS;
  const untilMs = Math.floor(Date.now() / hourMs) * hourMs - 4 * hourMs;
  const old = generate(1_000, untilMs - 1, 3 * 24 * hourMs);
  const across = generate(1_000, untilMs + 3 * MINUTE_MS, 6 * MINUTE_MS);
  const fresh = generate(1_000, Date.now(), 8 * MINUTE_MS);
  const side = (name: keyof Sides) => {
    const both = [...old[name], ...across[name]];
    return {
      loaded: both.filter(({ at }) => (at as number) < untilMs),
      produced: [...both.filter(({ at }) => (at as number) >= untilMs), ...fresh[name]],
      all: [...both, ...fresh[name]],
    };
  };
  const [impressions, clicks] = [side('impressions'), side('clicks')];
  truly('clicked', { impressions: impressions.all, clicks: clicks.all });
  const sources = installation.project.eventSources;
  await installation.loadInto(sources[0]!, impressions.loaded, untilMs);
  await installation.loadInto(sources[1]!, clicks.loaded, untilMs);
  await send('impressions', impressions.produced);
  await send('clicks', clicks.produced);
  await Promise.all([stream(), installation.start('batch')]);
  const result = await installation.materialize('clicked_by_user');
  expect(Number(result.values_written)).toBeGreaterThan(0);
  await settled('clicked_by_user');
  expect(await archived('impressions')).toBe(impressions.all.length);
});
