/**
 * The read path: folds the batch and stream segments of one entity once, newest to oldest, and emits each window as its
 * left edge is passed. Tumbling windows do not end at t, so each is a pass of its own over its segments. The stored bytes
 * are read in place and never written.
 */
import { ForebayError } from '@forebay/contract';
import type { SchedulePlan } from '@forebay/definitions';
import { emptyAccumulator, foldColumn } from './accumulator';
import { parityOf, tickAt } from './boundaries';
import type { ColumnAccess } from './column-access';
import { type ReadContext, type ScheduledContext, scheduledCoveredFrom } from './exactness';
import { FoldedLists, type FoldFacts, NO_PARTS, type StoredParts } from './fold-lists';
import { foldNumbers, type NumberLane, numberLanes } from './lane-fold';
import type { FixedComponent, ViewLayout } from './layout';
import type { StoredPlace } from './stored-place';
import { newVariableState, type VariableState } from './variable-state';
import { STATUS, type ViewOutput } from './view-output';
import { foldPasses, type WindowEdges } from './window-edges';
import { type WindowFeatures, windowFeatures } from './window-features';

/** The stored parts of one (entity, scheduled view), by parity of the tick; null where absent. */
export type ScheduledParts = readonly [Uint8Array | null, Uint8Array | null];

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
  readonly #lists: FoldedLists;
  readonly #features: readonly WindowFeatures[];
  readonly #numbers: ReturnType<typeof numberLanes>;
  readonly #passes: readonly WindowEdges[];
  #found = false;

  constructor(layout: ViewLayout) {
    this.layout = layout;
    this.#acc = new Float64Array(layout.slotCount);
    this.#emptyAcc = emptyAccumulator(layout);
    this.#states = layout.variable.map(newVariableState);
    this.#lists = new FoldedLists(layout);
    this.#features = windowFeatures(layout);
    this.#numbers = numberLanes(layout);
    this.#passes = foldPasses(layout);
  }

  /**
   * Computes every feature of a view with a stream at `context.tMs` into `out`. Returns the newest clock written in the values,
   * −∞ without any: if it lies after t, they are to be computed at that clock.
   */
  fold(parts: StoredParts, context: ReadContext, out: ViewOutput): number {
    try {
      this.#run(this.#lists.open(parts, context, null), out);
    } catch (thrown) {
      if (!isUnreadable(thrown)) throw thrown;
      this.#run(this.#lists.open(NO_PARTS, context, 'unreadable'), out);
    }
    return this.#lists.newestClockMs;
  }

  /** The same of a view without states of variable length, whose lists are read in place. */
  foldAt(stream: StoredPlace, batch: StoredPlace, context: ReadContext, out: ViewOutput): number {
    try {
      this.#run(this.#lists.openAt(stream, batch, NO_PARTS, context, null), out);
    } catch (thrown) {
      if (!isUnreadable(thrown)) throw thrown;
      this.#run(this.#lists.open(NO_PARTS, context, 'unreadable'), out);
    }
    return this.#lists.newestClockMs;
  }

  /** Computes every feature of a view on a schedule, as of the tick of `context.tMs`, into `out`. Returns the tick. */
  foldScheduled(parts: ScheduledParts, context: ScheduledContext, out: ViewOutput): number {
    const schedule = this.layout.view.schedule as SchedulePlan;
    const tickMs = tickAt(schedule, context.tMs);
    const parity = parityOf(schedule, tickMs);
    const covered = scheduledCoveredFrom(context.markers[parity], tickMs);
    try {
      this.#run(this.#lists.openTick(parts[parity], tickMs, covered, null), out);
    } catch (thrown) {
      if (!isUnreadable(thrown)) throw thrown;
      this.#run(this.#lists.openTick(null, tickMs, covered, 'unreadable'), out);
    }
    return tickMs;
  }

  #run(facts: FoldFacts, out: ViewOutput): void {
    out.newestEventMs = this.#lists.newestEventEnd(facts);
    out.reason = null;
    out.allPresent = true;
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
    const lists = this.#lists;
    lists.begin(pass, facts);
    let complete = true;
    for (let place = 0; place < pass.order.length; place++) {
      const window = pass.order[place] as number;
      const edge = pass.of[window] as number;
      const reason = lists.enter(edge, facts);
      this.#foldRows(lists.stream, lists.streamFrom, lists.streamTo, pass, place);
      this.#foldRows(lists.batch, lists.batchFrom, lists.batchTo, pass, place);
      lists.variable.take(edge, this.#states, pass.variableUntil, place);
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
    out.allPresent = false;
    const { statuses } = out;
    for (let i = 0; i < statuses.length; i++)
      if (statuses[i] !== STATUS.DEGRADED) statuses[i] = STATUS.NOT_FOUND;
  }
}

/** A state that ends inside a number: what was read before it is not known to be right either. */
export function isUnreadable(thrown: unknown): boolean {
  return thrown instanceof RangeError || thrown instanceof ForebayError;
}
