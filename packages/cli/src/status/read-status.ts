import {
  decodeRegistry,
  type EventSource,
  type Project,
  pairedSourceOf,
  type RegistrySnapshot,
  sourceOf,
} from '@forebay/definitions';
import { loadRegistry, readStoredSizes, type StoredSizes } from '@forebay/online-store';
import { recordedRegistry } from '../applied-registry';
import type { Servers } from '../servers';
import { type Answer, answer, mapAnswer } from './answer';
import { type QueueStatus, type RunStatus, readQueue, readRuns } from './batch-status';
import { type AskedSource, type ReadSource, readSource, type SourceStatus } from './source-status';
import { readTableView, readView, type ViewStatus } from './view-status';

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
  /** What stored values take in Redis, by view id. */
  readonly stored: Answer<StoredSizes>;
  readonly queue: Answer<QueueStatus>;
  /** The newest recorded run of each view. */
  readonly runs: Answer<readonly RunStatus[]>;
}

/** Asks every server; one that does not answer takes only its own part of the answer away. */
export async function readStatus(servers: Servers, clock: () => number): Promise<InstallationStatus> {
  const [registry, queue, kafka, clickhouse, stored] = await Promise.all([
    answer(() => readRegistry(servers)),
    answer(() => readQueue(servers)),
    answer(() => servers.eventLog().then(() => null)),
    answer(() => servers.offline().then(() => null)),
    answer(async () => readStoredSizes(await servers.redis())),
  ]);
  const snapshot = registry.ok ? registry.value : await recordedOrNull(servers, clickhouse);
  const nowMs = clock();
  const read = await Promise.all(askedSources(snapshot).map((asked) => readSource(servers, asked, nowMs)));
  const views = registry.ok ? await answer(() => readViews(servers, snapshot, read, clock())) : registry;
  const runs = await answer(() => readRuns(servers));
  return {
    atMs: nowMs,
    registry: mapAnswer(registry, registryStatus),
    kafka,
    clickhouse,
    sources: read.map(({ status }) => status),
    views,
    stored,
    queue,
    runs,
  };
}

/** Without Redis the log of applies tells which sources there are. */
async function recordedOrNull(servers: Servers, clickhouse: Answer<null>): Promise<RegistrySnapshot | null> {
  return clickhouse.ok ? recordedRegistry(servers) : null;
}

/** Whether every server answered. */
export function isComplete(status: InstallationStatus): boolean {
  const { registry, kafka, clickhouse, sources, views, stored, queue, runs } = status;
  const ofSources = sources.flatMap(({ partitions, stream, archive, deadLetters }) => [
    partitions,
    stream,
    archive,
    deadLetters,
  ]);
  return [registry, kafka, clickhouse, views, stored, queue, runs, ...ofSources].every(({ ok }) => ok);
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

/** Those with topics of their own, then those that are made of them. */
function askedSources(snapshot: RegistrySnapshot | null): AskedSource[] {
  return (snapshot?.projects ?? []).flatMap((project) => {
    const paired = [...project.joinedSources, ...project.sequenceSources].map((definition) =>
      pairedSourceOf(project, definition),
    );
    const inputs = new Set(paired.flatMap(inputNames));
    const asked = (source: EventSource): AskedSource => ({
      project: project.name,
      source,
      isRead: inputs.has(source.name) || project.aggregationViews.some((view) => view.source === source.name),
    });
    return [...project.eventSources, ...paired].map(asked);
  });
}

function inputNames({ pairing }: EventSource): string[] {
  if (pairing === undefined) return [];
  return pairing.kind === 'join' ? [pairing.left.name, pairing.right.name] : [pairing.source.name];
}

async function readViews(
  servers: Servers,
  snapshot: RegistrySnapshot | null,
  read: readonly ReadSource[],
  nowMs: number,
): Promise<ViewStatus[]> {
  const redis = await servers.redis();
  const sourceRead = (project: Project, name: string) =>
    read.find(({ status }) => status.project === project.name && status.source === name) ?? null;
  const views = (snapshot?.projects ?? []).flatMap((project) => [
    ...project.aggregationViews.map((view) =>
      readView(redis, project.name, view, sourceOf(project, view), sourceRead(project, view.source), nowMs),
    ),
    ...project.tableViews.map((view) => readTableView(redis, project.name, view, nowMs)),
  ]);
  return Promise.all(views);
}
