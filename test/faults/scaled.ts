import type { Service } from '../support/service';
import type { Fault } from './fault';
import {
  begun,
  endWorkers,
  finishRuns,
  forgetBatch,
  queueRuns,
  startWorker,
  withHistory,
} from './support/batch-work';
import type { Scene } from './support/scene';

/** How many come, and go again. */
const FURTHER = 2;

/** Until members of the stream have joined or left, something of each has come through. */
async function goOn(scene: Scene): Promise<void> {
  const before = await scene.checkpointed();
  await scene.reached(before + 500);
}

const several = (start: () => Promise<Service>) => Promise.all(Array.from({ length: FURTHER }, start));

export const scaled: Fault = {
  name: 'scaled',
  says: 'stream and batch workers are scaled from one to three and back to one, in good order, under load, with backfills and materialize runs under way',
  times: 2,
  shortTimes: 0,
  scene: { content: 'history', partitions: 6 },
  arrange: withHistory,
  async disturb(scene) {
    await endWorkers(scene);
    await forgetBatch(scene);
    await startWorker(scene);
    await scene.underLoad(async () => {
      const runs = await queueRuns(scene, 'backfill');
      await begun(scene, runs, 1);
      const [members, workers] = await Promise.all([
        several(() => scene.start()),
        several(() => startWorker(scene)),
      ]);
      await goOn(scene);
      const later = await queueRuns(scene, 'materialize');
      await begun(scene, later, 1);
      await Promise.all([...members, ...workers].map((service) => service.terminate()));
      await goOn(scene);
      const last = await queueRuns(scene, 'backfill');
      await finishRuns(scene, [...runs, ...later, ...last]);
    });
  },
};
