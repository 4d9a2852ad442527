import type { SEVERITIES } from './quality-declaration';

export type Severity = (typeof SEVERITIES)[number];

/**
 * - `rows`: CEL, true of a good row; null passes.
 * - `unique`: no two rows have equal values of the fields; rows with a null among them are not looked at.
 * - `freshness`: the newest row is at most so old.
 * - `row_count`: there are so many rows; null: no bound.
 */
export type QualityCheck =
  | { readonly kind: 'rows'; readonly expression: string }
  | { readonly kind: 'unique'; readonly fields: readonly string[] }
  | { readonly kind: 'freshness'; readonly maxAgeMs: number }
  | { readonly kind: 'row_count'; readonly min: number | null; readonly max: number | null };

/** Rows of a source with event times of the last `overMs` before the instant of the check; of a view the values of all entities at it. */
export interface QualityRule {
  readonly name: string;
  readonly severity: Severity;
  readonly check: QualityCheck;
  /** The share of rows that may break it. */
  readonly tolerance: number;
  readonly overMs: number;
}
