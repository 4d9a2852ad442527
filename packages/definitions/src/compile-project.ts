import { ForebayError } from '@forebay/contract';
import { checkShape, shownName } from './check-shape';
import { compileEntity } from './compile-entity';
import { compileFeatureService } from './compile-feature-service';
import { compileFunction } from './compile-function';
import { SourceCompiler } from './compile-sources';
import { compileTableSource } from './compile-table-source';
import { type Compiled, ViewCompiler } from './compile-views';
import { compileUserFunction } from './expression-functions';
import {
  MAX_ENTITIES_PER_PROJECT,
  MAX_FUNCTIONS_PER_PROJECT,
  MAX_SERVICES_PER_PROJECT,
  MAX_SOURCES_PER_PROJECT,
  MAX_VIEWS_PER_PROJECT,
} from './limits';
import type { EventSource, Project } from './model';
import { checkCount, checkName, versioned } from './names';
import { checkOutputTopics } from './output-topics';
import { Problems } from './problems';
import type { ProjectDeclaration, ProjectOptions } from './project-declaration';
import { PROJECT_SHAPE } from './shapes';
import { topicsToMake } from './source-topics';
import { type View, viewsOf } from './view';

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
  const compiled = compileDeclared(declaration, title, problems);
  problems.throwIfAny(title);
  return compiled as Project;
}

/** Null if it could not be read at all; after problems it is good for nothing. */
export function compileDeclared(
  { options }: ProjectDeclaration,
  title: string,
  problems: Problems,
): Project | null {
  const wellShaped = checkShape(PROJECT_SHAPE, options, title, problems) !== null;
  return wellShaped ? compileParts(options, title, problems) : null;
}

function compileParts(options: ProjectOptions, place: string, problems: Problems): Project {
  checkName(options.name, place, problems);
  checkCounts(options, place, problems);
  const { aggregationViews = [], tableViews = [], onDemandViews = [], featureServices = [] } = options;
  const entities = compileAll(options.entities, (declared) => compileEntity(declared, problems));
  const sources = new SourceCompiler(
    options,
    {
      viewOf: (view) => views.viewOf(view),
      entityOf: (view) => present(entities).find(({ name }) => name === view.entity),
    },
    problems,
  );
  const tableSources = compileAll(options.tableSources, (declared) => compileTableSource(declared, problems));
  const functions = present(compileAll(options.functions, (declared) => compileFunction(declared, problems)));
  const views = new ViewCompiler(
    [...aggregationViews, ...tableViews, ...onDemandViews],
    {
      entities,
      eventSources: sources,
      tableSources,
      functions,
      expressionFunctions: functions.map(compileUserFunction),
    },
    problems,
  );
  const project: Project = {
    name: options.name,
    entities: present(entities),
    ...sources.compiled(),
    tableSources: present(tableSources),
    aggregationViews: views.of('aggregation view', aggregationViews),
    tableViews: views.of('table view', tableViews),
    onDemandViews: views.of('on-demand view', onDemandViews),
    functions,
    featureServices: [],
  };
  const context = { viewOf: views.viewOf, project };
  const services = present(
    compileAll(featureServices, (declared) => compileFeatureService(declared, context, problems)),
  );
  const whole = { ...project, featureServices: services };
  checkNames(whole, problems);
  return whole;
}

function checkCounts(options: ProjectOptions, place: string, problems: Problems): void {
  const check = (list: readonly unknown[] | undefined, limit: number, what: string) =>
    checkCount(list?.length ?? 0, limit, what, place, problems);
  check(options.entities, MAX_ENTITIES_PER_PROJECT, 'entities');
  check(options.eventSources, MAX_SOURCES_PER_PROJECT, 'event sources');
  check(options.joinedSources, MAX_SOURCES_PER_PROJECT, 'joined sources');
  check(options.sequenceSources, MAX_SOURCES_PER_PROJECT, 'sequence sources');
  check(options.tableSources, MAX_SOURCES_PER_PROJECT, 'table sources');
  check(options.aggregationViews, MAX_VIEWS_PER_PROJECT, 'aggregation views');
  check(options.tableViews, MAX_VIEWS_PER_PROJECT, 'table views');
  check(options.onDemandViews, MAX_VIEWS_PER_PROJECT, 'on-demand views');
  check(options.functions, MAX_FUNCTIONS_PER_PROJECT, 'functions');
  check(options.featureServices, MAX_SERVICES_PER_PROJECT, 'feature services');
}

/** Views of all kinds share their names, so that `view@version` is one of them. */
function checkNames(project: Project, problems: Problems): void {
  const title = (definition: { name: string; version: number }) =>
    versioned(definition.name, definition.version);
  checkUnique(project.entities, 'entity', (entity) => entity.name, problems);
  checkSourceNames(project, problems);
  checkUnique(project.tableSources, 'table source', (source) => source.name, problems);
  checkViewNames(viewsOf(project), problems);
  checkUnique(project.functions, 'function', (userFunction) => userFunction.name, problems);
  checkUnique(project.featureServices, 'feature service', title, problems);
  checkShared(project.eventSources, 'topic', topicsToMake, problems);
  checkShared(project.eventSources, 'table', ({ table }) => [table], problems);
  checkOutputTopics(project, problems);
}

function compileAll<D, M>(
  declarations: readonly D[] | undefined,
  compile: (declaration: D) => M | null,
): Compiled<D, M> {
  return new Map((declarations ?? []).map((declaration) => [declaration, compile(declaration)]));
}

function present<M>(compiled: Compiled<unknown, M>): M[] {
  return [...compiled.values()].filter((definition) => definition !== null);
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

/** Sources of all kinds that aggregation views read share their names. */
function checkSourceNames(project: Project, problems: Problems): void {
  const { eventSources, joinedSources, sequenceSources } = project;
  const nameOf = (source: { readonly name: string }) => source.name;
  checkUnique(eventSources, 'event source', nameOf, problems);
  checkUnique(joinedSources, 'joined source', nameOf, problems);
  checkUnique(sequenceSources, 'sequence source', nameOf, problems);
  const kinds = [eventSources, joinedSources, sequenceSources].map((sources) => [
    ...new Set(sources.map(nameOf)),
  ]);
  for (const name of new Set(kinds.flat())) {
    if (kinds.filter((names) => names.includes(name)).length < 2) continue;
    problems.add(
      `source "${name}"`,
      'declared as sources of two kinds: a view names its source, so rename one',
    );
  }
}

function checkViewNames(views: readonly View[], problems: Problems): void {
  const seen = new Map<string, View['kind']>();
  for (const { kind, view } of views) {
    const name = versioned(view.name, view.version);
    const other = seen.get(name);
    if (other === undefined) seen.set(name, kind);
    else if (other === kind) problems.add(`view "${name}"`, 'declared twice: rename one, or leave it out');
    else {
      problems.add(
        `view "${name}"`,
        `declared as ${withArticle(other)} and as ${withArticle(kind)}: views of all kinds share their names, so rename one`,
      );
    }
  }
}

function withArticle(kind: View['kind']): string {
  return `${kind === 'table view' ? 'a' : 'an'} ${kind}`;
}

/** Two sources on one topic or table would each take the other's positions for their own. */
function checkShared(
  sources: readonly EventSource[],
  what: 'topic' | 'table',
  namesOf: (source: EventSource) => readonly string[],
  problems: Problems,
): void {
  const owners = new Map<string, string>();
  for (const source of sources) {
    for (const name of namesOf(source)) {
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, source.name);
      else if (owner !== source.name) {
        problems.add(
          `event source "${source.name}"`,
          `${what} "${name}" is event source "${owner}"'s already: declare one source with all fields, and a view for each use`,
        );
      }
    }
  }
}
