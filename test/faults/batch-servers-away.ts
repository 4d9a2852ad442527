/** Servers that go away, or refuse, in the middle of batch runs. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt, Fault } from './fault';
import {
  type AnyHandle,
  begun,
  endWorkers,
  finishRuns,
  forgetBatch,
  memoryRunsOut,
  nothingIsLeft,
  queueRuns,
  startWorker,
  withHistory,
} from './support/batch-work';
import type { Scene } from './support/scene';
import { AppendOnlyFile, serverOf } from './support/servers';

const AWAY_MS = 4_000;

/** Runs begin, `break` happens in the middle, and they come to their end. */
function inTheMiddle(
  fault: Pick<Fault, 'name' | 'says' | 'times'>,
  disturb: (scene: Scene, runs: readonly AnyHandle[], attempt: Attempt) => Promise<void>,
): Fault {
  return {
    ...fault,
    shortTimes: 0,
    scene: { content: 'history' },
    arrange: withHistory,
    expect: nothingIsLeft,
    async disturb(scene, attempt) {
      await scene.readAll();
      await endWorkers(scene);
      await forgetBatch(scene);
      const watch = scene.watch();
      const runs = await queueRuns(scene, attempt.index % 2 === 0 ? 'backfill' : 'materialize');
      await disturb(scene, runs, attempt);
      await finishRuns(scene, runs);
      await watch.end();
    },
  };
}

export const batchClickhouseAway = inTheMiddle(
  {
    name: 'batch-clickhouse-away',
    says: 'ClickHouse is killed in the middle of batch runs, and comes back',
    times: 4,
  },
  async (scene, runs) => {
    await startWorker(scene);
    await begun(scene, runs, 1 + scene.random.integer(3));
    const clickhouse = serverOf(scene.stack, 'clickhouse');
    await clickhouse.kill9();
    await sleep(AWAY_MS);
    await clickhouse.restart();
  },
);

export const batchClickhouseFull = inTheMiddle(
  {
    name: 'batch-clickhouse-memory',
    says: 'ClickHouse has too little memory from the middle of batch runs on: they fail and say so; with enough of it they are let go on',
    times: 4,
  },
  async (scene, runs) => {
    await startWorker(scene);
    await begun(scene, runs, 1);
    await memoryRunsOut(scene, runs);
  },
);

export const batchRedisAway = inTheMiddle(
  {
    name: 'batch-redis-away',
    says: 'Redis answers nobody for seconds in the middle of batch runs; half of the time the Redis of the queues is killed and comes back with its file',
    times: 4,
  },
  async (scene, runs, { index }) => {
    await startWorker(scene);
    await begun(scene, runs, 1 + scene.random.integer(3));
    // of both kinds of runs
    if (index % 4 < 2) {
      const redis = serverOf(scene.stack, 'redis');
      redis.pause();
      await sleep(AWAY_MS);
      redis.resume();
    } else {
      const queue = serverOf(scene.stack, 'queueRedis');
      await queue.kill9();
      await sleep(AWAY_MS);
      await queue.restart();
    }
  },
);

export const batchRedisLoses = inTheMiddle(
  {
    name: 'batch-redis-loses',
    says: 'Redis is killed in the middle of batch runs, and a part of what they have written is lost: values, receipts or markers',
    times: 6,
  },
  async (scene, runs, { index }) => {
    const redis = serverOf(scene.stack, 'redis');
    const file = await AppendOnlyFile.of(scene.stack);
    const before = file.size;
    await startWorker(scene);
    await begun(scene, runs, 1 + scene.random.integer(6));
    await redis.kill9();
    // those that have ended do not begin again by themselves: their values are DEGRADED until the next run
    const haveEnded = await ended(scene, runs);
    file.cut(before + scene.random.integer(file.size - before));
    await redis.restart();
    await finishRuns(scene, runs);
    if (haveEnded)
      await finishRuns(scene, await queueRuns(scene, index % 2 === 0 ? 'backfill' : 'materialize'));
  },
);

/** Whether one of them has. */
async function ended(scene: Scene, runs: readonly AnyHandle[]): Promise<boolean> {
  const queue = await scene.installation.servers.queue();
  const shown = await Promise.all(runs.map((run) => queue.show(run)));
  return shown.some(({ state }) => state === 'completed');
}
