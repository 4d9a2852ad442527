import { floorTo, HOUR_MS, messageFromJson } from '@forebay/contract';
import { type JobHandler, JobQueue, JobWorkers } from '@forebay/jobs';
import { readBatchMarker } from '@forebay/online-store';
import { uniqueName, useOwnStack } from '../support/stack';
import { connectServers, type Visit, Visits } from './batch-fixture';

const own = useOwnStack({ parts: ['clickhouse', 'queueRedis'] });
const LATEST = floorTo(Date.now() - HOUR_MS, HOUR_MS);
const USERS = 20_000;

/** A user's visits are an hour apart, the last one an hour before the latest cut. */
const visitsOf = (user: number): Visit[] =>
  [1, 2, 3].map((hours) => [`user${user}`, LATEST - hours * HOUR_MS]);

/** Jobs of the fixture's view, which is in no registry. */
function handlerOf(visits: Visits, onChunk: (chunk: number) => void): JobHandler<'materialize'> {
  const run = visits.run({ eventsPerChunk: (3 * USERS) / 4, onUnrecorded: () => undefined });
  return {
    plan: async (_, { signal }) =>
      messageFromJson('MaterializePlan', await run.plan({ cutMs: null, full: false }, signal)),
    chunksOf: ({ chunks }) => chunks,
    isCurrent: async (_, plan) => run.isCurrent(plan),
    runChunk: async (_, plan, chunk, context) => {
      onChunk(chunk);
      return { kind: 'done', result: await run.writeChunk(plan, chunk, context) };
    },
    finish: (_, plan, done) => run.finish(plan, done),
    failed: (_, plan, { message }) => run.failed(plan, message),
  };
}

test('a job whose ClickHouse is killed in the middle goes on when it is back, every value once', async () => {
  const servers = await connectServers(uniqueName('faults'), own.stack.clickhouseUrl as string);
  const visits = await Visits.create(servers);
  await visits.load(Array.from({ length: USERS }, (_, user) => visitsOf(user)).flat(), LATEST);
  const server = { url: own.stack.queueRedisUrl as string, setting: 'FOREBAY_QUEUE_REDIS_URL' };
  const queue = new JobQueue(server);
  const { clickhouse } = own.stack.servers;
  const restarted: Promise<void>[] = [];
  const begun: number[] = [];
  const handler = handlerOf(visits, (chunk) => {
    begun.push(chunk);
    if (begun.length !== 3) return;
    restarted.push(
      (async () => {
        await clickhouse?.kill9();
        await clickhouse?.restart();
      })(),
    );
  });
  const workers = new JobWorkers({
    server,
    concurrency: 1,
    onError: () => undefined,
    handlers: { materialize: handler },
  });
  try {
    const handle = await queue.add('materialize', { project: 'demo', view: visits.view.name, version: 1 });
    const result = await handle.finished({ timeoutMs: 60_000 });
    // what was done before is not done again
    for (const chunk of begun.slice(0, 2)) expect(begun.filter((one) => one === chunk)).toHaveLength(1);
    expect(begun.length).toBeGreaterThan(4);
    expect(result).toMatchObject({ values_written: USERS, chunks: 4, cut_ms: LATEST });
    expect(await readBatchMarker(servers.redis, 0, visits.view.id)).toMatchObject({ cutMs: LATEST });
    for (const user of [0, 1, USERS / 2, USERS - 1]) {
      expect(await visits.stored(`user${user}`)).toMatchObject({ qMs: result.run_clock_ms, visits: 3 });
    }
  } finally {
    await Promise.all(restarted);
    await workers.close(0);
    await queue.close();
    visits.remove();
    await servers.close();
  }
});
