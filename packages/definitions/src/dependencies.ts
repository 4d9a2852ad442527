import { definitionName } from './identity';
import { featuresOfService, findView } from './lookup';
import type {
  AggregationView,
  Entity,
  EventSource,
  FeatureReference,
  FeatureService,
  OnDemandView,
  Project,
  TableSource,
  TableView,
  UserFunction,
} from './model';
import { calledFunctions } from './on-demand-view-meaning';
import type { JoinedSource, SequenceSource } from './paired-model';
import type { DefinitionKind } from './plan';
import { viewsOf } from './view';

/** Of views and feature services `name@version`. */
export interface DefinitionReference {
  readonly kind: DefinitionKind;
  readonly name: string;
}

interface DefinitionTypes {
  entity: Entity;
  'event source': EventSource;
  'joined source': JoinedSource;
  'sequence source': SequenceSource;
  'table source': TableSource;
  'aggregation view': AggregationView;
  'table view': TableView;
  'on-demand view': OnDemandView;
  function: UserFunction;
  'feature service': FeatureService;
}

/** A definition with what it is. */
export type KindedDefinition = {
  [K in DefinitionKind]: { readonly kind: K; readonly definition: DefinitionTypes[K] };
}[DefinitionKind];

/** One definition is made with another. */
export interface Dependency {
  readonly from: DefinitionReference;
  readonly on: DefinitionReference;
  /** Which features of a view; none where the other is no view. */
  readonly features: readonly string[];
}

/** Everything that a project defines: what others are made with comes first. */
export function definitionsOf(project: Project): KindedDefinition[] {
  const all = <K extends DefinitionKind>(kind: K, definitions: readonly DefinitionTypes[K][]) =>
    definitions.map((definition) => ({ kind, definition }) as KindedDefinition);
  return [
    ...all('entity', project.entities),
    ...all('event source', project.eventSources),
    ...all('joined source', project.joinedSources),
    ...all('sequence source', project.sequenceSources),
    ...all('table source', project.tableSources),
    ...all('function', project.functions),
    ...all('aggregation view', project.aggregationViews),
    ...all('table view', project.tableViews),
    ...all('on-demand view', project.onDemandViews),
    ...all('feature service', project.featureServices),
  ];
}

/** What the definitions of a compiled project are made with, directly. */
export function dependenciesOf(project: Project): Dependency[] {
  const views = viewsOf(project).flatMap(({ kind, view }): Dependency[] => {
    const from = { kind, name: definitionName(view) };
    if (kind === 'on-demand view') {
      const inputs = view.inputs.map(({ feature }) => feature);
      const functions = calledFunctions(view, project.functions);
      return [
        ...onViews(from, inputs, project),
        ...functions.map(({ name }) => ({ from, on: { kind: 'function', name } as const, features: [] })),
      ];
    }
    const source = kind === 'table view' ? 'table source' : sourceKindOf(project, view.source);
    return [
      { from, on: { kind: 'entity', name: view.entity }, features: [] },
      { from, on: { kind: source, name: view.source }, features: [] },
    ];
  });
  const ofPairs = (kind: 'joined source' | 'sequence source', name: string, sources: readonly string[]) =>
    [...new Set(sources)].map(
      (source): Dependency => ({
        from: { kind, name },
        on: { kind: 'event source', name: source },
        features: [],
      }),
    );
  const pairs = [
    ...project.joinedSources.flatMap(({ name, left, right }) =>
      ofPairs('joined source', name, [left, right]),
    ),
    ...project.sequenceSources.flatMap(({ name, source }) => ofPairs('sequence source', name, [source])),
  ];
  const services = project.featureServices.flatMap((service) =>
    onViews({ kind: 'feature service', name: definitionName(service) }, featuresOfService(service), project),
  );
  const enrichments = project.eventSources.flatMap(({ name, enrichments = [] }) =>
    onViews(
      { kind: 'event source', name },
      enrichments.map(({ feature }) => feature),
      project,
    ),
  );
  return [...enrichments, ...pairs, ...views, ...services];
}

/** Sources of all kinds that aggregation views read share their names. */
function sourceKindOf(project: Project, name: string): DefinitionKind {
  const isNamed = (source: { readonly name: string }) => source.name === name;
  if (project.joinedSources.some(isNamed)) return 'joined source';
  return project.sequenceSources.some(isNamed) ? 'sequence source' : 'event source';
}

function onViews(
  from: DefinitionReference,
  references: readonly FeatureReference[],
  project: Project,
): Dependency[] {
  const byView = new Map<string, { readonly on: DefinitionReference; readonly features: string[] }>();
  for (const { view, version, feature } of references) {
    const name = `${view}@${version}`;
    const found = findView(project, view, version);
    if (found === undefined) continue;
    const known = byView.get(name) ?? { on: { kind: found.kind, name }, features: [] };
    known.features.push(feature);
    byView.set(name, known);
  }
  return [...byView.values()].map(({ on, features }) => ({ from, on, features }));
}
