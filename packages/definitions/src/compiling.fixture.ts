/** Helpers of the unit tests of compiling. */
import { ForebayError } from '@forebay/contract';
import type { AggregationViewOptions } from './aggregation-view-declaration';
import { compileProject } from './compile-project';
import type { EventSourceOptions } from './declarations';
import type { FeatureDeclaration } from './feature-declaration';
import { declareFlights, flightsProject } from './flights.fixture';
import type { AggregationFeature, AggregationView, EventSource } from './model';
import type { ProjectDeclaration } from './project-declaration';
import { project } from './project-declaration';

/** The problems that compiling gives, without their bullets; none if it compiles. */
export function problemsOf(declaration: ProjectDeclaration): string[] {
  try {
    compileProject(declaration);
    return [];
  } catch (error) {
    if (!(error instanceof ForebayError) || error.reason !== 'invalid_definition') throw error;
    return error.message.split('\n  - ').slice(1);
  }
}

/** Options as a JavaScript file could give them, whatever their types. */
export const viewProblems = (view: object) =>
  problemsOf(flightsProject({ view: view as Partial<AggregationViewOptions> }));
export const sourceProblems = (source: object) =>
  problemsOf(flightsProject({ source: source as Partial<EventSourceOptions> }));

/** Only these features, in a view without a feature service. */
export function withFeatures(
  features: Record<string, FeatureDeclaration>,
  view: Partial<AggregationViewOptions> = {},
): ProjectDeclaration {
  const { airport, flights, delays } = declareFlights({ view: { ...view, features } });
  return project({
    name: 'flights',
    entities: [airport],
    eventSources: [flights],
    aggregationViews: [delays],
  });
}

export const compiledView = (declaration: ProjectDeclaration) =>
  compileProject(declaration).aggregationViews[0] as AggregationView;
export const compiledSource = (source: object) =>
  compileProject(flightsProject({ source: source as Partial<EventSourceOptions> }))
    .eventSources[0] as EventSource;
export const compiledFeature = (feature: FeatureDeclaration, view: Partial<AggregationViewOptions> = {}) =>
  compiledView(withFeatures({ x: feature }, view)).features[0] as AggregationFeature;
