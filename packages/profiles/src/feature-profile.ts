/** What is known of a feature's values in a sample: statistics, and a distribution that another profile can be compared with. */

/** How a value becomes something that can be counted: itself, milliseconds since the epoch, how long a list or map is, how long a vector is. */
export const MEASURES = ['number', 'instant', 'length', 'norm', 'category'] as const;
export type Measure = (typeof MEASURES)[number];

/** The shares of values below which `quantiles` lie. */
export const QUANTILE_LEVELS = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;

/**
 * Numbers as a step function: `counts[i]` values lie in (uppers[i-1], uppers[i]], and at uppers[i] lies the greatest of them, so that
 * the share of values ≤ uppers[i] is exact. Between two uppers lies at most 1/1000 of all values.
 */
export interface NumericDistribution {
  readonly kind: 'numeric';
  /** Ascending. */
  readonly uppers: readonly number[];
  readonly counts: readonly number[];
}

/** The commonest categories, and how many values are of others. */
export interface CategoricalDistribution {
  readonly kind: 'categorical';
  readonly categories: readonly string[];
  readonly counts: readonly number[];
  readonly others: number;
}

export type Distribution = NumericDistribution | CategoricalDistribution;

/** Equal widths from the least value to the greatest. */
export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

export interface FeatureProfile {
  /** Its column in a training set. */
  readonly feature: string;
  /** `name@version`; empty: a column of a file whose view nobody knows. */
  readonly view: string;
  readonly measure: Measure;
  /** Rows that have the feature, null or not. */
  readonly rows: number;
  /** Rows whose entity had nothing in any window: they are in no other number. */
  readonly absent: number;
  /** Of `rows`; NaN and infinities are null. */
  readonly nulls: number;
  readonly distinct: number;
  /** Null of categories, and where there is no value. */
  readonly moments: {
    readonly min: number;
    readonly max: number;
    readonly mean: number;
    /** Of the population. */
    readonly stddev: number;
  } | null;
  /** At QUANTILE_LEVELS; none where there are no moments. */
  readonly quantiles: readonly number[];
  readonly histogram: Histogram | null;
  readonly distribution: Distribution;
}

export function valuesOf({ rows, nulls }: Pick<FeatureProfile, 'rows' | 'nulls'>): number {
  return rows - nulls;
}
