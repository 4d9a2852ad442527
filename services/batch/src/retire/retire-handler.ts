/** Jobs of the kind retire: what a version of a view leaves behind goes, once the registry has it no more and every writer knows. */
import { randomUUID } from 'node:crypto';
import { ForebayError, messageFromJson } from '@forebay/contract';
import { findProject, findView, type RegistrySnapshot, readableSources } from '@forebay/definitions';
import {
  type ChunkOutcome,
  type ChunkResult,
  type Finish,
  type JobHandler,
  type JobKind,
  type JobQueue,
  type Payload,
  type Plan,
  type StepContext,
  viewTarget,
} from '@forebay/jobs';
import { type OfflineStore, removeViewRows, TABLES_OF_VIEWS } from '@forebay/offline-store';
import { type RedisConnection, readMemberStatuses, removeViewKeys } from '@forebay/online-store';
import { publishedSnapshot } from '../registered-view';

type Job = Payload<'retire'>;
type RetirePlan = Plan<'retire'>;

export interface RetireDependencies {
  readonly offline: OfflineStore;
  readonly redis: RedisConnection;
  readonly queue: JobQueue;
  readonly clock: () => number;
}

/** How soon it is looked again whether every writer knows. */
const LOOK_AGAIN_MS = 500;
/** A service that misses the announcement of a registry asks for it every five seconds, and then swaps it. */
const KNOWN_AFTER_MS = 10_000;
/** Jobs that work on values of a view. */
const KINDS_OF_VIEWS = [
  'materialize',
  'backfill',
  'rebuild',
  'verify',
  'profile',
] as const satisfies readonly JobKind[];
const LISTED_JOBS = 1_000;
/** The chunk of the keys; the others are of one table each. */
const KEYS_CHUNK = 0;

export class RetireHandler implements JobHandler<'retire'> {
  readonly #dependencies: RetireDependencies;

  constructor(dependencies: RetireDependencies) {
    this.#dependencies = dependencies;
  }

  async plan(job: Job): Promise<RetirePlan> {
    const snapshot = await publishedSnapshot(this.#dependencies.redis);
    requireRetired(snapshot, job);
    return messageFromJson('RetirePlan', { run: randomUUID(), started_at_ms: this.#dependencies.clock() });
  }

  chunksOf(): number {
    return 1 + TABLES_OF_VIEWS.length;
  }

  /** What was begun goes on. */
  async isCurrent(): Promise<boolean> {
    return true;
  }

  async runChunk(job: Job, _: RetirePlan, chunk: number, { signal }: StepContext): Promise<ChunkOutcome> {
    if (!(await this.#everyWriterKnows(job))) return { kind: 'later', afterMs: LOOK_AGAIN_MS };
    const { offline, redis } = this.#dependencies;
    if (chunk === KEYS_CHUNK) {
      const { keys, bytes } = await removeViewKeys(redis, job.view_id, signal);
      return { kind: 'done', result: { values: keys, bytes } };
    }
    const view = { project: job.project, name: job.view, version: job.version };
    const { rows, bytes } = await removeViewRows(offline, chunk - 1, view);
    return { kind: 'done', result: { values: rows, bytes } };
  }

  /** Whether no member of the stream service feeds the view, no job works on it, and readers have had time to hear of the registry. */
  async #everyWriterKnows(job: Job): Promise<boolean> {
    const { redis, queue, clock } = this.#dependencies;
    const snapshot = await publishedSnapshot(redis);
    requireRetired(snapshot, job);
    if (clock() < (snapshot?.appliedAtMs ?? 0) + KNOWN_AFTER_MS) return false;
    const project = snapshot === null ? undefined : findProject(snapshot, job.project);
    for (const { id } of project === undefined ? [] : readableSources(project)) {
      const members = await readMemberStatuses(redis, id);
      for (const { views } of members.values())
        if (views.some(({ view_id: viewId }) => viewId === job.view_id)) return false;
    }
    const label = viewTarget(job);
    const jobs = await queue.list(LISTED_JOBS, KINDS_OF_VIEWS);
    return !jobs.some(({ view, state }) => state === 'running' && view.split(', ').includes(label));
  }

  async finish(_: Job, plan: RetirePlan, done: ReadonlyMap<number, ChunkResult>): Promise<Finish<'retire'>> {
    const places = ['values, markers and checkpoints', ...TABLES_OF_VIEWS].flatMap((place, chunk) => {
      const { values: removed = 0, bytes = 0 } = done.get(chunk) ?? {};
      const store = chunk === KEYS_CHUNK ? 'redis' : 'clickhouse';
      return removed === 0 ? [] : [{ store, place, removed, bytes }];
    });
    return {
      kind: 'done',
      result: {
        places,
        bytes_freed: places.reduce((sum, { bytes }) => sum + bytes, 0),
        duration_ms: this.#dependencies.clock() - plan.started_at_ms,
      },
    };
  }

  /** What is removed stays so. */
  async failed(): Promise<void> {}
}

/** Throws `failed_precondition` while the registry has the view under the id. */
function requireRetired(
  snapshot: RegistrySnapshot | null,
  { project: name, view, version, view_id: id }: Job,
): void {
  if (snapshot === null)
    throw new ForebayError('unavailable', 'redis has no registry; "forebay apply" brings it back');
  const project = findProject(snapshot, name);
  const found = project === undefined ? undefined : findView(project, view, version);
  if (found?.view.id === id)
    throw new ForebayError(
      'failed_precondition',
      `view "${name}.${view}@${version}" is still in the registry: "forebay retire ${view}@${version}" takes it out`,
    );
}
