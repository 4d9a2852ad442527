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
    const source = kind === 'table view' ? 'table source' : 'event source';
    return [
      { from, on: { kind: 'entity', name: view.entity }, features: [] },
      { from, on: { kind: source, name: view.source }, features: [] },
    ];
  });
  const services = project.featureServices.flatMap((service) =>
    onViews({ kind: 'feature service', name: definitionName(service) }, featuresOfService(service), project),
  );
  return [...views, ...services];
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
