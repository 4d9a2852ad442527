import type { AggregationViewDeclaration } from './aggregation-view-declaration';
import type { EntityDeclaration, EventSourceDeclaration, MetadataOptions } from './declarations';
import type { FunctionDeclaration } from './function-declaration';
import type { OnDemandViewDeclaration } from './on-demand-view-declaration';
import type { TableSourceDeclaration, TableViewDeclaration } from './table-view-declaration';
import type { FeatureSelection, ViewDeclaration } from './view-declaration';

export interface FeatureServiceOptions extends MetadataOptions {
  name: string;
  /** 1 if left out. A changed list needs a new version. */
  version?: number;
  /** Whole views of any kind, or what `pick` gives. */
  features: readonly (ViewDeclaration | FeatureSelection)[];
}

export interface FeatureServiceDeclaration {
  readonly kind: 'feature service';
  readonly options: FeatureServiceOptions;
}

/** The named, versioned list of features that one model asks for. */
export function featureService(options: FeatureServiceOptions): FeatureServiceDeclaration {
  return { kind: 'feature service', options };
}

export interface ProjectOptions {
  name: string;
  entities?: readonly EntityDeclaration[];
  eventSources?: readonly EventSourceDeclaration[];
  tableSources?: readonly TableSourceDeclaration[];
  aggregationViews?: readonly AggregationViewDeclaration[];
  tableViews?: readonly TableViewDeclaration[];
  onDemandViews?: readonly OnDemandViewDeclaration[];
  functions?: readonly FunctionDeclaration[];
  featureServices?: readonly FeatureServiceDeclaration[];
}

export interface ProjectDeclaration {
  readonly kind: 'project';
  readonly options: ProjectOptions;
}

/** Everything that is declared together; the default export of a definitions file. */
export function project(options: ProjectOptions): ProjectDeclaration {
  return { kind: 'project', options };
}
