import { ForebayError } from '@forebay/contract';
import { definitionName } from './identity';
import type {
  AggregationView,
  Entity,
  EventSource,
  FeatureReference,
  FeatureService,
  Field,
  OnDemandView,
  Project,
  RegistrySnapshot,
  TableSource,
  TableView,
} from './model';
import { listNames } from './names';
import type { JoinedSource, Pairing, SequenceSource } from './paired-model';
import { pairedSource } from './paired-source';
import { type View, viewsOf } from './view';

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

/** The features of all variants of a service, each once. */
export function featuresOfService({ features, variants }: FeatureService): FeatureReference[] {
  const all = [features, ...variants.map((variant) => variant.features)].flat();
  const label = ({ view, version, feature }: FeatureReference) => `${view}@${version}.${feature}`;
  return [...new Map(all.map((reference) => [label(reference), reference])).values()];
}

/**
 * What a model is trained on: the features of one variant, for rows of several would mix two meanings in one column. Throws
 * `invalid_request` where a service has several variants and none of them is chosen, `not_found` for one that it does not have.
 */
export function featuresOfVariant(
  service: FeatureService,
  variant: string | null,
): readonly FeatureReference[] {
  const { features, variants } = service;
  const label = `feature service "${definitionName(service)}"`;
  const names = variants.map(({ name }) => name).join(', ');
  if (variant === null) {
    if (variants.length < 2) return features;
    throw new ForebayError(
      'invalid_request',
      `${label} has variants: choose one with --variant, of ${names}`,
    );
  }
  const found = variants.find(({ name }) => name === variant);
  if (found !== undefined) return found.features;
  const remedy = variants.length === 0 ? 'it has none' : `it has ${names}`;
  throw new ForebayError('not_found', `${label} has no variant "${variant}": ${remedy}`);
}

/** A view of any kind, by name or `name@version`, without a version the newest. Throws `not_found`. */
export function resolveView(snapshot: RegistrySnapshot, projectName: string, reference: string): View {
  const project = resolveProject(snapshot, projectName);
  const views = viewsOf(project).map((found) => ({
    name: found.view.name,
    version: found.view.version,
    found,
  }));
  return resolveVersion(views, reference, 'view', project.name).found;
}

/** A view of any kind. */
export function findView(project: Project, name: string, version: number): View | undefined {
  return viewsOf(project).find(({ view }) => view.name === name && view.version === version);
}

/** The entity of a view. A compiled or applied project always has it. */
export function entityOf(project: Project, view: AggregationView | TableView): Entity {
  return present(
    project.entities.find(({ name }) => name === view.entity),
    `entity "${view.entity}" of view "${view.name}"`,
  );
}

/**
 * The entities that must be given to read a view, each once: its own, and of an on-demand view those of all views that
 * it is computed from.
 */
export function entitiesOf(project: Project, { kind, view }: View): Entity[] {
  if (kind !== 'on-demand view') return [entityOf(project, view)];
  return [...new Set(inputViewsOf(project, view).flatMap((input) => entitiesOf(project, input)))];
}

/** The views that an on-demand view reads, each once. */
function inputViewsOf(project: Project, view: OnDemandView): View[] {
  const views = new Map<string, View>();
  for (const { feature } of view.inputs) {
    const label = `${feature.view}@${feature.version}`;
    if (views.has(label)) continue;
    views.set(
      label,
      present(
        findView(project, feature.view, feature.version),
        `view "${label}", which "${view.name}" reads`,
      ),
    );
  }
  return [...views.values()];
}

/** What a request must bring for a view to be computed, each field once: that of its inputs too. */
export function requestOf(project: Project, { kind, view }: View): Field[] {
  if (kind !== 'on-demand view') return [];
  const fields = [
    ...view.request,
    ...inputViewsOf(project, view).flatMap((input) => requestOf(project, input)),
  ];
  return [...new Map(fields.map((field) => [`${field.name} ${field.type}`, field])).values()];
}

/** The event source of a view, or what its joined or sequence source is as one. A compiled or applied project always has it. */
export function sourceOf(project: Project, view: AggregationView): EventSource {
  const { source: name } = view;
  const joined = project.joinedSources.find((source) => source.name === name);
  const sequence = project.sequenceSources.find((source) => source.name === name);
  const paired = joined ?? sequence;
  if (paired !== undefined) return pairedSourceOf(project, paired);
  return eventSourceNamed(project, name);
}

/** The sources that views may read: those of topics, and those that are made of them, as event sources. */
export function readableSources(project: Project): readonly EventSource[] {
  const made = [...project.joinedSources, ...project.sequenceSources];
  return [...project.eventSources, ...made.map((definition) => pairedSourceOf(project, definition))];
}

/** A joined or sequence source as the event source that views see. */
export function pairedSourceOf(
  project: Pick<Project, 'eventSources'>,
  definition: JoinedSource | SequenceSource,
): EventSource {
  const pairing: Pairing =
    'left' in definition
      ? {
          kind: 'join',
          definition,
          left: eventSourceNamed(project, definition.left),
          right: eventSourceNamed(project, definition.right),
        }
      : { kind: 'sequence', definition, source: eventSourceNamed(project, definition.source) };
  return pairedSource(pairing);
}

function eventSourceNamed(project: Pick<Project, 'eventSources'>, wanted: string): EventSource {
  return present(
    project.eventSources.find(({ name }) => name === wanted),
    `event source "${wanted}"`,
  );
}

/** The table source of a view. A compiled or applied project always has it. */
export function tableSourceOf(project: Project, view: TableView): TableSource {
  return present(
    project.tableSources.find(({ name }) => name === view.source),
    `table source "${view.source}" of view "${view.name}"`,
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
