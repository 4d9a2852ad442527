/** Training sets that are jobs: afterwards each is the same to the byte as one that nothing has disturbed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobHandle } from '@forebay/jobs';
import type { FaultPoint } from '@forebay/service-batch';
import type { Fault } from './fault';
import {
  begun,
  endWorkers,
  finishRuns,
  launchWorker,
  memoryRunsOut,
  nothingIsLeft,
  queueRuns,
  startWorker,
  withHistory,
} from './support/batch-work';
import type { Scene } from './support/scene';
import { serverOf } from './support/servers';
import { TrainingSets } from './support/training-sets';

export const DIES_WITHIN_MS = 60_000;
export const AWAY_MS = 4_000;
const ENDS_WITHIN_MS = 60_000;

/** Files are made beside each other: of the third, others are whole. */
export const POINTS = [
  ['run-planned', 1],
  ['file-written', 3],
  ['receipts-written', 3],
  ['manifest-written', 1],
] as const satisfies readonly (readonly [FaultPoint, number])[];

const sets = new WeakMap<Scene, TrainingSets>();
export const setsOf = (scene: Scene) => sets.get(scene) as TrainingSets;

/** Values online are of history, too: nothing of a training set may touch them. */
export async function arrange(scene: Scene): Promise<void> {
  await withHistory(scene);
  await startWorker(scene);
  await finishRuns(scene, await queueRuns(scene, 'materialize'));
  sets.set(scene, await TrainingSets.undisturbed(scene));
}

export const batchTrainingSetKilled: Fault = {
  name: 'batch-training-set-killed',
  says: `training sets: a worker dies (kill -9) at each of ${POINTS.length} points, under load; files and manifest are those of an undisturbed run, to the byte`,
  times: POINTS.length,
  shortTimes: 0,
  scene: { content: 'history' },
  arrange,
  async disturb(scene, { index }) {
    const [point, pass] = POINTS[index % POINTS.length] as (typeof POINTS)[number];
    const out = setsOf(scene).newDirectory();
    await endWorkers(scene);
    await scene.underLoad(async () => {
      const worker = launchWorker(scene, { FOREBAY_FAULT_POINT: `${point}:${pass}` });
      const run = await setsOf(scene).queue(out);
      await scene.within(DIES_WITHIN_MS, `a worker dies at ${point}`, () => !worker.isRunning);
      await startWorker(scene);
      await finishRuns(scene, [run]);
    });
    setsOf(scene).compare(out);
  },
};

type Disturbance = (scene: Scene, run: JobHandle<'training_set'>, out: string) => Promise<void>;

const clickhouseAway: Disturbance = async (scene) => {
  const clickhouse = serverOf(scene.stack, 'clickhouse');
  await clickhouse.kill9();
  await sleep(AWAY_MS);
  await clickhouse.restart();
};

const queueAway: Disturbance = async (scene) => {
  const queue = serverOf(scene.stack, 'queueRedis');
  await queue.kill9();
  await sleep(AWAY_MS);
  await queue.restart();
};

const redisAway: Disturbance = async (scene) => {
  const redis = serverOf(scene.stack, 'redis');
  redis.pause();
  await sleep(AWAY_MS);
  redis.resume();
};

const cancelled: Disturbance = async (scene, run) => {
  const queue = await scene.installation.servers.queue();
  await queue.cancel(run, 'faults');
  await run.finished({ timeoutMs: ENDS_WITHIN_MS }).catch(() => undefined);
};

/** Another one for the same directory is refused, whoever works on it. */
const askedTwice: Disturbance = async (scene, _run, out) => {
  await startWorker(scene);
  const second = await setsOf(scene).queue(out, 'somebody else');
  const refusal = await second.finished({ timeoutMs: ENDS_WITHIN_MS }).then(
    () => 'it was made',
    ({ message }: Error) => message,
  );
  if (!/job training_set\/\d+/.test(refusal))
    throw new Error(`a second training set in the same directory: ${refusal}`);
};

const DISTURBANCES: readonly Disturbance[] = [
  clickhouseAway,
  memoryRunsOut,
  queueAway,
  redisAway,
  cancelled,
  askedTwice,
];

export const batchTrainingSetBroken: Fault = {
  name: 'batch-training-set-broken',
  says: 'training sets: in the middle ClickHouse is killed, has too little memory, the Redis of the queues is killed, Redis does not answer, the job is cancelled, and asked for a second time; likewise',
  times: DISTURBANCES.length,
  shortTimes: 0,
  scene: { content: 'history' },
  arrange,
  expect: nothingIsLeft,
  async disturb(scene, { index }) {
    const out = setsOf(scene).newDirectory();
    await endWorkers(scene);
    await startWorker(scene);
    const watch = scene.watch();
    const run = await setsOf(scene).queue(out);
    await begun(scene, [run], 1 + scene.random.integer(2));
    await (DISTURBANCES[index % DISTURBANCES.length] as Disturbance)(scene, run, out);
    await finishRuns(scene, [run]);
    await watch.end();
    setsOf(scene).compare(out);
  },
};
