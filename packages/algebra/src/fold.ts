/**
 * The read path: folds the batch and stream segments of one entity once, newest to oldest, and emits each window as its
 * left edge is passed. Tumbling windows do not end at t, so each is a pass of its own over its segments. The stored bytes
 * are read in place and never written.
 */
import { ForebayError } from '@forebay/contract';
import type { SchedulePlan } from '@forebay/definitions';
import { emptyAccumulator, foldColumn } from './accumulator';
import { BatchList } from './batch-list';
import { parityOf, tickAt } from './boundaries';
import type { ColumnAccess } from './column-access';
import {
  type BatchMarker,
  chooseCut,
  coveredFrom,
  type DegradedReason,
  type ReadContext,
  type ScheduledContext,
  scheduledCoveredFrom,
  viewDegradation,
} from './exactness';
import { foldNumbers, type NumberLane, numberLanes } from './lane-fold';
import type { FixedComponent, ViewLayout } from './layout';
import { StreamRows } from './stream-rows';
import { VariableRows } from './variable-rows';
import { newVariableState, type VariableState } from './variable-state';
import { STATUS, type ViewOutput } from './view-output';
import { foldPasses, type WindowEdges } from './window-edges';
import { type WindowFeatures, windowFeatures } from './window-features';

/** The stored parts of one (entity, view); null where absent. */
export interface StoredParts {
  readonly stream: Uint8Array | null;
  readonly open: Uint8Array | null;
  readonly sealed: Uint8Array | null;
  readonly batch: Uint8Array | null;
}

/** The stored parts of one (entity, scheduled view), by parity of the tick; null where absent. */
export type ScheduledParts = readonly [Uint8Array | null, Uint8Array | null];

const NOTHING: StoredParts = { stream: null, open: null, sealed: null, batch: null };

/** What a fold is over: instant, cut, how many batch rows are read, and what is known of the windows. */
interface FoldFacts {
  readonly tMs: number;
  readonly cutMs: number;
  readonly batchRows: number;
  /** Windows that begin before it are not all known. */
  readonly coveredFrom: number;
  /** Why nothing of the view is exact; null: some of it may be. */
  readonly reason: DegradedReason | null;
}

interface SegmentRows {
  readonly columns: readonly ColumnAccess[];
  eventsOf(row: number): number;
}

/** Folds values of one view. Holds scratch memory: one fold at a time, not re-entrant. */
export class ViewFold {
  readonly layout: ViewLayout;
  readonly #acc: Float64Array;
  readonly #emptyAcc: Float64Array;
  readonly #states: VariableState[];
  readonly #stream: StreamRows;
  readonly #batch: BatchList;
  readonly #variable: VariableRows;
  readonly #features: readonly WindowFeatures[];
  readonly #numbers: ReturnType<typeof numberLanes>;
  readonly #passes: readonly WindowEdges[];
  #found = false;

  constructor(layout: ViewLayout) {
    this.layout = layout;
    this.#acc = new Float64Array(layout.slotCount);
    this.#emptyAcc = emptyAccumulator(layout);
    this.#states = layout.variable.map(newVariableState);
    this.#stream = new StreamRows(layout);
    this.#batch = new BatchList(layout);
    this.#variable = new VariableRows(layout);
    this.#features = windowFeatures(layout);
    this.#numbers = numberLanes(layout);
    this.#passes = foldPasses(layout);
  }

  /** The newest clock written in the values and the marker that came with them, −∞ without any: t may not lie before it. */
  newestClock(parts: StoredParts, marker: BatchMarker | null): number {
    let newest = marker === null ? Number.NEGATIVE_INFINITY : marker.qMs;
    if (parts.stream !== null && this.#stream.open(parts.stream)) newest = Math.max(newest, this.#stream.wMs);
    if (parts.batch !== null && this.#batch.open(parts.batch) && this.#batch.qMs > newest)
      newest = this.#batch.qMs;
    return newest;
  }

  /** Computes every feature of a view with a stream at `context.tMs` into `out`. */
  fold(parts: StoredParts, context: ReadContext, out: ViewOutput): void {
    try {
      this.#fold(parts, context, null, out);
    } catch (thrown) {
      if (!isUnreadable(thrown)) throw thrown;
      this.#fold(NOTHING, context, 'unreadable', out);
    }
  }

  /** Computes every feature of a view on a schedule, as of the tick of `context.tMs`, into `out`. Returns the tick. */
  foldScheduled(parts: ScheduledParts, context: ScheduledContext, out: ViewOutput): number {
    const schedule = this.layout.view.schedule as SchedulePlan;
    const tickMs = tickAt(schedule, context.tMs);
    const parity = parityOf(schedule, tickMs);
    const covered = scheduledCoveredFrom(context.markers[parity], tickMs);
    try {
      this.#foldTick(parts[parity], tickMs, covered, null, out);
    } catch (thrown) {
      if (!isUnreadable(thrown)) throw thrown;
      this.#foldTick(null, tickMs, covered, 'unreadable', out);
    }
    return tickMs;
  }

  #fold(parts: StoredParts, context: ReadContext, known: DegradedReason | null, out: ViewOutput): void {
    const { layout } = this;
    let reason = known ?? viewDegradation(layout, context);
    const batchReadable = parts.batch !== null && this.#batch.open(parts.batch);
    const streamReadable = parts.stream !== null && this.#stream.open(parts.stream);
    if ((parts.batch !== null && !batchReadable) || (parts.stream !== null && !streamReadable))
      reason ??= 'unreadable';
    const { cutMs, readBatch } = chooseCut(layout, context, batchReadable ? this.#batch : null);
    if (!streamReadable) this.#stream.close();
    const variableReason = this.#variable.open(
      parts,
      streamReadable ? this.#stream : null,
      readBatch ? this.#batch : null,
    );
    reason ??= variableReason;
    if (this.#stream.limit(cutMs, context.tMs)) reason ??= 'straddling';
    const facts = {
      tMs: context.tMs,
      cutMs,
      batchRows: readBatch ? this.#batch.rows : 0,
      coveredFrom: coveredFrom(layout, context, cutMs),
      reason,
    };
    this.#run(facts, out);
  }

  /** A value of another tick is not there. */
  #foldTick(
    value: Uint8Array | null,
    tickMs: number,
    covered: number,
    known: DegradedReason | null,
    out: ViewOutput,
  ): void {
    const readable = value !== null && this.#batch.open(value);
    const speaks = readable && this.#batch.cutMs === tickMs;
    this.#stream.close();
    this.#variable.open(NOTHING, null, speaks ? this.#batch : null);
    const facts = {
      tMs: tickMs,
      cutMs: tickMs,
      batchRows: speaks ? this.#batch.rows : 0,
      coveredFrom: covered,
      reason: known ?? (value !== null && !readable ? 'unreadable' : null),
    } as const;
    this.#run(facts, out);
  }

  #run(facts: FoldFacts, out: ViewOutput): void {
    out.reason = null;
    let found = false;
    let known = true;
    for (const pass of this.#passes) {
      known = this.#runPass(pass, facts, out) && known;
      found ||= this.#found;
    }
    // only where all of every window is known: else an event may lie in what is missing
    if (!found && known) this.#markNotFound(out);
  }

  /** Leaves in `#found` whether an event lies in the pass's windows. Returns whether all of the longest one is known. */
  #runPass(pass: WindowEdges, facts: FoldFacts, out: ViewOutput): boolean {
    this.#found = false;
    this.#acc.set(this.#emptyAcc);
    for (const state of this.#states) state.reset();
    pass.moveTo(facts.tMs);
    const { endMs } = pass;
    this.#stream.limit(facts.cutMs, endMs);
    this.#variable.limit(facts.cutMs, endMs);
    let batchTo = facts.batchRows;
    while (batchTo > 0 && this.#batch.startOf(batchTo - 1) >= endMs) batchTo--;
    // where the windows end at t, nothing in a row lies at or after it
    const endStraddles =
      endMs < facts.tMs &&
      (this.#stream.straddles(endMs) || (batchTo > 0 && this.#batch.endOf(batchTo - 1) > endMs));
    let complete = true;
    for (let place = 0; place < pass.order.length; place++) {
      const window = pass.order[place] as number;
      const edge = pass.of[window] as number;
      const streamTo = this.#stream.next;
      const streamFrom = this.#stream.descendTo(edge);
      this.#foldRows(this.#stream, streamFrom, streamTo, pass, place);
      let batchFrom = batchTo;
      while (batchFrom > 0 && this.#batch.startOf(batchFrom - 1) >= edge) batchFrom--;
      this.#foldRows(this.#batch, batchFrom, batchTo, pass, place);
      batchTo = batchFrom;
      this.#variable.take(edge, this.#states, pass.variableUntil, place);
      const straddles =
        endStraddles ||
        this.#stream.straddles(edge) ||
        (batchFrom > 0 && this.#batch.endOf(batchFrom - 1) > edge);
      const reason =
        facts.reason ?? (straddles ? 'straddling' : edge >= facts.coveredFrom ? null : 'incomplete');
      (this.#features[window] as WindowFeatures).emit(this.#acc, this.#states, facts.tMs, reason, out);
      complete = reason === null;
    }
    return complete;
  }

  /** Folds rows that no window of the pass before took, of components that this window, at `place`, or a later one needs. */
  #foldRows(rows: SegmentRows, from: number, to: number, pass: WindowEdges, place: number): void {
    if (from === to) return;
    const { columns } = rows;
    const { lanes, others } = this.#numbers;
    for (let i = 0; i < lanes.length; i++)
      foldNumbers(this.#acc, lanes[i] as NumberLane, columns, pass.fixedUntil, place, from, to);
    for (let i = 0; i < others.length; i++) {
      const index = others[i] as number;
      if ((pass.fixedUntil[index] as number) < place) continue;
      const component = this.layout.fixed[index] as FixedComponent;
      const counts = columns[component.countIndex] as ColumnAccess;
      foldColumn(this.#acc, component, columns[index] as ColumnAccess, counts, from, to);
    }
    for (let row = from; row < to && !this.#found; row++) this.#found = rows.eventsOf(row) > 0;
  }

  #markNotFound(out: ViewOutput): void {
    const { statuses } = out;
    for (let i = 0; i < statuses.length; i++)
      if (statuses[i] !== STATUS.DEGRADED) statuses[i] = STATUS.NOT_FOUND;
  }
}

/** A state that ends inside a number: what was read before it is not known to be right either. */
function isUnreadable(thrown: unknown): boolean {
  return thrown instanceof RangeError || thrown instanceof ForebayError;
}
