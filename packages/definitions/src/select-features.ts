import { shownName } from './check-shape';
import { listNames, versioned } from './names';
import type { Problems } from './problems';
import type { View } from './view';
import type { FeatureSelection, ViewDeclaration } from './view-declaration';

/** The compiled view of a declaration: null if it is broken, which has been said already; undefined if it is not in the project. */
export type ViewOf = (declaration: ViewDeclaration) => View | null | undefined;

/** Features of one view that a feature service or an on-demand view lists. */
export interface SelectedFeatures {
  readonly found: View;
  readonly features: readonly string[];
  /** Whether the view was listed as a whole. */
  readonly whole: boolean;
}

const LISTS = {
  'aggregation view': 'aggregationViews',
  'table view': 'tableViews',
  'on-demand view': 'onDemandViews',
} as const satisfies Record<ViewDeclaration['kind'], string>;

/** Null after a problem. */
export function selectFeatures(
  selection: ViewDeclaration | FeatureSelection,
  viewOf: ViewOf,
  place: string,
  problems: Problems,
): SelectedFeatures | null {
  const whole = selection.kind !== 'feature selection';
  const declared = whole ? selection : selection.view;
  const found = viewOf(declared);
  if (found === undefined) {
    problems.add(
      place,
      `view ${shownName(declared.options)} is not in the project: add it to ${LISTS[declared.kind]}`,
    );
  }
  if (found === undefined || found === null) return null;
  const { view } = found;
  const known = Object.keys(declared.options.features);
  const names = whole ? known : selection.features;
  if (names.length === 0) problems.add(place, `pick() of view "${view.name}" names no features`);
  const features = names.filter((feature) => {
    if (known.includes(feature)) return true;
    problems.add(
      place,
      `view "${versioned(view.name, view.version)}" has no feature "${feature}": its features are ${listNames(known)}`,
    );
    return false;
  });
  return { found, features, whole };
}
