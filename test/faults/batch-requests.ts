/** What people do to batch runs: ask twice, cancel, run several kinds beside each other. */
import type { Fault } from './fault';
import {
  begun,
  endWorkers,
  finishRuns,
  forgetBatch,
  nothingIsLeft,
  queueRuns,
  startWorker,
  withHistory,
} from './support/batch-work';

const AT_ONCE = 4;
const CANCELLED_WITHIN_MS = 30_000;

export const batchTwice: Fault = {
  name: 'batch-twice',
  says: 'the same runs are asked for four times at once, of two workers, under load',
  times: 3,
  shortTimes: 0,
  scene: { content: 'history' },
  arrange: withHistory,
  expect: nothingIsLeft,
  async disturb(scene, { index }) {
    await endWorkers(scene);
    await forgetBatch(scene);
    await Promise.all([startWorker(scene), startWorker(scene)]);
    await scene.underLoad(async () => {
      const kind = index % 2 === 0 ? 'materialize' : 'backfill';
      const runs = await Promise.all(Array.from({ length: AT_ONCE }, () => queueRuns(scene, kind)));
      await finishRuns(scene, runs.flat());
    });
  },
};

export const batchBeside: Fault = {
  name: 'batch-beside',
  says: 'a backfill and materialize runs of the same views beside each other and the stream, under load, twice over; a worker is killed in between',
  times: 3,
  shortTimes: 0,
  scene: { content: 'history' },
  arrange: withHistory,
  expect: nothingIsLeft,
  async disturb(scene) {
    await endWorkers(scene);
    await forgetBatch(scene);
    const [first] = await Promise.all([startWorker(scene), startWorker(scene)]);
    await scene.underLoad(async () => {
      const early = [...(await queueRuns(scene, 'backfill')), ...(await queueRuns(scene, 'materialize'))];
      await begun(scene, early, 1 + scene.random.integer(6));
      await first.kill9();
      const late = [...(await queueRuns(scene, 'materialize')), ...(await queueRuns(scene, 'backfill'))];
      await finishRuns(scene, [...early, ...late]);
    });
  },
};

export const batchCancelled: Fault = {
  name: 'batch-cancelled',
  says: 'runs are cancelled at some point; values are right or DEGRADED; then they are run again',
  times: 4,
  shortTimes: 0,
  scene: { content: 'history' },
  arrange: withHistory,
  expect: nothingIsLeft,
  async disturb(scene, { index }) {
    await scene.readAll();
    await endWorkers(scene);
    await forgetBatch(scene);
    const watch = scene.watch();
    await startWorker(scene);
    const kind = index % 2 === 0 ? 'backfill' : 'materialize';
    const cancelled = await queueRuns(scene, kind);
    await begun(scene, cancelled, scene.random.integer(5));
    const queue = await scene.installation.servers.queue();
    for (const { kind: of, id } of cancelled) {
      // one that has ended in between is not cancelled
      await queue.cancel({ kind: of, id }, 'faults').catch(() => undefined);
    }
    for (const run of cancelled)
      await run.finished({ timeoutMs: CANCELLED_WITHIN_MS }).catch(() => undefined);
    await watch.end();
    await scene.produce(300);
    await finishRuns(scene, await queueRuns(scene, kind));
  },
};
