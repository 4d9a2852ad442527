import type { AggregationViewDeclaration } from './aggregation-view-declaration';
import type { EntityDeclaration, EventSourceDeclaration, MetadataOptions } from './declarations';
import type { FunctionDeclaration } from './function-declaration';
import type { OnDemandViewDeclaration } from './on-demand-view-declaration';
import type { TableSourceDeclaration, TableViewDeclaration } from './table-view-declaration';
import type { FeatureSelection, ViewDeclaration } from './view-declaration';

/** One of the lists of features of an experiment. */
export interface VariantOptions {
  /** Kept for as long as the list is: responses, logs and metrics name it. */
  name: string;
  /** Percent of the entities, with at most four decimals; the shares of all variants sum to 100. */
  share: number;
  /** Columns of the same names and types, in the same order, as those of the other variants. */
  features: readonly (ViewDeclaration | FeatureSelection)[];
}

interface NamedServiceOptions extends MetadataOptions {
  name: string;
  /** 1 if left out. A changed list needs a new version. */
  version?: number;
}

/** `features`: whole views of any kind, or what `pick` gives; `variants`: an experiment, the first takes what the others leave. */
export type FeatureServiceOptions = NamedServiceOptions &
  (
    | { features: readonly (ViewDeclaration | FeatureSelection)[]; variants?: never }
    | { variants: readonly VariantOptions[]; features?: never }
  );

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
