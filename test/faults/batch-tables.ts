/** Runs of table views, with a tick every minute and rows whose time comes while faults take place. */
import type { FaultPoint } from '@forebay/service-batch';
import type { Fault } from './fault';
import {
  endWorkers,
  finishRuns,
  forgetBatch,
  launchWorker,
  queueRuns,
  queueTableRuns,
  startWorker,
  withHistory,
} from './support/batch-work';

const MINUTE_MS = 60_000;
/** A run that adds to another one has nothing to write until the next tick. */
const DIES_WITHIN_MS = 2 * MINUTE_MS;
const MISSED = 3;
const HEALS_WITHIN_MS = 2 * MINUTE_MS;

const POINTS = [
  'run-planned',
  'values-half-written',
  'values-written',
  'receipts-written',
  'marker-moved',
] as const satisfies readonly FaultPoint[];

const TABLES = { content: 'history', hasTable: true } as const;

export const batchTablesKilled: Fault = {
  name: 'batch-tables-killed',
  says: `table views: a worker dies (kill -9) at each of ${POINTS.length} points of a run that writes all values, and of one that adds to another`,
  times: 2 * POINTS.length,
  shortTimes: 0,
  scene: TABLES,
  async arrange(scene) {
    await withHistory(scene);
    await startWorker(scene);
    await finishRuns(scene, await queueRuns(scene, 'materialize'));
  },
  async disturb(scene, { index }) {
    const point = POINTS[index % POINTS.length] as FaultPoint;
    await endWorkers(scene);
    if (index < POINTS.length) await forgetBatch(scene);
    const watch = scene.watch();
    const worker = launchWorker(scene, { FOREBAY_FAULT_POINT: point });
    const runs = await queueTableRuns(scene);
    await scene.within(DIES_WITHIN_MS, `a worker dies at ${point}`, () => !worker.isRunning);
    await startWorker(scene);
    await finishRuns(scene, runs);
    if (index < POINTS.length) await finishRuns(scene, await queueRuns(scene, 'materialize'));
    await watch.end();
  },
};

export const batchTablesMissed: Fault = {
  name: 'batch-tables-missed',
  says: `table views: no worker for ${MISSED} ticks: values are DEGRADED from the first one on, and heal by themselves when one is back`,
  times: 1,
  shortTimes: 0,
  scene: TABLES,
  arrange: batchTablesKilled.arrange as NonNullable<Fault['arrange']>,
  async disturb(scene) {
    await scene.readAll();
    const watch = scene.watch();
    const isExact = async () => (await scene.look()).degraded === 0;
    await scene.within(HEALS_WITHIN_MS, 'values that are exact', isExact);
    await endWorkers(scene);
    const missedAt = Date.now();
    await scene.within(2 * MINUTE_MS, 'values that are DEGRADED', async () => !(await isExact()));
    scene.notes.add(`DEGRADED ${Math.round((Date.now() - missedAt) / 1_000)} s after the last worker`);
    await scene.within(
      (MISSED + 1) * MINUTE_MS,
      `${MISSED} ticks have passed`,
      () => Date.now() - missedAt > MISSED * MINUTE_MS,
    );
    const backAt = Date.now();
    await startWorker(scene);
    await scene.within(HEALS_WITHIN_MS, 'values that are exact again', isExact);
    scene.notes.add(`exact ${Math.round((Date.now() - backAt) / 1_000)} s after a worker is back`);
    await watch.end();
  },
};

/** A fault of batch runs where there is a table view, too. */
export function withTables(fault: Fault, times: number): Fault {
  return {
    ...fault,
    name: fault.name.replace('batch-', 'batch-tables-'),
    says: `table views: ${fault.says}`,
    times,
    shortTimes: 0,
    scene: { ...fault.scene, ...TABLES },
  };
}
