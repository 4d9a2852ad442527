/** Training sets in an object store: afterwards each has the bytes that a directory has which nothing has disturbed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BUCKET, TestObjectStore } from '../support/object-store';
import { uniqueName } from '../support/stack';
import { AWAY_MS, arrange, DIES_WITHIN_MS, POINTS, setsOf } from './batch-training-set';
import type { Fault } from './fault';
import { begun, endWorkers, finishRuns, launchWorker, startWorker } from './support/batch-work';
import type { Scene } from './support/scene';

const stores = new WeakMap<Scene, TestObjectStore>();
const storeOf = (scene: Scene) => stores.get(scene) as TestObjectStore;

/** A worker dies at a point, and another one goes on. */
async function killed(scene: Scene, prefix: string, [point, pass]: (typeof POINTS)[number]): Promise<void> {
  const store = storeOf(scene).server.environment();
  await scene.underLoad(async () => {
    const worker = launchWorker(scene, { ...store, FOREBAY_FAULT_POINT: `${point}:${pass}` });
    const run = await setsOf(scene).queue(storeOf(scene).address(prefix));
    await scene.within(DIES_WITHIN_MS, `a worker dies at ${point}`, () => !worker.isRunning);
    await startWorker(scene, store);
    await finishRuns(scene, [run]);
  });
}

async function storeAway(scene: Scene, prefix: string): Promise<void> {
  const { server } = storeOf(scene);
  await startWorker(scene, server.environment());
  const run = await setsOf(scene).queue(storeOf(scene).address(prefix));
  await begun(scene, [run], 1);
  await server.server.kill9();
  await sleep(AWAY_MS);
  await server.server.restart();
  await finishRuns(scene, [run]);
}

export const batchTrainingSetObjects: Fault = {
  name: 'batch-training-set-objects',
  says: `training sets in an object store: a worker dies (kill -9) at each of ${POINTS.length} points, under load, and the store itself; objects are the files of an undisturbed run in a directory, to the byte, and no upload is left`,
  times: POINTS.length + 1,
  shortTimes: 0,
  scene: { content: 'history' },
  async arrange(scene) {
    await arrange(scene);
    const store = await TestObjectStore.start();
    scene.onClose(() => store.stop());
    stores.set(scene, store);
  },
  async disturb(scene, { index }) {
    const prefix = uniqueName('set');
    const point = POINTS[index % (POINTS.length + 1)];
    await endWorkers(scene);
    await (point === undefined ? storeAway(scene, prefix) : killed(scene, prefix, point));
    setsOf(scene).compareFiles(await storeOf(scene).contents(prefix));
    const left = await storeOf(scene).unfinished();
    if (left.length > 0) throw new Error(`uploads to ${BUCKET} are left: ${left.join(', ')}`);
  },
};
