import type { Fault } from './fault';
import { endWorkers, forgetBatch, startWorker, withHistory } from './support/batch-work';

const MINUTE_MS = 60_000;
const EVERY_MS = MINUTE_MS;
const LATENESS_MS = 6 * MINUTE_MS;
/** Lateness, cut hop, and three intervals. */
const HORIZON_MS = LATENESS_MS + MINUTE_MS + 3 * EVERY_MS;
const HEALS_WITHIN_MS = 3 * MINUTE_MS;

export const batchMissed: Fault = {
  name: 'batch-missed',
  says: 'no worker for more than three intervals of the schedule: values past the horizon are DEGRADED, and heal by themselves when one is back',
  times: 1,
  shortTimes: 0,
  scene: {
    content: 'history',
    latenessMs: LATENESS_MS,
    horizonMs: HORIZON_MS,
    batchEveryMs: EVERY_MS,
  },
  arrange: withHistory,
  async disturb(scene) {
    await endWorkers(scene);
    await forgetBatch(scene);
    await scene.readAll();
    const watch = scene.watch();
    const isExact = async () => (await scene.look()).degraded === 0;
    await startWorker(scene);
    await scene.within(HEALS_WITHIN_MS, 'values that are exact', isExact);
    await endWorkers(scene);
    const missedAt = Date.now();
    await scene.within(2 * HORIZON_MS, 'values that are DEGRADED', async () => !(await isExact()));
    scene.notes.add(`DEGRADED ${Math.round((Date.now() - missedAt) / 1_000)} s after the last worker`);
    await watch.end();
    await scene.produce(300);
    await scene.readAll();
    const backAt = Date.now();
    await startWorker(scene);
    await scene.within(HEALS_WITHIN_MS, 'values that are exact again', isExact);
    scene.notes.add(`exact ${Math.round((Date.now() - backAt) / 1_000)} s after a worker is back`);
  },
};
