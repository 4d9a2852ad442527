import { DEGRADED_REASONS, type DegradedReason, type OtherValue } from '@forebay/algebra';
import type { PlannedView, ServicePlan } from './plan';
import type { AnsweringView } from './readable-view';

/** A response names at most so many reasons for DEGRADED values. */
export const MAX_REASONS = 64;

/** Why values of one (row, view) are DEGRADED. */
export interface RowDegradation {
  readonly row: number;
  readonly view: AnsweringView;
  readonly reason: DegradedReason;
  /** Whose values they are computed from; null: they are stored. */
  readonly of: AnsweringView | null;
}

export interface ViewTimes {
  readonly view: PlannedView;
  /** null: not known. */
  readonly freshnessMs: number | null;
  /** null: no batch run has finished. */
  readonly cutMs: number | null;
  /** What the values speak of; null: the view has no schedule, they speak of the instant of the answer. */
  readonly tickMs: number | null;
}

/** The answer to a request, before it is bytes. */
export interface FeatureVectors {
  readonly plan: ServicePlan;
  readonly asOfMs: number;
  readonly rows: number;
  /** Row-major, little-endian float64, NaN where null: rows × the plan's blockWidth. */
  readonly block: Uint8Array;
  /** Row-major, one status per value: rows × the plan's columnCount. */
  readonly statuses: Uint8Array;
  readonly allPresent: boolean;
  /** For each typed column of the plan, one value per row. */
  readonly typed: readonly (readonly (OtherValue | null)[])[];
  readonly views: readonly ViewTimes[];
  /** The first MAX_REASONS, by row. */
  readonly degraded: readonly RowDegradation[];
  readonly includeLayout: boolean;
}

/** Told what was served; counts it. */
export interface ServedValues {
  /** `counts[status]` values of the view; the array is the caller's, and used again. */
  countStatuses(view: AnsweringView, counts: Uint32Array): void;
  countDegraded(view: AnsweringView, reason: DegradedReason, values: number): void;
}

/** `stale: the stream is further behind …`: a word for programs, and a sentence for people. */
export function describeReason({ reason, of }: RowDegradation): string {
  const sentence = `${reason}: ${DEGRADED_REASONS[reason]}`;
  return of === null ? sentence : `${sentence} (view "${of.label}")`;
}
