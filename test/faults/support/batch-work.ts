/** Batch runs of a scene with history: what is queued, by whom it is done, and that nothing is left of earlier runs. */
import type { JobHandle, JobKind, JobQueue } from '@forebay/jobs';
import { batchMarkerKey, inEveryBucket, PARTS, partPrefix, tableMarkerKey } from '@forebay/online-store';
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
const TABLES_GONE_WITHIN_MS = 10_000;

/** Several chunks of each run. */
export const SMALL_CHUNKS: ServiceEnvironment = {
  FOREBAY_BATCH_EVENTS_PER_CHUNK: '1000',
  FOREBAY_BATCH_VERIFY_EVERY: '0ms',
};

/** Of ClickHouse for one statement. Small allocations are counted, too. */
const TOO_LITTLE_MEMORY = { max_memory_usage: 1_000_000, max_untracked_memory: 0 };
const FAILS_WITHIN_MS = 120_000;

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

/** Queues runs of all views: a backfill of them, or a materialize run of each; of table views, if there are some, always the latter. */
export async function queueRuns(scene: Scene, kind: 'backfill' | 'materialize'): Promise<AnyHandle[]> {
  const { name: project, aggregationViews } = scene.installation.project;
  const tables = await queueTableRuns(scene);
  if (kind === 'materialize') return [...(await queueMaterialize(scene, aggregationViews)), ...tables];
  const queue = await scene.installation.servers.queue();
  const views = aggregationViews.map(({ name: view, version }) => ({ view, version }));
  return [await queue.add('backfill', { project, views, requested_by: 'faults' }), ...tables];
}

/** Queues a run of each table view. */
export function queueTableRuns(scene: Scene): Promise<AnyHandle[]> {
  return queueMaterialize(scene, scene.installation.project.tableViews);
}

async function queueMaterialize(
  { installation }: Scene,
  views: readonly { readonly name: string; readonly version: number }[],
): Promise<AnyHandle[]> {
  const { name: project } = installation.project;
  const queue = await installation.servers.queue();
  return Promise.all(
    views.map(({ name: view, version }) =>
      queue.add('materialize', { project, view, version, requested_by: 'faults' }),
    ),
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

/** What runs have staged is gone with them. Not to be asked where one is planned anew: what it left goes after days. */
export async function nothingIsLeft(scene: Scene): Promise<void> {
  const { installation } = scene;
  let left = '';
  const isGone = async () => {
    left = await installation.sql(
      `SELECT arrayStringConcat(groupArray(name), ', ') FROM system.tables
       WHERE database = currentDatabase() AND match(name, '^_forebay_[a-z]+_[0-9a-f]{32}(_rows)?$')`,
    );
    return left === '';
  };
  await scene.within(TABLES_GONE_WITHIN_MS, () => `work tables of runs are gone; there are ${left}`, isGone);
}

/**
 * From now on ClickHouse gives each statement of workers less memory than any chunk needs, until a run has failed and said so; then
 * there is enough of it again.
 */
export async function memoryRunsOut(scene: Scene, handles: AnyHandle | readonly AnyHandle[]): Promise<void> {
  const runs = [handles].flat();
  await endWorkers(scene);
  const poor = new URL(scene.stack.clickhouseUrl);
  for (const [name, value] of Object.entries(TOO_LITTLE_MEMORY))
    poor.searchParams.set(`clickhouse_setting_${name}`, String(value));
  const worker = await startWorker(scene, { FOREBAY_CLICKHOUSE_URL: poor.href });
  const ends = await Promise.all(
    runs.map((run) =>
      run.finished({ timeoutMs: FAILS_WITHIN_MS }).then(
        () => 'success',
        ({ message }: Error) => message,
      ),
    ),
  );
  const said = ends.find((end) => /memory/i.test(end));
  if (said === undefined) throw new Error(`runs without memory ended with ${ends.join('; ')}\n${worker.log}`);
  scene.notes.add(`without memory: ${said.split(/: would|\. /)[0]}`);
  await worker.kill9();
  await startWorker(scene);
}

/** Nothing is there of earlier runs: what history adds is unknown, and values say so. Markers go first. */
export async function forgetBatch({ installation }: Scene): Promise<void> {
  const redis = await installation.servers.redis();
  const { aggregationViews, tableViews } = installation.project;
  const parts = [
    ...aggregationViews.map(({ id }) => ({ id, part: PARTS.batch, markerOf: batchMarkerKey })),
    ...tableViews.map(({ id }) => ({ id, part: PARTS.table, markerOf: tableMarkerKey })),
  ];
  for (const { id, part, markerOf } of parts) {
    await inEveryBucket(redis, async (bucket) => {
      const client = redis.at(bucket);
      await client.del(markerOf(bucket, id));
      const keys = await client.keys(`${partPrefix(bucket, id, part)}*`);
      if (keys.length > 0) await client.del(keys);
    });
  }
}
