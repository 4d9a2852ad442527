/** Joined and sequence sources from end to end: on real servers, with kills, replays, replicas, history and batch runs. */
import { updatesSettled } from '../support/output-topic';
import { printedRandom } from '../support/seed';
import { sharedStack, useOwnStack } from '../support/stack';
import { halves, MINUTE_MS, PairScene, type PairTraits, type Sides, type Watched } from './pairs-fixture';

const EVENTS = 1_500;

let scene: PairScene;
afterEach(() => scene.installation.close());

const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const random = printedRandom('pairs');

async function begin(watched: Watched, traits?: PairTraits): Promise<void> {
  const { redisUrl, queueRedisUrl } = own.stack;
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  scene = await PairScene.begin(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    random,
    watched,
    traits,
  );
}

test('each pair counts once, whichever topic is ahead, when the process is killed and topics come again', async () => {
  await begin('clicked');
  const all = scene.generate(EVENTS, Date.now(), 8 * MINUTE_MS);
  expect(scene.truly(all)).toBeGreaterThan(EVENTS / 4);
  const [earlyImpressions, lateImpressions] = halves(all.impressions);
  const [earlyClicks, lateClicks] = halves(all.clicks);
  await scene.send('clicks', earlyClicks);
  let running = await scene.stream();
  await scene.send('impressions', earlyImpressions);
  await scene.paired(100 + random.integer(EVENTS - 100));
  await running.kill9();
  await scene.send('impressions', lateImpressions);
  running = await scene.stream();
  await scene.send('clicks', lateClicks);
  await scene.paired(EVENTS + random.integer(EVENTS / 2));
  await running.kill9();
  await scene.stream();
  await scene.settled('clicked_by_user');
  await updatesSettled(scene.installation, scene.installation.view('clicked_by_user'));
  // everything comes again: copies by their ids
  await scene.send('impressions', all.impressions);
  await scene.send('clicks', all.clicks);
  await scene.settled('clicked_by_user');
});

test('replicas share the partitions of both topics, and a replica that dies leaves its pairs to another', async () => {
  await begin('clicked');
  const [first, second] = [await scene.stream(), await scene.stream()];
  const all = scene.generate(EVENTS, Date.now(), 8 * MINUTE_MS);
  scene.truly(all);
  const [earlyImpressions, lateImpressions] = halves(all.impressions);
  await scene.send('impressions', earlyImpressions);
  await scene.send('clicks', all.clicks);
  await first.kill9();
  await scene.send('impressions', lateImpressions);
  await scene.settled('clicked_by_user');
  await updatesSettled(scene.installation, scene.installation.view('clicked_by_user'));
  expect(second.isRunning).toBe(true);
});

test('sequences count once, with kills and replays', async () => {
  await begin('again');
  const all = scene.generate(EVENTS, Date.now(), 8 * MINUTE_MS);
  expect(scene.truly(all)).toBeGreaterThan(EVENTS / 8);
  const [early, late] = halves(all.clicks);
  await scene.send('clicks', early);
  const running = await scene.stream();
  await scene.paired(random.integer(EVENTS / 2));
  await scene.send('clicks', late);
  await running.kill9();
  await scene.stream();
  await scene.settled('again_by_user');
  await scene.send('clicks', all.clicks);
  await scene.settled('again_by_user');
});

test('history that was loaded, what the topics brought and what comes are one value, from batch and stream', async () => {
  await begin('clicked', { batch: true });
  const hourMs = 60 * MINUTE_MS;
  const untilMs = Math.floor(Date.now() / hourMs) * hourMs - 4 * hourMs;
  const old = scene.generate(1_000, untilMs - 1, 3 * 24 * hourMs);
  const across = scene.generate(1_000, untilMs + 3 * MINUTE_MS, 6 * MINUTE_MS);
  const fresh = scene.generate(1_000, Date.now(), 8 * MINUTE_MS);
  const side = (name: keyof Sides) => {
    const both = [...old[name], ...across[name]];
    return {
      loaded: both.filter(({ at }) => (at as number) < untilMs),
      produced: [...both.filter(({ at }) => (at as number) >= untilMs), ...fresh[name]],
      all: [...both, ...fresh[name]],
    };
  };
  const [impressions, clicks] = [side('impressions'), side('clicks')];
  scene.truly({ impressions: impressions.all, clicks: clicks.all });
  const sources = scene.installation.project.eventSources;
  await scene.installation.loadInto(sources[0]!, impressions.loaded, untilMs);
  await scene.installation.loadInto(sources[1]!, clicks.loaded, untilMs);
  await scene.send('impressions', impressions.produced);
  await scene.send('clicks', clicks.produced);
  await Promise.all([scene.stream(), scene.installation.start('batch')]);
  const result = await scene.installation.materialize('clicked_by_user');
  expect(Number(result.values_written)).toBeGreaterThan(0);
  await scene.settled('clicked_by_user');
  expect(await scene.archived('impressions')).toBe(impressions.all.length);
  // history is loaded, so the stream speaks from its end on
  const job = await (await scene.installation.servers.queue()).add('rebuild', {
    project: scene.installation.project.name,
    views: [{ view: 'clicked_by_user', version: 1 }],
    sources: ['clicked'],
    requested_by: 'test',
  });
  const { streams, batches } = await job.finished({ timeoutMs: 60_000 });
  expect(streams).toMatchObject([{ view: 'clicked_by_user@1', is_complete: false }]);
  expect(batches[0]?.result?.values_written).toBeGreaterThan(0);
  await scene.settled('clicked_by_user');
});
