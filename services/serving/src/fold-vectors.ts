import { type OtherValue, type ReadContext, type ScheduledContext, STATUS, tickAt } from '@forebay/algebra';
import { type FeatureVectors, MAX_REASONS, type RowDegradation, type ServedValues } from './feature-vectors';
import type { PlannedComputation, PlannedView, ServicePlan } from './plan';
import type { AnsweringView, ViewClocks } from './readable-view';
import type { RequestData } from './request-data';
import { RowParts, type RowsRead } from './stored-rows';

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
        const clock = view.readable.fold.newestClock(parts, read.clocks[view.index] as ViewClocks);
        if (clock > newest) newest = clock;
      }
    }
  }
  return newest;
}

/** A request as far as the answer depends on it. */
export interface AskedRows {
  readonly plan: ServicePlan;
  readonly rows: number;
  readonly data: RequestData;
  readonly includeLayout: boolean;
}

/** Folds the values of every (row, view), and computes what is on demand, at one instant. */
export function foldVectors(
  asked: AskedRows,
  reads: readonly RowsRead[],
  serverClockMs: number,
  served: ServedValues,
): FeatureVectors {
  const tMs = asOf(asked.plan, reads, serverClockMs);
  const vectors = new VectorsBuilder(asked, tMs, serverClockMs, served);
  for (const read of reads) vectors.add(read);
  return vectors.finish(reads);
}

class VectorsBuilder {
  readonly #block: Uint8Array;
  readonly #numbers: DataView;
  readonly #statuses: Uint8Array;
  readonly #typed: (OtherValue | null)[][];
  readonly #degraded: RowDegradation[] = [];
  readonly #counts: Uint32Array[];
  readonly #context: Mutable<ReadContext & ScheduledContext>;
  readonly #parts = new RowParts();

  constructor(
    private readonly asked: AskedRows,
    tMs: number,
    serverClockMs: number,
    private readonly served: ServedValues,
  ) {
    const { plan, rows } = asked;
    this.#block = new Uint8Array(rows * plan.blockWidth * 8);
    this.#numbers = new DataView(this.#block.buffer);
    this.#statuses = new Uint8Array(rows * plan.columnCount);
    this.#typed = plan.typed.map(() => new Array<OtherValue | null>(rows));
    this.#counts = [...plan.views, ...plan.computations].map(() => new Uint32Array(STATUS_NUMBERS));
    this.#context = {
      tMs,
      serverClockMs,
      completeSinceMs: null,
      batchMarker: null,
      markers: [null, null],
      progressMs: null,
    };
  }

  add(read: RowsRead): void {
    const { plan, data } = this.asked;
    const { views, computations } = plan;
    const context = this.#context;
    for (let row = read.fromRow; row < read.toRow; row++) {
      let position = read.positionOf(row);
      for (const view of views) {
        position = read.take(position, view, this.#parts);
        const clocks = read.clocks[view.index] as ViewClocks;
        context.completeSinceMs = clocks.completeSinceMs;
        context.batchMarker = clocks.batchMarker;
        context.markers = clocks.markers;
        context.progressMs = clocks.progressMs;
        view.readable.fold.fold(this.#parts, context, view.readable.output);
        this.#place(row, view, view.readable, null);
      }
      for (const computation of computations) {
        const { computed, fields } = computation;
        computed.compute(data, fields, row);
        this.#place(row, computation, computed, computed.degradedBy);
      }
    }
  }

  /** Copies what the view left into the row. */
  #place(
    row: number,
    { index, columns }: PlannedView | PlannedComputation,
    view: AnsweringView,
    of: AnsweringView | null,
  ): void {
    const { plan } = this.asked;
    const { numbers, others, statuses, reason } = view.output;
    const counts = this.#counts[index] as Uint32Array;
    const firstStatus = row * plan.columnCount;
    const firstNumber = row * plan.blockWidth;
    let degraded = 0;
    for (const { feature, column, block, typed } of columns) {
      const status = statuses[feature] as number;
      this.#statuses[firstStatus + column] = status;
      counts[status] = (counts[status] as number) + 1;
      if (status === STATUS.DEGRADED) degraded++;
      if (block >= 0) this.#numbers.setFloat64((firstNumber + block) * 8, numbers[feature] as number, true);
      else (this.#typed[typed] as (OtherValue | null)[])[row] = others[feature] as OtherValue | null;
    }
    if (degraded === 0 || reason === null) return;
    if (this.#degraded.length < MAX_REASONS) this.#degraded.push({ row, view, reason, of });
    this.served.countDegraded(view, reason, degraded);
  }

  finish(reads: readonly RowsRead[]): FeatureVectors {
    const { plan, rows, includeLayout } = this.asked;
    const present =
      plan.views.reduce((sum, { index, readable }) => sum + this.#count(index, readable), 0) +
      plan.computations.reduce((sum, { index, computed }) => sum + this.#count(index, computed), 0);
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
        const { progressMs = null } = clocks[view.index] ?? {};
        const { schedule } = view.readable;
        return {
          view,
          freshnessMs: progressMs === null ? null : Math.max(0, Math.trunc(tMs - progressMs)),
          cutMs: newestCut(clocks[view.index]),
          tickMs: schedule === null ? null : tickAt(schedule, tMs),
        };
      }),
      degraded: this.#degraded,
      includeLayout,
    };
  }

  /** Counts what was served of a view; returns how many values are PRESENT. */
  #count(index: number, view: AnsweringView): number {
    const counts = this.#counts[index] as Uint32Array;
    this.served.countStatuses(view, counts);
    return counts[STATUS.PRESENT] as number;
  }
}

function newestCut(clocks: ViewClocks | undefined): number | null {
  if (clocks === undefined) return null;
  const [even, odd] = clocks.markers;
  const cuts = [clocks.batchMarker, even, odd].flatMap((marker) => (marker === null ? [] : [marker.cutMs]));
  return cuts.length === 0 ? null : Math.max(...cuts);
}
