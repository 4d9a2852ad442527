import { type DegradedReason, STATUS } from '@forebay/algebra';
import type { PlannedComputation, PlannedView, ServicePlan } from '../plan/plan';
import type { ColumnRun } from '../plan/plan-columns';
import type { AnsweringView } from '../plan/readable-view';
import { MAX_REASONS, type RowDegradation, type ServedValues } from './feature-vectors';
import type { ReadRows } from './stored-rows';

const NOTHING = new Uint8Array(0);
const STATUS_NUMBERS = 1 + Math.max(...Object.values(STATUS));

/** The statuses of one answer after another of a plan, with their counts, and why values are DEGRADED. */
export class AnswerStatuses {
  /** Of the answer that was begun. */
  allPresent = true;
  /** The first MAX_REASONS, by row; a list of its own for each answer that has any. */
  degraded: RowDegradation[] = [];
  /** PRESENT everywhere, but for what the last answer left. */
  #statuses: Uint8Array = NOTHING;
  /** The beginning of them that the last answer took. */
  #taken: Uint8Array = NOTHING;
  readonly #degradedCounts = new Map<AnsweringView, Map<DegradedReason, number>>();
  readonly #counts: Uint32Array[];

  constructor(private readonly plan: ServicePlan) {
    this.#counts = [...plan.views, ...plan.computations].map(() => new Uint32Array(STATUS_NUMBERS));
  }

  begin(rows: number): void {
    const size = rows * this.plan.columnCount;
    if (this.#statuses.length < size) {
      this.#statuses = new Uint8Array(size).fill(STATUS.PRESENT);
      this.#taken = NOTHING;
    } else if (!this.allPresent) this.#statuses.fill(STATUS.PRESENT);
    this.allPresent = true;
    if (this.degraded.length > 0) this.degraded = [];
    if (this.#degradedCounts.size > 0) this.#degradedCounts.clear();
    for (let i = 0; i < this.#counts.length; i++) {
      const counts = this.#counts[i] as Uint32Array;
      // there are so few that a call of `fill` takes longer
      for (let status = 0; status < counts.length; status++) counts[status] = 0;
    }
  }

  /** Row-major, one for each column: memory that the next answer overwrites. */
  of(rows: number): Uint8Array {
    const size = rows * this.plan.columnCount;
    if (this.#taken.length !== size) this.#taken = this.#statuses.subarray(0, size);
    return this.#taken;
  }

  /** The last answer has the memory for itself. */
  letGo(): void {
    this.#statuses = NOTHING;
    this.#taken = NOTHING;
  }

  /** Takes what the view left for the row. @param of whose value makes it DEGRADED; null: its own */
  place(
    read: ReadRows,
    row: number,
    planned: PlannedView | PlannedComputation,
    view: AnsweringView,
    of: AnsweringView | null,
  ): void {
    const { statuses, allPresent } = view.output;
    const { columns, index } = planned;
    const counts = this.#counts[index] as Uint32Array;
    if (allPresent || onlyPresent(columns.statuses, statuses))
      counts[STATUS.PRESENT] = (counts[STATUS.PRESENT] as number) + columns.count;
    else this.#placeOthers(read, row, planned, view, of);
  }

  #placeOthers(
    read: ReadRows,
    row: number,
    planned: PlannedView | PlannedComputation,
    view: AnsweringView,
    of: AnsweringView | null,
  ): void {
    const { statuses, reason } = view.output;
    const counts = this.#counts[planned.index] as Uint32Array;
    const first = row * this.plan.columnCount;
    const degradedBefore = counts[STATUS.DEGRADED] as number;
    this.allPresent = false;
    for (const { feature, at, count } of planned.columns.statuses) {
      for (let j = 0; j < count; j++) {
        const status = statuses[feature + j] as number;
        this.#statuses[first + at + j] = status;
        counts[status] = (counts[status] as number) + 1;
      }
    }
    const degraded = (counts[STATUS.DEGRADED] as number) - degradedBefore;
    if (degraded === 0 || reason === null) return;
    if (this.degraded.length < MAX_REASONS) {
      const isDamaged = reason === 'unreadable' || reason === 'torn';
      const keys = isDamaged && 'readable' in planned ? read.keysOf(row, planned) : [];
      this.degraded.push({ row, view, reason, of, keys });
    }
    const ofView = this.#degradedCounts.get(view) ?? new Map<DegradedReason, number>();
    ofView.set(reason, (ofView.get(reason) ?? 0) + degraded);
    this.#degradedCounts.set(view, ofView);
  }

  /** Tells the metrics what the last answer holds. */
  count(served: ServedValues): void {
    const { views, computations } = this.plan;
    for (let i = 0; i < views.length; i++) {
      const { index, readable } = views[i] as PlannedView;
      served.countStatuses(readable, this.#counts[index] as Uint32Array);
    }
    for (let i = 0; i < computations.length; i++) {
      const { index, computed } = computations[i] as PlannedComputation;
      served.countStatuses(computed, this.#counts[index] as Uint32Array);
    }
    if (this.#degradedCounts.size === 0) return;
    for (const [view, byReason] of this.#degradedCounts)
      for (const [reason, values] of byReason) served.countDegraded(view, reason, values);
  }
}

function onlyPresent(runs: readonly ColumnRun[], statuses: Uint8Array): boolean {
  for (let i = 0; i < runs.length; i++) {
    const { feature, count } = runs[i] as ColumnRun;
    for (let j = feature; j < feature + count; j++) if (statuses[j] !== STATUS.PRESENT) return false;
  }
  return true;
}
