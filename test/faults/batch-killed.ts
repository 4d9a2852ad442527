import type { FaultPoint } from '@forebay/service-batch';
import type { Fault } from './fault';
import {
  begun,
  endWorkers,
  finishRuns,
  forgetBatch,
  launchWorker,
  nothingIsLeft,
  queueRuns,
  startWorker,
  withHistory,
} from './support/batch-work';

const DIES_WITHIN_MS = 60_000;

/** What is run when a worker dies at the point. Files and manifests of training sets: `batch-training-set-killed`. */
const POINTS = {
  'run-planned': 'materialize',
  'slice-staged': 'backfill',
  'values-half-written': 'materialize',
  'values-written': 'backfill',
  'receipts-written': 'materialize',
  'marker-moved': 'backfill',
} as const satisfies Record<Exclude<FaultPoint, 'file-written' | 'manifest-written'>, string>;

const NAMES = Object.keys(POINTS) as (keyof typeof POINTS)[];

export const batchKilled: Fault = {
  name: 'batch-killed',
  says: `a worker dies (kill -9) at each of ${NAMES.length} points of a run, and another one takes over; under load, then while all values are read again and again`,
  times: 2 * NAMES.length,
  shortTimes: 0,
  scene: { content: 'history' },
  arrange: withHistory,
  expect: nothingIsLeft,
  async disturb(scene, { index }) {
    const point = NAMES[index % NAMES.length] as keyof typeof POINTS;
    await scene.readAll();
    await endWorkers(scene);
    await forgetBatch(scene);
    const watch = scene.watch();
    const worker = launchWorker(scene, { FOREBAY_FAULT_POINT: point });
    const runs = await queueRuns(scene, POINTS[point]);
    await scene.within(DIES_WITHIN_MS, `a worker dies at ${point}`, () => !worker.isRunning);
    const takeOver = async () => {
      await startWorker(scene);
      await finishRuns(scene, runs);
    };
    // while events come, nobody knows what a value must be
    if (index >= NAMES.length) await takeOver();
    await watch.end();
    if (index < NAMES.length) await scene.underLoad(takeOver);
  },
};

export const batchZombie: Fault = {
  name: 'batch-zombie',
  says: 'a worker is stopped (SIGSTOP) in the middle of batch runs until another one has ended them, and later ones; then it goes on (SIGCONT), and does the next ones alone',
  times: 3,
  shortTimes: 0,
  scene: { content: 'history' },
  arrange: withHistory,
  expect: nothingIsLeft,
  async disturb(scene, { index }) {
    const kind = index % 2 === 0 ? 'materialize' : 'backfill';
    await scene.readAll();
    await endWorkers(scene);
    await forgetBatch(scene);
    const watch = scene.watch();
    const zombie = await startWorker(scene);
    const runs = await queueRuns(scene, kind);
    await begun(scene, runs, 1 + scene.random.integer(3));
    zombie.pause();
    const heir = await startWorker(scene);
    await finishRuns(scene, runs);
    await finishRuns(scene, await queueRuns(scene, kind));
    zombie.resume();
    await heir.kill9();
    await finishRuns(scene, await queueRuns(scene, kind));
    await watch.end();
    if (!zombie.isRunning) throw new Error(`the worker that was stopped has ended\n${zombie.log}`);
  },
};
