import { ForebayError } from '@forebay/contract';
import {
  type AggregationView,
  asRead,
  decodeRegistry,
  definitionName,
  type EventSource,
  numberedPartition,
  type RegistrySnapshot,
  type SchedulePlan,
  type TableView,
} from '@forebay/definitions';
import type { JobSummary, ScheduleStatus } from '@forebay/jobs';
import { archivedUpTo, createMetaTables, type Load, listLoads } from '@forebay/offline-store';
import {
  latestStreamMarker,
  loadRegistry,
  oldestBatchMarker,
  oldestCheckpoint,
  oldestProgress,
  oldestTableMarker,
  PARTS,
  type RedisConnection,
} from '@forebay/online-store';
import { recordedRegistry } from './applied-registry';
import { heldBySource } from './held-by-source';
import type { Servers } from './servers';

/** Of fences, which need none: offsets carry the epoch of their topic. */
const EPOCH = 0;
const RECENT_JOBS = 200;

/** What one server told, or why it did not. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

export interface PartitionStatus {
  readonly topic: string;
  readonly partition: number;
  /** What it is called in checkpoints and in the archive. */
  readonly number: number;
  /** As they are kept, with the epoch of the topic. */
  readonly lowOffset: number;
  readonly endOffset: number;
}

export interface SourceStatus {
  readonly project: string;
  readonly source: string;
  /** The first of them. */
  readonly topic: string;
  readonly partitions: Answer<readonly PartitionStatus[]>;
  /** The next offset to read, by partition; −1: nothing was read. `progressMs`: null where it is not known. */
  readonly stream: Answer<{ readonly checkpoint: readonly number[]; readonly progressMs: number | null }>;
  /** By partition, the offset up to which the archive has everything; and the loads of history. */
  readonly archive: Answer<{
    readonly end: Readonly<Record<number, number>>;
    readonly loads: readonly Load[];
  }>;
}

export interface ViewStatus {
  readonly project: string;
  readonly view: string;
  /** Whether it has no stream, and speaks of the ticks of a schedule. */
  readonly isScheduled: boolean;
  /** Null: not set, for the stream has not begun. −∞: always. */
  readonly streamCompleteSinceMs: number | null;
  /** The cut of the last finished run; of a view on a schedule, its tick. */
  readonly cutMs: number | null;
  /** Until when batch values answer exactly; of a view on a schedule, until when its tick is asked for. */
  readonly goodUntilMs: number | null;
}

export interface QueueStatus {
  readonly workers: number;
  readonly waiting: number;
  readonly active: number;
  /** Those that no later job has made good. */
  readonly failed: readonly JobSummary[];
  readonly schedules: readonly ScheduleStatus[];
}

export interface RegistryStatus {
  readonly version: number;
  readonly appliedAtMs: number;
  readonly appliedBy: string;
  readonly projects: readonly string[];
}

export interface InstallationStatus {
  readonly atMs: number;
  /** What services read. Null: nothing is applied. */
  readonly registry: Answer<RegistryStatus | null>;
  /** Whether each of the other servers answers. */
  readonly kafka: Answer<null>;
  readonly clickhouse: Answer<null>;
  readonly sources: readonly SourceStatus[];
  readonly views: Answer<readonly ViewStatus[]>;
  readonly queue: Answer<QueueStatus>;
}

/** Asks every server; one that does not answer takes only its own part of the answer away. */
export async function readStatus(servers: Servers, clock: () => number): Promise<InstallationStatus> {
  const [registry, queue, kafka, clickhouse] = await Promise.all([
    answer(() => readRegistry(servers)),
    answer(() => readQueue(servers)),
    answer(() => servers.eventLog().then(() => null)),
    answer(() => readMeta(servers)),
  ]);
  const snapshot = registry.ok ? registry.value : await recordedOrNull(servers, clickhouse);
  const sources = await Promise.all(
    (snapshot?.projects ?? []).flatMap((project) =>
      project.eventSources.map((source) => readSource(servers, project.name, source)),
    ),
  );
  const views = registry.ok ? await answer(() => readViews(servers, snapshot)) : registry;
  return {
    atMs: clock(),
    registry: mapAnswer(registry, registryStatus),
    kafka,
    clickhouse,
    sources,
    views,
    queue,
  };
}

async function readMeta(servers: Servers): Promise<null> {
  await createMetaTables(await servers.offline());
  return null;
}

/** Without Redis the log of applies tells which sources there are. */
async function recordedOrNull(servers: Servers, clickhouse: Answer<null>): Promise<RegistrySnapshot | null> {
  return clickhouse.ok ? recordedRegistry(servers) : null;
}

/** Whether every server answered. */
export function isComplete(status: InstallationStatus): boolean {
  const { registry, kafka, clickhouse, sources, views, queue } = status;
  const ofSources = sources.flatMap(({ partitions, stream, archive }) => [partitions, stream, archive]);
  return [registry, kafka, clickhouse, views, queue, ...ofSources].every(({ ok }) => ok);
}

async function answer<T>(ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await ask() };
  } catch (thrown) {
    return { ok: false, error: ForebayError.from(thrown).message };
  }
}

function mapAnswer<T, U>(given: Answer<T>, map: (value: T) => U): Answer<U> {
  return given.ok ? { ok: true, value: map(given.value) } : given;
}

async function readRegistry(servers: Servers): Promise<RegistrySnapshot | null> {
  const published = await loadRegistry(await servers.redis());
  return published === null ? null : decodeRegistry(published.snapshot);
}

function registryStatus(snapshot: RegistrySnapshot | null): RegistryStatus | null {
  if (snapshot === null) return null;
  const { version, appliedAtMs, appliedBy, projects } = snapshot;
  return { version, appliedAtMs, appliedBy, projects: projects.map(({ name }) => name) };
}

async function readSource(servers: Servers, project: string, source: EventSource): Promise<SourceStatus> {
  const [partitions, stream, archive] = await Promise.all([
    answer(() => readPartitions(servers, source)),
    answer(() => readStream(servers, source)),
    answer(() => readArchive(servers, source)),
  ]);
  return { project, source: source.name, topic: source.topic, partitions, stream, archive };
}

async function readPartitions(servers: Servers, source: EventSource): Promise<PartitionStatus[]> {
  const held = await heldBySource(servers, source);
  const watermarks = [...held].sort(([a], [b]) => a - b);
  return watermarks.map(([number, { low, high }]) => {
    const { topic, partition } = numberedPartition(asRead(source), number);
    return { topic, partition, number, lowOffset: low, endOffset: high };
  });
}

async function readStream(servers: Servers, source: EventSource) {
  const redis = await servers.redis();
  const checkpoint = await oldestCheckpoint(redis, source.id);
  const progress = await oldestProgress(redis, source.id);
  const instants = [...(progress?.instantsMs ?? [])].filter(Number.isFinite);
  const smallest = instants.length === 0 ? 0 : Math.min(...instants);
  return { checkpoint: [...(checkpoint?.offsets ?? [])], progressMs: smallest === 0 ? null : smallest };
}

async function readArchive(servers: Servers, source: EventSource) {
  const offline = await servers.offline();
  const archived = await archivedUpTo(offline, source, EPOCH);
  const end = Object.fromEntries(archived.map((entry) => [entry.partition, entry.end]));
  return { end, loads: await listLoads(offline, source) };
}

async function readViews(servers: Servers, snapshot: RegistrySnapshot | null): Promise<ViewStatus[]> {
  const views = (snapshot?.projects ?? []).flatMap(({ name, aggregationViews, tableViews }) => [
    ...aggregationViews.map((view) => readView(servers, name, view)),
    ...tableViews.map((view) => readTableView(servers, name, view)),
  ]);
  return Promise.all(views);
}

async function readTableView(servers: Servers, project: string, view: TableView): Promise<ViewStatus> {
  const marker = await oldestTableMarker(await servers.redis(), view.id);
  const { intervalMs, delayMs } = view.schedule;
  return {
    project,
    view: definitionName(view),
    isScheduled: true,
    streamCompleteSinceMs: null,
    cutMs: marker?.tickMs ?? null,
    goodUntilMs: marker === null ? null : marker.tickMs + delayMs + intervalMs,
  };
}

async function readView(servers: Servers, project: string, view: AggregationView): Promise<ViewStatus> {
  const redis = await servers.redis();
  if (view.schedule !== null) return readScheduledView(redis, project, view, view.schedule);
  const stream = await latestStreamMarker(redis, view.id);
  const batch = await oldestBatchMarker(redis, view.id);
  return {
    project,
    view: definitionName(view),
    isScheduled: false,
    streamCompleteSinceMs: stream?.completeSinceMs ?? null,
    cutMs: batch?.cutMs ?? null,
    goodUntilMs: batch === null || view.batch === null ? null : batch.cutMs + view.batch.horizonMs,
  };
}

async function readScheduledView(
  redis: RedisConnection,
  project: string,
  view: AggregationView,
  { intervalMs, delayMs }: SchedulePlan,
): Promise<ViewStatus> {
  const markers = await Promise.all(
    [PARTS.even, PARTS.odd].map((part) => oldestBatchMarker(redis, view.id, part)),
  );
  const ticks = markers.flatMap((marker) => (marker === null ? [] : [marker.cutMs]));
  const newestMs = ticks.length === 0 ? null : Math.max(...ticks);
  return {
    project,
    view: definitionName(view),
    isScheduled: true,
    streamCompleteSinceMs: null,
    cutMs: newestMs,
    goodUntilMs: newestMs === null ? null : newestMs + delayMs + intervalMs,
  };
}

async function readQueue(servers: Servers): Promise<QueueStatus> {
  const queue = await servers.queue();
  const [workers, jobs, schedules] = await Promise.all([
    queue.workers(),
    queue.list(RECENT_JOBS),
    queue.schedules(),
  ]);
  return {
    workers,
    waiting: jobs.filter(({ state }) => state === 'waiting' || state === 'delayed').length,
    active: jobs.filter(({ state }) => state === 'running').length,
    failed: jobs.filter((job) => job.state === 'failed' && !isMadeGood(job, jobs)),
    schedules,
  };
}

/** Whether a later job of the same kind and view has ended well. */
function isMadeGood(failed: JobSummary, jobs: readonly JobSummary[]): boolean {
  return jobs.some(
    ({ kind, view, state, createdAtMs }) =>
      state === 'completed' &&
      kind === failed.kind &&
      view === failed.view &&
      createdAtMs > failed.createdAtMs,
  );
}
