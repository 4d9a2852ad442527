/**
 * The read path: folds the batch and stream segments of one entity once, newest to oldest, and emits each window as its
 * left edge is passed. The stored bytes are read in place and never written.
 */
import { ForebayError } from '@forebay/contract';
import { type ColumnAccess, foldColumn, resetAccumulator } from './accumulator';
import { BatchList } from './batch-list';
import {
  type BatchMarker,
  chooseCut,
  type DegradedReason,
  type ReadContext,
  viewDegradation,
  windowCovered,
} from './exactness';
import { emitFeature, type FeatureValues } from './feature-result';
import type { FeaturePlan, ViewLayout } from './layout';
import { StreamRows } from './stream-rows';
import { VariableRows } from './variable-rows';
import { newVariableState, type VariableState } from './variable-state';
import { WindowEdges } from './window-edges';

/** The stored parts of one (entity, view); null where absent. */
export interface StoredParts {
  readonly stream: Uint8Array | null;
  readonly open: Uint8Array | null;
  readonly sealed: Uint8Array | null;
  readonly batch: Uint8Array | null;
}

const NOTHING: StoredParts = { stream: null, open: null, sealed: null, batch: null };

/** The wire's numbers of the statuses. */
export const STATUS = { PRESENT: 1, NULL_VALUE: 2, NOT_FOUND: 3, OUTSIDE_MAX_AGE: 4, DEGRADED: 5 } as const;

/** Values and statuses of a view's features, by feature index; reused between folds by its owner. */
export interface ViewOutput extends FeatureValues {
  readonly statuses: Uint8Array;
  /** Why values are DEGRADED: the first reason met; null: none is. */
  reason: DegradedReason | null;
}

export function newViewOutput(layout: ViewLayout): ViewOutput {
  const features = layout.features.length;
  return {
    numbers: new Float64Array(features),
    others: new Array(features).fill(null),
    statuses: new Uint8Array(features),
    reason: null,
  };
}

/** Folds values of one view. Holds scratch memory: one fold at a time, not re-entrant. */
export class ViewFold {
  readonly layout: ViewLayout;
  readonly #acc: Float64Array;
  readonly #states: VariableState[];
  readonly #stream: StreamRows;
  readonly #batch: BatchList;
  readonly #variable: VariableRows;
  readonly #featuresByWindow: FeaturePlan[][];
  readonly #edges: WindowEdges;
  #events = 0;

  constructor(layout: ViewLayout) {
    this.layout = layout;
    this.#acc = new Float64Array(layout.slotCount);
    this.#states = layout.variable.map(newVariableState);
    this.#stream = new StreamRows(layout);
    this.#batch = new BatchList(layout);
    this.#variable = new VariableRows(layout);
    this.#featuresByWindow = layout.windows.map((_, window) =>
      layout.features.filter((plan) => plan.window === window),
    );
    this.#edges = new WindowEdges(layout);
  }

  /** The newest clock written in the values and the marker that came with them, −∞ without any: t may not lie before it. */
  newestClock(parts: StoredParts, marker: BatchMarker | null): number {
    let newest = marker === null ? Number.NEGATIVE_INFINITY : marker.qMs;
    if (parts.stream !== null && this.#stream.open(parts.stream)) newest = Math.max(newest, this.#stream.wMs);
    if (parts.batch !== null && this.#batch.open(parts.batch) && this.#batch.qMs > newest)
      newest = this.#batch.qMs;
    return newest;
  }

  /** Computes every feature of the view at `context.tMs` into `out`. */
  fold(parts: StoredParts, context: ReadContext, out: ViewOutput): void {
    try {
      this.#fold(parts, context, null, out);
    } catch (thrown) {
      // a state that ends inside a number: what was read before it is not known to be right either
      if (!(thrown instanceof RangeError || thrown instanceof ForebayError)) throw thrown;
      this.#fold(NOTHING, context, 'unreadable', out);
    }
  }

  #fold(parts: StoredParts, context: ReadContext, known: DegradedReason | null, out: ViewOutput): void {
    const { layout } = this;
    let reason = known ?? viewDegradation(layout, context);
    const batchReadable = parts.batch !== null && this.#batch.open(parts.batch);
    const streamReadable = parts.stream !== null && this.#stream.open(parts.stream);
    if ((parts.batch !== null && !batchReadable) || (parts.stream !== null && !streamReadable))
      reason ??= 'unreadable';
    const choice = chooseCut(layout, context, batchReadable ? this.#batch : null);
    if (!streamReadable) this.#stream.close();
    const variableReason = this.#variable.open(
      parts,
      streamReadable ? this.#stream : null,
      choice.readBatch ? this.#batch : null,
    );
    reason ??= variableReason;
    if (this.#stream.limit(choice.cutMs, context.tMs)) reason ??= 'straddling';
    this.#variable.limit(choice.cutMs, context.tMs);
    this.#run(context, choice.cutMs, choice.readBatch ? this.#batch.rows : 0, reason, out);
  }

  #run(
    context: ReadContext,
    cutMs: number,
    batchRows: number,
    reason: DegradedReason | null,
    out: ViewOutput,
  ): void {
    const { layout } = this;
    resetAccumulator(this.#acc, layout);
    for (const state of this.#states) state.reset();
    this.#events = 0;
    out.reason = null;
    let batchTo = batchRows;
    let known = true;
    this.#edges.moveTo(context.tMs);
    for (let place = 0; place < layout.windows.length; place++) {
      const window = this.#edges.order[place] as number;
      const edge = this.#edges.of[window] as number;
      const straddles = this.#takeStream(edge, place);
      let batchFrom = batchTo;
      while (batchFrom > 0 && this.#batch.startOf(batchFrom - 1) >= edge) batchFrom--;
      const batchStraddles = batchFrom > 0 && this.#batch.endOf(batchFrom - 1) > edge;
      this.#takeBatch(batchFrom, batchTo, place);
      batchTo = batchFrom;
      this.#variable.take(edge, this.#states, this.#edges.variableUntil, place);
      const windowReason =
        reason ??
        (straddles || batchStraddles
          ? 'straddling'
          : windowCovered(layout, context, edge, cutMs)
            ? null
            : 'incomplete');
      this.#emit(window, context.tMs, windowReason, out);
      known = windowReason === null;
    }
    // only where all of the longest window is known: else an event may lie in what is missing
    if (this.#events === 0 && known) this.#markNotFound(out);
  }

  /** Folds the stream rows from `edge` on that no window before took; returns whether a row straddles the edge. */
  #takeStream(edge: number, place: number): boolean {
    const stream = this.#stream;
    const to = stream.next;
    const from = stream.descendTo(edge);
    if (from < to) {
      this.#foldRows(stream.columns, from, to, place);
      for (let row = from; row < to; row++) this.#events += stream.eventsOf(row);
    }
    return stream.straddles(edge);
  }

  #takeBatch(from: number, to: number, place: number): void {
    if (from === to) return;
    this.#foldRows(this.#batch.columns, from, to, place);
    for (let row = from; row < to; row++) this.#events += this.#batch.eventsOf(row);
  }

  #foldRows(columns: readonly ColumnAccess[], from: number, to: number, place: number): void {
    const { fixed } = this.layout;
    const until = this.#edges.fixedUntil;
    for (let i = 0; i < fixed.length; i++) {
      const component = fixed[i] as (typeof fixed)[number];
      if ((until[i] as number) < place) continue;
      foldColumn(
        this.#acc,
        component,
        columns[i] as ColumnAccess,
        columns[component.countIndex] as ColumnAccess,
        from,
        to,
      );
    }
  }

  #emit(window: number, tMs: number, reason: DegradedReason | null, out: ViewOutput): void {
    if (reason !== null) out.reason ??= reason;
    for (const plan of this.#featuresByWindow[window] as FeaturePlan[]) {
      const exact = emitFeature(plan, this.#acc, this.#states, tMs, out);
      if (!exact) out.reason ??= 'inexact';
      const isNull = Number.isNaN(out.numbers[plan.index]) && out.others[plan.index] === null;
      out.statuses[plan.index] =
        reason !== null || !exact ? STATUS.DEGRADED : isNull ? STATUS.NULL_VALUE : STATUS.PRESENT;
    }
  }

  #markNotFound(out: ViewOutput): void {
    const { statuses } = out;
    for (let i = 0; i < statuses.length; i++)
      if (statuses[i] !== STATUS.DEGRADED) statuses[i] = STATUS.NOT_FOUND;
  }
}
