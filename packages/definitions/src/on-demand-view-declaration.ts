import type { FieldTypes, MetadataOptions, Names } from './declarations';
import type { FeatureSelection, ViewDeclaration } from './view-declaration';

/** An expression, alone or with a description. */
export type OnDemandFeatureOptions = string | { expression: string; description?: string };
type OnDemandFeatures = Readonly<Record<string, OnDemandFeatureOptions>>;

export interface OnDemandViewOptions<A extends OnDemandFeatures = OnDemandFeatures> extends MetadataOptions {
  name: string;
  /** 1 if left out. A changed meaning needs a new version. */
  version?: number;
  /**
   * The features that expressions may read, of views of any kind: whole views, or what `pick` gives. A feature is a
   * column of its name, or `view__feature` where several inputs have features of one name.
   */
  inputs?: readonly (ViewDeclaration | FeatureSelection)[];
  /** Name and type of what each request (or row of a training set) brings. */
  request?: FieldTypes;
  /** By name of the feature: CEL over the inputs, the request's fields, and the features before it. */
  features: A;
}

export interface OnDemandViewDeclaration<N extends string = string> {
  readonly kind: 'on-demand view';
  readonly options: OnDemandViewOptions;
  /** Some of the view's features, for a feature service or another on-demand view. */
  pick(...features: readonly N[]): FeatureSelection;
}

/** Features that are computed from other features and from data of the request, when they are asked for. */
export function onDemandView<const A extends OnDemandFeatures>(
  options: OnDemandViewOptions<A>,
): OnDemandViewDeclaration<Names<A>> {
  const view: OnDemandViewDeclaration<Names<A>> = {
    kind: 'on-demand view',
    options: options as unknown as OnDemandViewOptions,
    pick: (...features) => ({ kind: 'feature selection', view, features }),
  };
  return view;
}
