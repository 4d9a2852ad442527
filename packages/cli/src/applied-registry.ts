import { ForebayError } from '@forebay/contract';
import {
  type AggregationView,
  decodeRegistry,
  definitionName,
  type EventSource,
  type Project,
  type RegistrySnapshot,
  readableSources,
  resolveProject,
  type TableView,
} from '@forebay/definitions';
import { readNewestRegistry } from '@forebay/offline-store';
import { loadRegistry } from '@forebay/online-store';
import { nearestName } from '@forebay/service-kit';
import type { Servers } from './servers';

/** The newest registry of the log in ClickHouse, which is the truth; null before the first apply. */
export async function recordedRegistry(servers: Servers): Promise<RegistrySnapshot | null> {
  const recorded = await readNewestRegistry(await servers.offline());
  return recorded === null ? null : decodeRegistry(recorded.snapshot);
}

/** The registry in Redis, which services read. Throws `failed_precondition` when there is none. */
export async function publishedRegistry(servers: Servers): Promise<RegistrySnapshot> {
  const published = await loadRegistry(await servers.redis());
  if (published !== null) return decodeRegistry(published.snapshot);
  throw new ForebayError(
    'failed_precondition',
    'nothing is applied yet, or redis lost it: run "forebay apply FILE" with the definitions',
  );
}

/** The project of that name, or the only one. Throws `not_found`, or `invalid_request` when there are several. */
export function chooseProject(snapshot: RegistrySnapshot, name: string | undefined): Project {
  if (name !== undefined) return resolveProject(snapshot, name);
  const [first, ...others] = snapshot.projects;
  if (first !== undefined && others.length === 0) return first;
  const names = snapshot.projects.map((project) => project.name).join(', ');
  throw new ForebayError(
    'invalid_request',
    `there are several projects (${names}): choose one with --project`,
  );
}

/** Throws `not_found` with the nearest name. */
export function findSource(project: Project, name: string): EventSource {
  return namedSource(project, name, project.eventSources);
}

/** Also one that is made of others. Throws `not_found` with the nearest name. */
export function findReadSource(project: Project, name: string): EventSource {
  return namedSource(project, name, readableSources(project));
}

function namedSource(project: Project, name: string, sources: readonly EventSource[]): EventSource {
  const found = sources.find((source) => source.name === name);
  if (found !== undefined) return found;
  const names = sources.map((source) => source.name);
  const nearest = nearestName(name, names);
  const remedy = nearest === null ? `there are ${names.join(', ') || 'none'}` : `did you mean "${nearest}"?`;
  throw new ForebayError('not_found', `no event source "${name}" in project "${project.name}": ${remedy}`);
}

/** Views of the joined and sequence sources that are made of a source, with how much later than it they are complete. */
export function viewsOnPairsOf(
  project: Project,
  source: EventSource,
): { readonly view: AggregationView; readonly withinMs: number }[] {
  const joined = project.joinedSources.filter(
    ({ left, right }) => left === source.name || right === source.name,
  );
  const sequences = project.sequenceSources.filter((sequence) => sequence.source === source.name);
  return [...joined, ...sequences].flatMap(({ name, withinMs }) =>
    project.aggregationViews.filter((view) => view.source === name).map((view) => ({ view, withinMs })),
  );
}

export function viewsOn(project: Project, source: EventSource): AggregationView[] {
  return project.aggregationViews.filter((view) => view.source === source.name);
}

/** What cuts of a view are multiples of: of one on a schedule, ticks. Throws `invalid_request` for a view that has no batch values. */
export function requireCutStep(view: AggregationView | TableView): number {
  const cutHopMs = 'batch' in view ? view.batch?.cutHopMs : undefined;
  const stepMs = cutHopMs ?? view.schedule?.intervalMs;
  if (stepMs !== undefined) return stepMs;
  throw new ForebayError(
    'invalid_request',
    `view "${definitionName(view)}" is declared without batch values: there is nothing to materialize`,
  );
}
