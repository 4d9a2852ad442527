import { floorTo, HOUR_MS } from '@forebay/contract';
import { MaterializeQueue, MaterializeWorker } from '@forebay/jobs';
import { readBatchMarker } from '@forebay/online-store';
import { uniqueName, useOwnStack } from '../support/stack';
import { connectServers, type Visit, Visits } from './batch-fixture';

const own = useOwnStack({ parts: ['clickhouse', 'queueRedis'] });
const LATEST = floorTo(Date.now() - HOUR_MS, HOUR_MS);
const USERS = 20_000;

/** A user's visits are an hour apart, the last one an hour before the latest cut. */
const visitsOf = (user: number): Visit[] =>
  [1, 2, 3].map((hours) => [`user${user}`, LATEST - hours * HOUR_MS]);

test('a job whose ClickHouse is killed in the middle is done when it is back, every value once', async () => {
  const servers = await connectServers(uniqueName('faults'), own.stack.clickhouseUrl as string);
  const visits = await Visits.create(servers);
  await visits.load(Array.from({ length: USERS }, (_, user) => visitsOf(user)).flat(), LATEST);
  const server = { url: own.stack.queueRedisUrl as string, setting: 'FOREBAY_QUEUE_REDIS_URL' };
  const queue = new MaterializeQueue(server);
  const { clickhouse } = own.stack.servers;
  const restarted: Promise<void>[] = [];
  let attempts = 0;
  const worker = new MaterializeWorker({
    server,
    concurrency: 1,
    onError: () => undefined,
    run: (_, report, signal) => {
      attempts++;
      return visits.materialize(
        { eventsPerChunk: (3 * USERS) / 4, onUnrecorded: () => undefined },
        {
          signal,
          report: (progress) => {
            report(progress);
            if (attempts > 1 || progress.chunksDone !== 2) return;
            restarted.push(
              (async () => {
                await clickhouse?.kill9();
                await clickhouse?.restart();
              })(),
            );
          },
        },
      );
    },
  });
  try {
    const handle = await queue.add({
      project: 'demo',
      view: visits.view.name,
      version: 1,
      cut_ms: 0,
      has_cut: false,
    });
    const result = await handle.finished({ timeoutMs: 60_000 });
    expect(attempts).toBeGreaterThan(1);
    expect(result).toMatchObject({ values_written: USERS, chunks: 4, cut_ms: LATEST });
    expect(await readBatchMarker(servers.redis, 0, visits.view.id)).toMatchObject({ cutMs: LATEST });
    for (const user of [0, 1, USERS / 2, USERS - 1]) {
      expect(await visits.stored(`user${user}`)).toMatchObject({ qMs: result.run_clock_ms, visits: 3 });
    }
  } finally {
    await Promise.all(restarted);
    await worker.close(0);
    await queue.close();
    visits.remove();
    await servers.close();
  }
});
