import type { AggregationViewDeclaration } from './aggregation-view-declaration';
import type { OnDemandViewDeclaration } from './on-demand-view-declaration';
import type { TableViewDeclaration } from './table-view-declaration';

/** A view of any kind. */
export type ViewDeclaration = AggregationViewDeclaration | TableViewDeclaration | OnDemandViewDeclaration;

/** What a view's `pick` gives. */
export interface FeatureSelection {
  readonly kind: 'feature selection';
  readonly view: ViewDeclaration;
  readonly features: readonly string[];
}
