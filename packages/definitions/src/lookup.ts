import { ForebayError } from '@forebay/contract';
import type {
  AggregationView,
  Entity,
  EventSource,
  FeatureService,
  Project,
  RegistrySnapshot,
} from './model';
import { listNames } from './names';

export function findProject(snapshot: RegistrySnapshot | null, name: string): Project | undefined {
  return snapshot?.projects.find((project) => project.name === name);
}

/** Throws `not_found`. */
export function resolveProject(snapshot: RegistrySnapshot, name: string): Project {
  const project = findProject(snapshot, name);
  if (project !== undefined) return project;
  throw new ForebayError(
    'not_found',
    `no project "${name}": the projects are ${listNames(snapshot.projects.map((known) => known.name))}`,
  );
}

/** By name or `name@version`, without a version the newest. Throws `not_found`. */
export function resolveFeatureService(
  snapshot: RegistrySnapshot,
  projectName: string,
  reference: string,
): FeatureService {
  const project = resolveProject(snapshot, projectName);
  return resolveVersion(project.featureServices, reference, 'feature service', project.name);
}

/** By name or `name@version`, without a version the newest. Throws `not_found`. */
export function resolveView(
  snapshot: RegistrySnapshot,
  projectName: string,
  reference: string,
): AggregationView {
  const project = resolveProject(snapshot, projectName);
  return resolveVersion(project.aggregationViews, reference, 'view', project.name);
}

export function findView(project: Project, name: string, version: number): AggregationView | undefined {
  return project.aggregationViews.find((view) => view.name === name && view.version === version);
}

/** The entity of a view. A compiled or applied project always has it. */
export function entityOf(project: Project, view: AggregationView): Entity {
  return present(
    project.entities.find(({ name }) => name === view.entity),
    `entity "${view.entity}" of view "${view.name}"`,
  );
}

/** The event source of a view. A compiled or applied project always has it. */
export function sourceOf(project: Project, view: AggregationView): EventSource {
  return present(
    project.eventSources.find(({ name }) => name === view.source),
    `event source "${view.source}" of view "${view.name}"`,
  );
}

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new ForebayError('internal', `the registry holds no ${what}`);
  return value;
}

function resolveVersion<D extends { readonly name: string; readonly version: number }>(
  definitions: readonly D[],
  reference: string,
  what: string,
  project: string,
): D {
  const match = /^([^@]+)(?:@([1-9][0-9]{0,8}))?$/.exec(reference);
  if (match === null)
    throw new ForebayError('not_found', `"${reference}" is not a ${what}: write "name" or "name@version"`);
  const [, name, version] = match;
  const named = definitions
    .filter((definition) => definition.name === name)
    .sort((a, b) => b.version - a.version);
  const found =
    version === undefined ? named[0] : named.find((definition) => definition.version === Number(version));
  if (found !== undefined) return found;
  if (named.length > 0) {
    const versions = named.map((definition) => definition.version).join(', ');
    throw new ForebayError(
      'not_found',
      `no ${what} "${reference}" in project "${project}": "${name}" has version ${versions}`,
    );
  }
  const known = listNames(new Set(definitions.map((definition) => definition.name)));
  throw new ForebayError('not_found', `no ${what} "${name}" in project "${project}": there are ${known}`);
}
