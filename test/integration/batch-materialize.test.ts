import { ForebayError, floorTo, HOUR_MS } from '@forebay/contract';
import { listRuns } from '@forebay/offline-store';
import { bucketOf, entityPartKey, PARTS, readBatchMarker, startStreamMarker } from '@forebay/online-store';
import { useDatabase } from '../support/stack';
import { connectServers, type Servers, type Visit, Visits } from './batch-fixture';
import { aggregationView, eventSource, sliding } from './offline-store-fixtures';

const database = useDatabase('batch');
const BUCKET = 0;
const NOW = Date.now();
/** The latest cut there can be with an hour of allowed lateness. */
const LATEST = floorTo(NOW - HOUR_MS, HOUR_MS);
const clock = () => NOW;
const ALWAYS = Number.NEGATIVE_INFINITY;

const TWO_DAYS = aggregationView(
  eventSource('visits', [{ name: 'at', type: 'timestamp' }]),
  ['user'],
  [{ operation: 'count', window: sliding(48 * HOUR_MS, HOUR_MS) }],
).features;

let servers: Servers;
const made: Visits[] = [];
beforeAll(async () => {
  servers = await connectServers(database.name);
});
afterAll(async () => {
  for (const visits of made) visits.remove();
  await servers.close();
});

async function newVisits(
  ...more: Parameters<typeof Visits.create> extends [Servers, ...infer R] ? R : never
) {
  const visits = await Visits.create(servers, ...more);
  made.push(visits);
  return visits;
}

/** `count` visits of `users` users, an hour apart, the last one an hour before `untilMs`. */
const history = (users: number, count: number, untilMs: number): Visit[] =>
  Array.from({ length: users * count }, (_, i) => [
    `user${i % users}`,
    untilMs - (Math.floor(i / users) + 1) * HOUR_MS,
  ]);

const markerOf = (visits: Visits) => readBatchMarker(servers.redis, BUCKET, visits.view.id);
const runsOf = async (visits: Visits) =>
  (await listRuns(servers.offline, 1_000)).filter(({ view }) => view === `demo.${visits.view.name}@1`);
const refusalOf = (run: Promise<unknown>) =>
  run.then(
    () => null,
    (error: ForebayError) => error,
  );

describe('a run over loaded history', () => {
  it('writes the values, then the marker, and is recorded', async () => {
    const visits = await newVisits({ name: 'recorded' });
    const until = LATEST - 5 * HOUR_MS;
    await visits.load(history(3, 10, until), until);
    const result = await visits.materialize({ clock });
    expect(result).toMatchObject({
      cut_ms: until,
      run_clock_ms: NOW,
      values_written: 3,
      values_older: 0,
      events_scanned: 30,
      chunks: 1,
      warnings: [],
    });
    expect(await visits.stored('user1')).toEqual({ cutMs: until, qMs: NOW, visits: 10 });
    expect(await visits.stored('user3')).toBeNull();
    expect(await markerOf(visits)).toEqual({ cutMs: until, runClockMs: NOW, coverageFromMs: ALWAYS });
    expect(await runsOf(visits)).toMatchObject([
      { kind: 'materialize', state: 'finished', cutMs: until, qMs: NOW, values: 3, chunks: 1, detail: '' },
    ]);
  });

  it('leaves an entity that has no event in the windows any more alone: its value dies by its expiry', async () => {
    const visits = await newVisits({ name: 'fallen', features: TWO_DAYS });
    const earlier = LATEST - 30 * HOUR_MS;
    await visits.load(
      [
        ['gone', earlier - 40 * HOUR_MS],
        ['stays', LATEST - 2 * HOUR_MS],
      ],
      LATEST,
    );
    const before = await visits.materialize({ clock: () => earlier + HOUR_MS }, { cutMs: earlier });
    expect(before.values_written).toBe(1);
    expect(await visits.materialize({ clock })).toMatchObject({ cut_ms: LATEST, values_written: 1 });
    expect(await visits.stored('gone')).toMatchObject({ cutMs: earlier, visits: 1 });
    const horizonMs = visits.view.batch?.horizonMs as number;
    expect(await visits.expiresAtMs('gone')).toBe(earlier + horizonMs + HOUR_MS);
    expect(await visits.expiresAtMs('stays')).toBe(LATEST + horizonMs + HOUR_MS);
  });

  it('takes an earlier cut by hand, a multiple of the cut hop that is not later than the archive', async () => {
    const visits = await newVisits({ name: 'by_hand' });
    const until = LATEST - 5 * HOUR_MS;
    await visits.load(history(1, 10, until), until);
    const cutMs = until - 2 * HOUR_MS;
    expect(await visits.materialize({ clock }, { cutMs })).toMatchObject({ cut_ms: cutMs });
    expect(await visits.stored('user0')).toEqual({ cutMs, qMs: NOW, visits: 8 });
    const refusal = async (cut: number) =>
      (await refusalOf(visits.materialize({ clock }, { cutMs: cut })))?.message;
    expect(await refusal(cutMs + 1)).toContain("is no multiple of the view's cut hop 1h");
    expect(await refusal(until + HOUR_MS)).toContain('up to which the archive is complete');
    expect(await refusal(LATEST - 72 * HOUR_MS)).toContain('are good for 3d, which has passed');
  });

  it('is refused when its values would be good for nothing any more, and that is recorded', async () => {
    const visits = await newVisits({ name: 'too_old' });
    const until = LATEST - 80 * HOUR_MS;
    await visits.load(history(1, 1, until), until);
    const refusal = await refusalOf(visits.materialize({ clock }));
    expect(refusal).toMatchObject({ reason: 'failed_precondition' });
    expect(refusal?.message).toContain('are good for 3d, which has passed');
    expect(await markerOf(visits)).toBeNull();
    expect(await runsOf(visits)).toMatchObject([{ state: 'failed', cutMs: null, detail: refusal?.message }]);
  });

  it('says why when it has written nothing', async () => {
    const empty = await newVisits({ name: 'nothing' });
    await empty.load([['late', LATEST]], LATEST);
    expect((await empty.materialize({ clock })).warnings).toEqual([
      expect.stringContaining(`no value was written: the archive of "${empty.source.name}" has no event`),
    ]);
    const filtered = await newVisits({ name: 'filtered', filter: 'user == "nobody"' });
    await filtered.load(history(2, 2, LATEST), LATEST);
    expect((await filtered.materialize({ clock })).warnings).toEqual([
      expect.stringContaining('none passes the view\'s filter (user == "nobody")'),
    ]);
    const keyless = await newVisits({ name: 'keyless' });
    await keyless.load([[null as unknown as string, LATEST - HOUR_MS]], LATEST);
    expect((await keyless.materialize({ clock })).warnings).toEqual([
      expect.stringContaining('there is 1 event in its windows, and none has the join key "user"'),
    ]);
  });

  it('is refused without history and events, and for a view without batch values', async () => {
    const visits = await newVisits({ name: 'none' });
    expect((await refusalOf(visits.materialize()))?.message).toContain(
      'no history is loaded and the topic is empty',
    );
    const live = await newVisits({ name: 'live', batch: null });
    expect((await refusalOf(live.materialize()))?.message).toContain('declared without batch values');
  });
});

describe('a run in chunks', () => {
  it('writes what one in a single chunk writes', async () => {
    const visits = await newVisits({ name: 'chunked' });
    await visits.load(history(50, 4, LATEST), LATEST);
    const progress: number[] = [];
    const result = await visits.materialize(
      { clock, eventsPerChunk: 30 },
      { report: ({ chunksDone, chunks }) => progress.push(chunksDone / chunks) },
    );
    expect(result).toMatchObject({ chunks: 7, values_written: 50 });
    expect(progress).toHaveLength(7);
    expect(progress.at(-1)).toBe(1);
    for (let i = 0; i < 50; i++) expect((await visits.stored(`user${i}`))?.visits).toBe(4);
  });

  it('writes a chunk again whose receipt is lost, before the marker moves', async () => {
    const visits = await newVisits({ name: 'receipts' });
    await visits.load(history(50, 4, LATEST), LATEST);
    const { client } = servers.redis;
    const users = Array.from({ length: 50 }, (_, i) => `user${i}`);
    let lost = false;
    const reported: number[] = [];
    const result = await visits.materialize(
      { clock, eventsPerChunk: 50 },
      {
        report: ({ chunksDone, valuesWritten }) => {
          reported.push(valuesWritten);
          if (lost || chunksDone < 4) return;
          lost = true; // the commands of a connection are done in order: these before the marker is moved
          void client.eval(LOSE, 0, `r:{${BUCKET}}${visits.view.id}.*.[13]`);
          for (const user of users.filter((name) => [1, 3].includes(bucketOf(name, 4)))) {
            void client.del(entityPartKey(BUCKET, visits.view.id, PARTS.batch, user));
          }
        },
      },
    );
    expect(reported).toHaveLength(6); // the two that are lost again
    expect(result).toMatchObject({ chunks: 4, values_written: 50 });
    expect(reported.at(-1)).toBe(50);
    for (const user of users) expect((await visits.stored(user))?.visits).toBe(4);
    expect(await markerOf(visits)).toMatchObject({ cutMs: LATEST });
  });

  it('that is told to stop stops with the reason, moves no marker, and says so', async () => {
    const visits = await newVisits({ name: 'stopped' });
    await visits.load(history(20, 4, LATEST), LATEST);
    const abort = new AbortController();
    const reason = new ForebayError('unavailable', 'the worker was stopped');
    const run = visits.materialize(
      { clock, eventsPerChunk: 20 },
      { signal: abort.signal, report: () => abort.abort(reason) },
    );
    await expect(run).rejects.toBe(reason);
    expect(await markerOf(visits)).toBeNull();
    expect(await runsOf(visits)).toMatchObject([
      { state: 'failed', cutMs: LATEST, chunks: 4, detail: reason.message },
    ]);
  });
});

const LOSE = "for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end return 0";

describe('two runs of one view', () => {
  it('one after the other: the older one changes nothing, and says so', async () => {
    const visits = await newVisits({ name: 'older' });
    await visits.load(history(5, 3, LATEST), LATEST);
    await visits.materialize({ clock });
    const older = await visits.materialize({ clock: () => NOW - 1 });
    expect(older).toMatchObject({ values_written: 0, values_older: 5 });
    expect(older.warnings).toEqual([expect.stringContaining('a run with a later cut or clock has finished')]);
    expect(await visits.stored('user0')).toMatchObject({ qMs: NOW });
    expect(await markerOf(visits)).toMatchObject({ runClockMs: NOW });
    expect(await visits.materialize({ clock: () => NOW + 1 })).toMatchObject({
      values_written: 5,
      values_older: 0,
    });
    expect(await markerOf(visits)).toMatchObject({ runClockMs: NOW + 1 });
  });

  it('at once: the newer one stands, in every value and in the marker', async () => {
    const visits = await newVisits({ name: 'at_once' });
    await visits.load(history(40, 3, LATEST), LATEST);
    const runs = [0, 2, 1].map((ms) => visits.materialize({ clock: () => NOW + ms, eventsPerChunk: 20 }));
    await Promise.all(runs);
    expect(await markerOf(visits)).toMatchObject({ runClockMs: NOW + 2 });
    const clocks = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => (await visits.stored(`user${i}`))?.qMs),
    );
    expect(new Set(clocks)).toEqual(new Set([NOW + 2]));
  });
});

describe('a run over a topic', () => {
  const live = history(2, 3, LATEST - HOUR_MS);

  it('waits until the archive holds what the topic held when it began', async () => {
    const visits = await newVisits({ name: 'waiting' });
    await visits.produce(live);
    const run = visits.materialize({ clock });
    await visits.archive(live.slice(0, 4), 0);
    await visits.archive(live.slice(4), 4);
    expect(await run).toMatchObject({ cut_ms: LATEST, values_written: 2, events_scanned: 6 });
    expect(await markerOf(visits)).toMatchObject({ coverageFromMs: ALWAYS });
    expect(await visits.stored('user1')).toMatchObject({ visits: 3 });
  });

  it('joins loaded history to a topic that the stream began to read where that ends', async () => {
    const visits = await newVisits({ name: 'joined' });
    const until = LATEST - 10 * HOUR_MS;
    await visits.load(history(2, 3, until), until);
    await visits.produce([...live, ...live]);
    await servers.eventLog.admin.deleteRecords(visits.source.topic, [{ partition: 0, offset: 6 }]);
    await visits.archive(live, 6);
    expect(await visits.materialize({ clock })).toMatchObject({ cut_ms: until });
    await startStreamMarker(servers.redis, BUCKET, visits.view.id, { completeSinceMs: until });
    expect(await visits.materialize({ clock })).toMatchObject({ cut_ms: LATEST });
    expect(await visits.stored('user0')).toMatchObject({ visits: 6 });
  });

  it('does not wait for records that were deleted, and speaks only of what it has since', async () => {
    const visits = await newVisits({ name: 'deleted' });
    await visits.produce(live);
    await servers.eventLog.admin.deleteRecords(visits.source.topic, [{ partition: 0, offset: live.length }]);
    const refusal = await refusalOf(visits.materialize({ clock }));
    expect(refusal).toMatchObject({ reason: 'failed_precondition' });
    expect(refusal?.message).toContain('records of the topic were deleted before they were archived');
    const since = LATEST - 4 * HOUR_MS;
    await startStreamMarker(servers.redis, BUCKET, visits.view.id, { completeSinceMs: since });
    await visits.materialize({ clock });
    expect(await markerOf(visits)).toEqual({ cutMs: LATEST, runClockMs: NOW, coverageFromMs: since });
  });

  it('speaks after a gap in the archive only of what came when the gap had ended', async () => {
    const visits = await newVisits({ name: 'gap' });
    await visits.produce(live);
    await servers.eventLog.admin.deleteRecords(visits.source.topic, [{ partition: 0, offset: 4 }]);
    await startStreamMarker(servers.redis, BUCKET, visits.view.id, { completeSinceMs: ALWAYS });
    await visits.archive(live.slice(0, 2), 0);
    const endedMs = LATEST - 3 * HOUR_MS;
    await visits.archive(live.slice(4), 4, endedMs);
    await visits.materialize({ clock });
    expect(await markerOf(visits)).toMatchObject({
      cutMs: LATEST,
      coverageFromMs: endedMs + visits.source.maxClockSkewMs + 1,
    });
  });

  it('names the partition that is behind when the archive does not come along', async () => {
    const visits = await newVisits({ name: 'behind' });
    await visits.produce(live);
    const refusal = await refusalOf(visits.materialize({ archiveDeadlineMs: 300 }));
    expect(refusal).toMatchObject({ reason: 'unavailable' });
    expect(refusal?.message).toContain(
      `still lacks 6 records of topic "${visits.source.topic}", partition 0; is the stream service running?`,
    );
  });
});
