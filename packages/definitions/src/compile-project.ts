import { ForebayError } from '@forebay/contract';
import { aggregationViewMeaning } from './aggregation-view-meaning';
import { checkViewShape, compileAggregationView, viewPlace } from './compile-aggregation-view';
import { compileEntity } from './compile-entity';
import { compileEventSource } from './compile-event-source';
import { compileFeatureService } from './compile-feature-service';
import type {
  AggregationViewDeclaration,
  EntityDeclaration,
  EventSourceDeclaration,
  ProjectDeclaration,
  ProjectOptions,
} from './declarations';
import { fingerprintOf } from './fingerprint';
import {
  MAX_ENTITIES_PER_PROJECT,
  MAX_SERVICES_PER_PROJECT,
  MAX_SOURCES_PER_PROJECT,
  MAX_VIEWS_PER_PROJECT,
} from './limits';
import type { AggregationView, Entity, EventSource, Project } from './model';
import { checkCount, checkName, versioned } from './names';
import { Problems } from './problems';
import { checkShape, PROJECT_SHAPE, shownName } from './shapes';

/** By declaration; `null`: broken, which has been said already. */
type Compiled<D, M> = ReadonlyMap<D, M | null>;

/**
 * Normalises and validates a declared project; ids are 0 until it is applied.
 * Throws one `invalid_definition` that lists everything that is wrong, each with its place and what to do.
 */
export function compileProject(declaration: ProjectDeclaration): Project {
  if (typeof declaration !== 'object' || declaration === null || declaration.kind !== 'project') {
    throw new ForebayError(
      'invalid_definition',
      'the definitions are not what project() returns: end the file with "export default project({ … })"',
    );
  }
  const problems = new Problems();
  const title = `project ${shownName(declaration.options)}`;
  const wellShaped = checkShape(PROJECT_SHAPE, declaration.options, title, problems) !== null;
  const compiled = wellShaped ? compileParts(declaration.options, title, problems) : null;
  problems.throwIfAny(title);
  return compiled as Project;
}

function compileParts(options: ProjectOptions, place: string, problems: Problems): Project {
  const { entities = [], eventSources = [], aggregationViews = [], featureServices = [] } = options;
  checkName(options.name, place, problems);
  checkCount(entities.length, MAX_ENTITIES_PER_PROJECT, 'entities', place, problems);
  checkCount(eventSources.length, MAX_SOURCES_PER_PROJECT, 'event sources', place, problems);
  checkCount(aggregationViews.length, MAX_VIEWS_PER_PROJECT, 'aggregation views', place, problems);
  checkCount(featureServices.length, MAX_SERVICES_PER_PROJECT, 'feature services', place, problems);
  const entityOf = compileAll(entities, (declared) => compileEntity(declared, problems));
  const sourceOf = compileAll(eventSources, (declared) => compileEventSource(declared, problems));
  const viewOf = compileAll(aggregationViews, (declared) =>
    compileView(declared, entityOf, sourceOf, problems),
  );
  const context = { views: viewOf, entities: present(entityOf) };
  const serviceOf = compileAll(featureServices, (declared) =>
    compileFeatureService(declared, context, problems),
  );
  const sources = present(sourceOf);
  const title = (definition: { name: string; version: number }) =>
    versioned(definition.name, definition.version);
  checkUnique(context.entities, 'entity', (entity) => entity.name, problems);
  checkUnique(sources, 'event source', (source) => source.name, problems);
  checkUnique(present(viewOf), 'view', title, problems);
  checkUnique(present(serviceOf), 'feature service', title, problems);
  checkShared(sources, 'topic', problems);
  checkShared(sources, 'table', problems);
  return {
    name: options.name,
    entities: context.entities,
    eventSources: sources,
    tableSources: [],
    aggregationViews: present(viewOf),
    tableViews: [],
    onDemandViews: [],
    functions: [],
    featureServices: present(serviceOf),
  };
}

function compileAll<D, M>(declarations: readonly D[], compile: (declaration: D) => M | null): Compiled<D, M> {
  return new Map(declarations.map((declaration) => [declaration, compile(declaration)]));
}

function present<M>(compiled: Compiled<unknown, M>): M[] {
  return [...compiled.values()].filter((definition) => definition !== null);
}

function compileView(
  declared: AggregationViewDeclaration,
  entityOf: Compiled<EntityDeclaration, Entity>,
  sourceOf: Compiled<EventSourceDeclaration, EventSource>,
  problems: Problems,
): AggregationView | null {
  if (!checkViewShape(declared, problems)) return null;
  const place = viewPlace(declared.options);
  const entity = entityOf.get(declared.options.entity);
  const source = sourceOf.get(declared.options.source);
  if (entity === undefined) {
    problems.add(
      place,
      `entity ${shownName(declared.options.entity.options)} is not in the project: add it to entities`,
    );
  }
  if (source === undefined) {
    problems.add(
      place,
      `event source ${shownName(declared.options.source.options)} is not in the project: add it to eventSources`,
    );
  }
  if (entity === undefined || entity === null || source === undefined || source === null) return null;
  const before = problems.count;
  const view = compileAggregationView(declared, entity, source, problems);
  return problems.count > before
    ? view
    : { ...view, fingerprint: fingerprintOf(aggregationViewMeaning(view, entity, source)) };
}

function checkUnique<T>(
  definitions: readonly T[],
  what: string,
  nameOf: (definition: T) => string,
  problems: Problems,
): void {
  const seen = new Set<string>();
  for (const name of definitions.map(nameOf)) {
    if (seen.has(name)) problems.add(`${what} "${name}"`, 'declared twice: rename one, or leave it out');
    seen.add(name);
  }
}

/** Two sources on one topic or table would each take the other's positions for their own. */
function checkShared(sources: readonly EventSource[], what: 'topic' | 'table', problems: Problems): void {
  const owners = new Map<string, string>();
  for (const source of sources) {
    const owner = owners.get(source[what]);
    if (owner === undefined) owners.set(source[what], source.name);
    else if (owner !== source.name) {
      problems.add(
        `event source "${source.name}"`,
        `${what} "${source[what]}" is event source "${owner}"'s already: declare one source with all fields, and a view for each use`,
      );
    }
  }
}
