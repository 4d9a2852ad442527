/** Batch runs of a scene with history: what is queued, by whom it is done, and that nothing is left of earlier runs. */
import type { JobHandle, JobKind, JobQueue } from '@forebay/jobs';
import { inEveryBucket, PARTS, partPrefix } from '@forebay/online-store';
import type { Service, ServiceEnvironment } from '../../support/service';
import { Service as ServiceProcess } from '../../support/service';
import { waitFor } from '../../support/wait-for';
import type { Scene } from './scene';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const HISTORY = 4_000;
const HISTORY_SPAN_MS = 40 * DAY_MS;
/** Behind the reach of what is sent. */
const HISTORY_ENDED_MS = 30 * MINUTE_MS;
const JOB_WITHIN_MS = 180_000;

/** Several chunks of each run. */
export const SMALL_CHUNKS: ServiceEnvironment = {
  FOREBAY_BATCH_EVENTS_PER_CHUNK: '1000',
  FOREBAY_BATCH_VERIFY_EVERY: '0ms',
};

export type AnyHandle = JobHandle<JobKind>;

/** Loads history, and starts a member of the stream service. */
export async function withHistory(scene: Scene): Promise<void> {
  const { installation, random } = scene;
  const endsMs = Math.floor((Date.now() - HISTORY_ENDED_MS) / MINUTE_MS) * MINUTE_MS;
  const longAgo = scene.take(HISTORY, { nowMs: endsMs, reachMs: HISTORY_SPAN_MS });
  const recent = scene.take(HISTORY / 2, { nowMs: endsMs, reachMs: DAY_MS });
  const events = [...longAgo, ...recent].flatMap((each) => each.events);
  await installation.load(
    events.filter(() => random.chance(0.99)),
    endsMs,
  );
  await scene.start();
}

export function startWorker(scene: Scene, environment: ServiceEnvironment = {}): Promise<Service> {
  return scene.installation.start('batch', { ...SMALL_CHUNKS, ...environment });
}

/** One that may end at any time. */
export function launchWorker(scene: Scene, environment: ServiceEnvironment): Service {
  const { installation } = scene;
  const worker = ServiceProcess.launch('batch', {
    ...installation.environment,
    ...SMALL_CHUNKS,
    ...environment,
  });
  installation.services.push(worker);
  worker.ready().catch(() => undefined);
  return worker;
}

export async function endWorkers({ installation }: Scene): Promise<void> {
  const workers = installation.services.filter(({ name, isRunning }) => name === 'batch' && isRunning);
  await Promise.all(workers.map((worker) => worker.kill9()));
}

/** Queues runs of all views: a backfill of them, or a materialize run of each. */
export async function queueRuns(scene: Scene, kind: 'backfill' | 'materialize'): Promise<AnyHandle[]> {
  const { name: project, aggregationViews } = scene.installation.project;
  const queue = await scene.installation.servers.queue();
  const views = aggregationViews.map(({ name: view, version }) => ({ view, version }));
  if (kind === 'backfill') return [await queue.add('backfill', { project, views, requested_by: 'faults' })];
  return Promise.all(
    views.map((view) => queue.add('materialize', { project, ...view, requested_by: 'faults' })),
  );
}

/** Waits for their ends; those that fail are let go on once, as an operator would, when what was broken is mended. */
export async function finishRuns(scene: Scene, handles: readonly AnyHandle[]): Promise<void> {
  const queue = await scene.installation.servers.queue();
  for (const handle of handles) {
    try {
      await handle.finished({ timeoutMs: JOB_WITHIN_MS });
    } catch (error) {
      await queue.retry({ kind: handle.kind, id: handle.id }, 'faults').catch(() => {
        throw error;
      });
      await handle.finished({ timeoutMs: JOB_WITHIN_MS });
    }
  }
}

/** Some chunks of the runs are done, or they have ended. */
export async function begun(scene: Scene, handles: readonly AnyHandle[], chunks: number): Promise<void> {
  const queue: JobQueue = await scene.installation.servers.queue();
  await waitFor(
    async () => {
      const shown = await Promise.all(handles.map(({ kind, id }) => queue.show({ kind, id })));
      const done = shown.reduce((sum, { progress }) => sum + progress.chunksDone, 0);
      return done >= chunks || shown.every(({ state }) => state === 'completed' || state === 'failed');
    },
    { deadlineMs: JOB_WITHIN_MS, message: `${chunks} chunks are done` },
  );
}

/** Nothing is there of earlier runs: what history adds is unknown, and values say so. Markers go first. */
export async function forgetBatch({ installation }: Scene): Promise<void> {
  const redis = await installation.servers.redis();
  for (const { id } of installation.project.aggregationViews) {
    await inEveryBucket(redis, async (bucket) => {
      const client = redis.at(bucket);
      await client.del(`m:{${bucket}}${id}.${PARTS.batch}`);
      const keys = await client.keys(`${partPrefix(bucket, id, PARTS.batch)}*`);
      if (keys.length > 0) await client.del(keys);
    });
  }
}
