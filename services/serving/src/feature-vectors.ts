import {
  DEGRADED_REASONS,
  type DegradedReason,
  type OtherValue,
  type ReadContext,
  STATUS,
} from '@forebay/algebra';
import type { PlannedView, ServicePlan } from './plan';
import { RowParts, type RowsRead } from './stored-rows';

/** A response names at most so many reasons for DEGRADED values. */
export const MAX_REASONS = 64;

/** Why values of one (row, view) are DEGRADED. */
export interface RowDegradation {
  readonly row: number;
  readonly view: PlannedView;
  readonly reason: DegradedReason;
}

export interface ViewTimes {
  readonly view: PlannedView;
  /** null: not known. */
  readonly freshnessMs: number | null;
  /** null: no batch run has finished. */
  readonly cutMs: number | null;
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
  countStatuses(view: PlannedView, counts: Uint32Array): void;
  countDegraded(view: PlannedView, reason: DegradedReason, values: number): void;
}

const STATUS_NUMBERS = 1 + Math.max(...Object.values(STATUS));

/** A context is filled in for each fold instead of being made. */
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The instant that all values of a request speak of: the server's clock when they have arrived, or the newest clock
 * written in any of them or in their markers if that is later.
 */
export function asOf(plan: ServicePlan, reads: readonly RowsRead[], serverClockMs: number): number {
  const parts = new RowParts();
  let newest = serverClockMs;
  for (const read of reads) {
    for (let row = read.fromRow; row < read.toRow; row++) {
      let position = read.positionOf(row);
      for (const view of plan.views) {
        position = read.take(position, view, parts);
        const clock = view.readable.fold.newestClock(parts, read.clocks[view.index]?.batchMarker ?? null);
        if (clock > newest) newest = clock;
      }
    }
  }
  return newest;
}

/** Folds the values of every (row, view) at one instant. */
export function foldVectors(
  plan: ServicePlan,
  rows: number,
  reads: readonly RowsRead[],
  serverClockMs: number,
  includeLayout: boolean,
  served: ServedValues,
): FeatureVectors {
  const tMs = asOf(plan, reads, serverClockMs);
  const vectors = new VectorsBuilder(plan, rows, tMs, serverClockMs, served);
  for (const read of reads) vectors.add(read);
  return vectors.finish(reads, includeLayout);
}

class VectorsBuilder {
  readonly #block: Uint8Array;
  readonly #numbers: DataView;
  readonly #statuses: Uint8Array;
  readonly #typed: (OtherValue | null)[][];
  readonly #degraded: RowDegradation[] = [];
  readonly #counts: Uint32Array[];
  readonly #context: Mutable<ReadContext>;
  readonly #parts = new RowParts();

  constructor(
    private readonly plan: ServicePlan,
    private readonly rows: number,
    tMs: number,
    serverClockMs: number,
    private readonly served: ServedValues,
  ) {
    this.#block = new Uint8Array(rows * plan.blockWidth * 8);
    this.#numbers = new DataView(this.#block.buffer);
    this.#statuses = new Uint8Array(rows * plan.columnCount);
    this.#typed = plan.typed.map(() => new Array<OtherValue | null>(rows));
    this.#counts = plan.views.map(() => new Uint32Array(STATUS_NUMBERS));
    this.#context = { tMs, serverClockMs, completeSinceMs: null, batchMarker: null, progressMs: null };
  }

  add(read: RowsRead): void {
    const { views } = this.plan;
    const context = this.#context;
    for (let row = read.fromRow; row < read.toRow; row++) {
      let position = read.positionOf(row);
      for (const view of views) {
        position = read.take(position, view, this.#parts);
        const clocks = read.clocks[view.index] as (typeof read.clocks)[number];
        context.completeSinceMs = clocks.completeSinceMs;
        context.batchMarker = clocks.batchMarker;
        context.progressMs = clocks.progressMs;
        view.readable.fold.fold(this.#parts, context, view.readable.output);
        this.#place(row, view);
      }
    }
  }

  /** Copies what the fold left into the row. */
  #place(row: number, view: PlannedView): void {
    const { plan } = this;
    const { numbers, others, statuses, reason } = view.readable.output;
    const counts = this.#counts[view.index] as Uint32Array;
    const firstStatus = row * plan.columnCount;
    const firstNumber = row * plan.blockWidth;
    let degraded = 0;
    for (const { feature, column, block, typed } of view.columns) {
      const status = statuses[feature] as number;
      this.#statuses[firstStatus + column] = status;
      counts[status] = (counts[status] as number) + 1;
      if (status === STATUS.DEGRADED) degraded++;
      if (block >= 0) this.#numbers.setFloat64((firstNumber + block) * 8, numbers[feature] as number, true);
      else (this.#typed[typed] as (OtherValue | null)[])[row] = others[feature] as OtherValue | null;
    }
    if (degraded === 0 || reason === null) return;
    if (this.#degraded.length < MAX_REASONS) this.#degraded.push({ row, view, reason });
    this.served.countDegraded(view, reason, degraded);
  }

  finish(reads: readonly RowsRead[], includeLayout: boolean): FeatureVectors {
    const { plan, rows } = this;
    let present = 0;
    for (const view of plan.views) {
      const counts = this.#counts[view.index] as Uint32Array;
      present += counts[STATUS.PRESENT] as number;
      this.served.countStatuses(view, counts);
    }
    const { tMs } = this.#context;
    const clocks = reads[0]?.clocks ?? [];
    return {
      plan,
      asOfMs: tMs,
      rows,
      block: this.#block,
      statuses: this.#statuses,
      allPresent: present === rows * plan.columnCount,
      typed: this.#typed,
      views: plan.views.map((view) => {
        const { progressMs = null, batchMarker = null } = clocks[view.index] ?? {};
        const freshnessMs = progressMs === null ? null : Math.max(0, Math.trunc(tMs - progressMs));
        return { view, freshnessMs, cutMs: batchMarker?.cutMs ?? null };
      }),
      degraded: this.#degraded,
      includeLayout,
    };
  }
}

/** `stale: the stream is further behind …`: a word for programs, and a sentence for people. */
export function describeReason(reason: DegradedReason): string {
  return `${reason}: ${DEGRADED_REASONS[reason]}`;
}
