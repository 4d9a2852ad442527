/**
 * The stored lists of one entity as a fold reads them: which of them speak, up to which cut, and which of their rows belong to
 * which window. What a fold makes of the rows is not known here, so that what is served and what is explained are chosen by
 * the same code.
 */
import { BatchList } from './batch-list';
import { chooseCut, coveredFrom, type DegradedReason, type ReadContext, viewDegradation } from './exactness';
import type { ViewLayout } from './layout';
import { placeOf, type StoredPlace } from './stored-place';
import { StreamRows } from './stream-rows';
import { VariableRows } from './variable-rows';
import type { WindowEdges } from './window-edges';

/** The stored parts of one (entity, view); null where absent. */
export interface StoredParts extends VariableParts {
  readonly stream: Uint8Array | null;
  readonly batch: Uint8Array | null;
}

/** Those of a stream list that hold its states of variable length. */
export interface VariableParts {
  readonly open: Uint8Array | null;
  readonly sealed: Uint8Array | null;
}

export const NO_PARTS: StoredParts = { stream: null, open: null, sealed: null, batch: null };

/** What a fold is over: instant, cut, how many batch rows are read, and what is known of the windows. */
export interface FoldFacts {
  readonly tMs: number;
  readonly cutMs: number;
  /** Whether the cut is that of the batch value, whose rows before it are read. */
  readonly readBatch: boolean;
  readonly batchRows: number;
  /** Windows that begin before it are not all known. */
  readonly coveredFrom: number;
  /** Why nothing of the view is exact; null: some of it may be. */
  readonly reason: DegradedReason | null;
}

/** Cursors over one value after another of a view; not re-entrant. */
export class FoldedLists {
  readonly stream: StreamRows;
  readonly batch: BatchList;
  readonly variable: VariableRows;
  /** Rows `[streamFrom, streamTo)` and `[batchFrom, batchTo)` belong to the window that was entered, and to no newer one. */
  streamFrom = 0;
  streamTo = 0;
  batchFrom = 0;
  batchTo = 0;
  /** The newest clock written in the readable parts that were opened; −∞ without any. */
  newestClockMs = Number.NEGATIVE_INFINITY;
  readonly #layout: ViewLayout;
  #endStraddles = false;
  /** Rows stand limited to the instant, as opening leaves them. */
  #isLimited = false;

  constructor(layout: ViewLayout) {
    this.#layout = layout;
    this.stream = new StreamRows(layout);
    this.batch = new BatchList(layout);
    this.variable = new VariableRows(layout);
  }

  /** Opens the parts of a view with a stream. `known`: why nothing is exact, whatever the parts say. */
  open(parts: StoredParts, context: ReadContext, known: DegradedReason | null): FoldFacts {
    return this.openAt(placeOf(parts.stream), placeOf(parts.batch), parts, context, known);
  }

  /**
   * The same of lists in place; the other parts are bytes of their own, so that what is written in them leads nowhere else.
   */
  openAt(
    stream: StoredPlace,
    batch: StoredPlace,
    parts: VariableParts,
    context: ReadContext,
    known: DegradedReason | null,
  ): FoldFacts {
    let reason = known ?? viewDegradation(this.#layout, context);
    const batchReadable = batch.size >= 0 && this.batch.openAt(batch);
    const streamReadable = stream.size >= 0 && this.stream.openAt(stream);
    this.newestClockMs = Math.max(
      streamReadable ? this.stream.wMs : Number.NEGATIVE_INFINITY,
      batchReadable ? this.batch.qMs : Number.NEGATIVE_INFINITY,
    );
    if ((batch.size >= 0 && !batchReadable) || (stream.size >= 0 && !streamReadable)) reason ??= 'unreadable';
    const { cutMs, readBatch } = chooseCut(this.#layout, context, batchReadable ? this.batch : null);
    if (!streamReadable) this.stream.close();
    const variableReason = this.variable.open(
      parts,
      streamReadable ? this.stream : null,
      readBatch ? this.batch : null,
    );
    reason ??= variableReason;
    if (this.stream.limit(cutMs, context.tMs)) reason ??= 'straddling';
    this.#isLimited = true;
    return {
      tMs: context.tMs,
      cutMs,
      readBatch,
      batchRows: readBatch ? this.batch.rows : 0,
      coveredFrom: coveredFrom(this.#layout, context, cutMs),
      reason,
    };
  }

  /** Opens the list of a tick; a value of another tick is not there. */
  openTick(
    value: Uint8Array | null,
    tickMs: number,
    covered: number,
    known: DegradedReason | null,
  ): FoldFacts {
    const readable = value !== null && this.batch.open(value);
    const speaks = readable && this.batch.cutMs === tickMs;
    this.stream.close();
    this.variable.open(NO_PARTS, null, speaks ? this.batch : null);
    return {
      tMs: tickMs,
      cutMs: tickMs,
      readBatch: speaks,
      batchRows: speaks ? this.batch.rows : 0,
      coveredFrom: covered,
      reason: known ?? (value !== null && !readable ? 'unreadable' : null),
    };
  }

  /** No later than t, the end of the newest segment with events of what was opened; −∞ without one. */
  newestEventEnd({ tMs, batchRows }: FoldFacts): number {
    let newest = this.stream.rows === 0 ? Number.NEGATIVE_INFINITY : this.stream.newestEventEnd();
    let row = batchRows - 1;
    while (row >= 0 && this.batch.eventsOf(row) === 0) row--;
    if (row >= 0) newest = Math.max(newest, this.batch.endOf(row));
    return Math.min(newest, tMs);
  }

  /** Moves a pass's windows to the instant, and leaves out what lies at or after their end. */
  begin(pass: WindowEdges, { tMs, cutMs, batchRows }: FoldFacts): void {
    pass.moveTo(tMs);
    const { endMs } = pass;
    if (!this.#isLimited || endMs !== tMs) this.stream.limit(cutMs, endMs);
    this.#isLimited = false;
    this.variable.limit(cutMs, endMs);
    let batchTo = batchRows;
    while (batchTo > 0 && this.batch.startOf(batchTo - 1) >= endMs) batchTo--;
    this.batchFrom = batchTo;
    // where the windows end at t, nothing in a row lies at or after it
    this.#endStraddles =
      endMs < tMs && (this.stream.straddles(endMs) || (batchTo > 0 && this.batch.endOf(batchTo - 1) > endMs));
  }

  /** Descends to the left edge of the next older window. Returns why it is not exact, or null. */
  enter(edge: number, facts: FoldFacts): DegradedReason | null {
    this.streamTo = this.stream.next;
    this.streamFrom = this.stream.descendTo(edge);
    this.batchTo = this.batchFrom;
    let batchFrom = this.batchTo;
    while (batchFrom > 0 && this.batch.startOf(batchFrom - 1) >= edge) batchFrom--;
    this.batchFrom = batchFrom;
    if (facts.reason !== null) return facts.reason;
    const straddles =
      this.#endStraddles ||
      this.stream.straddles(edge) ||
      (batchFrom > 0 && this.batch.endOf(batchFrom - 1) > edge);
    if (straddles) return 'straddling';
    return edge >= facts.coveredFrom ? null : 'incomplete';
  }
}
