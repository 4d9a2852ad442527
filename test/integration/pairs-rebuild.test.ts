/** Views of joined and sequence sources are made anew, come later, and stay in memory: on real servers, with inputs of several topics. */
import { EXIT, main } from '@forebay/cli';
import type { Installation } from '../support/installation';
import { isBeingMade } from '../support/made-anew';
import { printedRandom } from '../support/seed';
import { Service } from '../support/service';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';
import { declarePairs, halves, MINUTE_MS, PairScene, pairedOf, type Watched } from './pairs-fixture';

const EVENTS = 800;
const BUCKET = 0;
const TRAITS = { batch: false, topics: { impressions: 1, clicks: 2 }, tellsArrivals: true } as const;
/** With so few events in a flush, a view is made anew from about the twentieth of a member's flushes to the hundred and fiftieth. */
const FLUSH_EVENTS = '20';
const FIRST_FLUSHES = 50;
const MORE_FLUSHES = 50;

let scene: PairScene;
afterEach(() => scene.installation.close());

const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const random = printedRandom('pairs-rebuild');

async function begin(watched: Watched): Promise<void> {
  const { redisUrl, queueRedisUrl } = own.stack;
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  scene = await PairScene.begin(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    random,
    watched,
    TRAITS,
  );
}

async function rebuild(...args: readonly string[]) {
  let [out, err] = ['', ''];
  async function* nothing() {}
  const code = await main(['node', 'forebay', 'rebuild', ...args, '--json'], scene.installation.environment, {
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text) },
    input: nothing(),
  });
  if (code !== EXIT.ok)
    throw new Error(`${err}\n${scene.installation.services.map(({ log }) => log).join('\n')}`);
  return JSON.parse(out);
}

const redis = () => scene.installation.servers.redis();

async function forget(view: string): Promise<void> {
  const { client } = await redis();
  const keys = await client.keys(`f:{${BUCKET}}${scene.installation.view(view).id}.*`);
  expect(keys.length).toBeGreaterThan(0);
  await client.del(keys);
}

/** Kafka deletes the first `share` of what each partition has, when all of it is archived. */
async function deleteRecords(share: number): Promise<void> {
  const { admin } = await scene.installation.servers.eventLog();
  for (const topic of Object.values(scene.topics).flat()) {
    const held = await admin.watermarks(topic);
    const before = [...held].map(([partition, { low, high }]) => ({
      partition,
      offset: low + Math.floor((high - low) * share),
    }));
    await admin.deleteRecords(topic, before);
  }
}

/** A member ends when it has stored so many flushes. */
async function diePartWay(installation: Installation, flushes: number): Promise<void> {
  const member = Service.launch('stream', {
    ...installation.environment,
    FOREBAY_STREAM_GROUP: uniqueName('group'),
    FOREBAY_STREAM_FLUSH_EVENTS: FLUSH_EVENTS,
    FOREBAY_FAULT_POINT: `values-stored:${flushes}`,
  });
  installation.services.push(member);
  member.ready().catch(() => undefined);
  await waitFor(() => !member.isRunning, {
    deadlineMs: 60_000,
    message: `a member dies at flush ${flushes}`,
  });
  if (member.child.signalCode !== 'SIGKILL') throw new Error(member.log);
}

async function allArchived(): Promise<void> {
  await waitFor(
    async () =>
      (await scene.archived('impressions')) === EVENTS && (await scene.archived('clicks')) === EVENTS,
    { deadlineMs: 30_000, message: 'the archives have all' },
  );
}

test('a view that comes later, and one that is rebuilt, have all pairs of long ago, though Kafka has deleted most and the service dies part way', async () => {
  await begin('clicked');
  // longer ago than the common reading of the source ever begins again
  const longAgoMs = Date.now() - 25 * MINUTE_MS;
  const first = scene.generate(EVENTS, longAgoMs, 8 * MINUTE_MS);
  const second = scene.generate(EVENTS / 4, Date.now(), MINUTE_MS);
  await scene.send('clicks', first.clicks, longAgoMs);
  await scene.send('impressions', first.impressions, longAgoMs);
  const running = await scene.stream();
  await allArchived();
  await scene.paired(2 * EVENTS);
  // who has not read what Kafka deletes stops
  await scene.paired(EVENTS, 'again');
  await deleteRecords(0.6);
  await running.terminate();
  const { installation, topics } = scene;
  await installation.apply(declarePairs(TRAITS, topics, true));
  expect(
    scene.truly({
      impressions: [...first.impressions, ...second.impressions],
      clicks: [...first.clicks, ...second.clicks],
    }),
  ).toBeGreaterThan(EVENTS / 4);
  await scene.send('clicks', second.clicks);
  await diePartWay(installation, FIRST_FLUSHES + random.integer(MORE_FLUSHES));
  expect(await isBeingMade(installation, installation.view('clicked_later'))).toBe(true);
  await scene.stream({ FOREBAY_STREAM_GROUP: uniqueName('group') });
  await scene.send('impressions', second.impressions);
  await scene.settled('clicked_later');
  await forget('clicked_by_user');
  const { streams } = await rebuild('clicked_by_user');
  expect(streams).toMatchObject([{ view: 'clicked_by_user@1', complete_since_ms: null }]);
  await scene.settled('clicked_by_user');
  await scene.settled('clicked_later');
});

test('partitions that stay with a process are not read again, and the others have their partners', async () => {
  await begin('again');
  const all = scene.generate(EVENTS, Date.now(), 8 * MINUTE_MS);
  expect(scene.truly(all)).toBeGreaterThan(EVENTS / 8);
  const [early, later] = halves(all.clicks);
  const [late, last] = halves(later);
  const staying = await scene.stream();
  await scene.send('clicks', early);
  await scene.paired(early.length);
  const leaving = await scene.stream();
  await waitFor(() => begunBy(leaving).length > 0, { deadlineMs: 20_000, message: 'both read' });
  await scene.send('clicks', late);
  await scene.paired(early.length + late.length);
  await leaving.terminate();
  await scene.send('clicks', last);
  await scene.settled('again_by_user');
  const [taken] = begunBy(leaving);
  // a group of one number, in both topics
  expect(taken).toHaveLength(2);
  expect(begunBy(staying)).toEqual([expect.arrayContaining(taken as string[]), taken]);
});

/** The partitions of the sequence source that a process began to read, each time that it did. */
function begunBy(service: Service): readonly (readonly string[])[] {
  const { name } = pairedOf(scene.installation.project, 'again');
  return service
    .lines(/reading from the checkpoint/)
    .filter((line) => line.includes(`source \\"${name}\\"`))
    .map((line) => Object.keys(JSON.parse(line).partitions));
}
