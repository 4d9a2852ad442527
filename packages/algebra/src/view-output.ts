/** What a fold leaves of a view. */
import type { FeatureValues } from './emission';
import type { DegradedReason } from './exactness';
import type { ViewLayout } from './layout';

/** The wire's numbers of the statuses. */
export const STATUS = { PRESENT: 1, NULL_VALUE: 2, NOT_FOUND: 3, OUTSIDE_MAX_AGE: 4, DEGRADED: 5 } as const;

/** Values and statuses of a view's features, by feature index; reused between folds by its owner. */
export interface ViewOutput extends FeatureValues {
  readonly statuses: Uint8Array;
  /** Why values are DEGRADED: the first reason met; null: none is. */
  reason: DegradedReason | null;
  /** Every status is PRESENT; false: look at them. */
  allPresent: boolean;
  /**
   * Of a table view the event time of the row that answers, also if it is outside max_age; of others the end of the newest
   * segment with events, no later than t. NaN, or −∞, without one.
   */
  newestEventMs: number;
}

export function newViewOutput(layout: ViewLayout): ViewOutput {
  const features = layout.features.length;
  return {
    numbers: new Float64Array(features).fill(Number.NaN),
    others: new Array(features).fill(null),
    statuses: new Uint8Array(features),
    reason: null,
    allPresent: false,
    newestEventMs: Number.NaN,
  };
}
