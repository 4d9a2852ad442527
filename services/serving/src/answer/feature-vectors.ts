import { DEGRADED_REASONS, type DegradedReason, type OtherValue } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import type { PlannedView, ServicePlan } from '../plan/plan';
import type { AnsweringView } from '../plan/readable-view';

/** A response names at most so many reasons for DEGRADED values. */
export const MAX_REASONS = 64;

/** Why values of one (row, view) are DEGRADED. */
export interface RowDegradation {
  readonly row: number;
  readonly view: AnsweringView;
  readonly reason: DegradedReason;
  /** Whose values they are computed from; null: they are stored. */
  readonly of: AnsweringView | null;
  /** Of values that cannot be read: where they are stored. */
  readonly keys: readonly string[];
}

export interface ViewTimes {
  readonly view: PlannedView;
  /** null: not known. */
  readonly freshnessMs: number | null;
  /** null: no batch run has finished. */
  readonly cutMs: number | null;
  /** What the values speak of; null: the view has no schedule, they speak of the instant of the answer. */
  readonly tickMs: number | null;
  /** Over the rows of the answer; null: none has an event. */
  readonly newestEventMs: number | null;
}

/**
 * The answer to a request, before it is bytes. It may lie in memory that the next answer of the plan overwrites: read it at
 * once, or take `keptVectors`.
 */
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
  /** None unless asked for. */
  readonly views: readonly ViewTimes[];
  /** The first MAX_REASONS, by row. */
  readonly degraded: readonly RowDegradation[];
  readonly includeLayout: boolean;
  /**
   * Row-major, rows × the plan's views: the event time of the table row that answered, or the end of the newest segment with
   * events; NaN or −∞ without one; null: not asked for.
   */
  readonly newestEventsMs: Float64Array | null;
  /** What the answer is named in the log of served vectors; empty: it is not named. */
  readonly requestId: string;
  /** null: the service has no variants. */
  readonly variants: ServedVariants | null;
  /** Whose memory it lies in; null: its own. */
  readonly builder: { readonly generation: number } | null;
  readonly generation: number;
}

/** Which variant of its service each row has. */
export interface ServedVariants {
  readonly names: readonly string[];
  /** Indices into `names`; null: all rows have the first. */
  readonly ofRows: Uint8Array | null;
}

/** A copy in memory of its own. */
export function keptVectors(vectors: FeatureVectors): FeatureVectors {
  return {
    ...vectors,
    block: vectors.block.slice(),
    statuses: vectors.statuses.slice(),
    typed: vectors.typed.map((column) => column.map(keptValue)),
    degraded: [...vectors.degraded],
    builder: null,
  };
}

/** A vector lies where it was read to. */
function keptValue(value: OtherValue | null): OtherValue | null {
  return value instanceof Uint8Array ? new Uint8Array(value) : value;
}

/** Throws `internal` if another answer has been written over it. */
export function checkStillThere({ builder, generation, plan }: FeatureVectors): void {
  if (builder !== null && builder.generation !== generation)
    throw new ForebayError('internal', `an answer of ${plan.label} was read after the next one was made`);
}

/** Told what was served; counts it. */
export interface ServedValues {
  /** `counts[status]` values of the view; the array is the caller's, and used again. */
  countStatuses(view: AnsweringView, counts: Uint32Array): void;
  countDegraded(view: AnsweringView, reason: DegradedReason, values: number): void;
  /** Now and then, of the views that are read. */
  noteTimes(views: readonly ViewTimes[]): void;
  countRows(plan: ServicePlan, rows: number): void;
  countVariantRows(plan: ServicePlan, variant: string, rows: number): void;
}

/** `stale: the stream is further behind …`: a word for programs, and a sentence for people. */
export function describeReason({ reason, of, keys }: RowDegradation): string {
  const where = keys.length === 0 ? '' : `; it is stored under ${keys.join(' or ')}`;
  const sentence = `${reason}: ${DEGRADED_REASONS[reason]}${where}`;
  return of === null ? sentence : `${sentence} (view "${of.label}")`;
}
