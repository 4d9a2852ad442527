/**
 * A fold that tells what it did for one feature: the cold path behind explanations. Which segments count, up to which cut, and
 * what is exact is decided by the code that the serving fold uses; what is left here is to keep the segments apart.
 */
import type { SchedulePlan } from '@forebay/definitions';
import { parityOf, tickAt } from './boundaries';
import { SECOND_MS } from './clock';
import {
  type DegradedReason,
  type ReadContext,
  type ScheduledContext,
  scheduledCoveredFrom,
} from './exactness';
import { type ExplainedSegment, type FoundSegment, Merging, type ShowValue } from './explained-merging';
import { ChosenStates, type FoundState } from './explained-states';
import { isUnreadable, type ScheduledParts } from './fold';
import { FoldedLists, type FoldFacts, NO_PARTS, type StoredParts } from './fold-lists';
import type { FeaturePlan, ViewLayout } from './layout';
import type { ItemLimit } from './readable';
import { INSTANT_ROW, LIFETIME_ROW } from './stream-list-rows';
import { foldPasses, type WindowEdges } from './window-edges';

/** What a feature's value was made from. */
export interface ExplainedWindow {
  /** The instant that the value speaks of: of a view on a schedule the tick. */
  readonly atMs: number;
  /** The window covers `[edgeMs, endMs)`. */
  readonly edgeMs: number;
  readonly endMs: number;
  /** Batch segments end, and stream segments begin, at it; −∞: no batch segment, every stream segment. */
  readonly cutMs: number;
  /** Whose cut that is. */
  readonly cutOf: 'batch value' | 'marker' | 'none';
  /** Windows that begin before it are not all known; +∞: none is. */
  readonly coveredFromMs: number;
  /** Why nothing in the window is exact; null: it is. */
  readonly reason: DegradedReason | null;
  /** The newest first; those without events of the feature's lane are left out. */
  readonly segments: readonly ExplainedSegment[];
  /** Segments in the window without events of the feature's lane. */
  readonly segmentsWithoutEvents: number;
}

/** Which feature is explained, and how its values are told. */
export interface AskedFeature {
  /** Index in the view. */
  readonly feature: number;
  /** Of what states tell. */
  readonly limit: ItemLimit;
  readonly show: ShowValue;
}

/** Explains the features of one view. Cold: makes garbage, and is not re-entrant. */
export class ExplainedFold {
  readonly #layout: ViewLayout;
  readonly #lists: FoldedLists;
  readonly #passes: readonly WindowEdges[];

  constructor(layout: ViewLayout) {
    this.#layout = layout;
    this.#lists = new FoldedLists(layout);
    this.#passes = foldPasses(layout);
  }

  /** Throws what `ViewFold.fold` throws. */
  explain(parts: StoredParts, context: ReadContext, asked: AskedFeature): ExplainedWindow {
    try {
      return this.#explain(this.#lists.open(parts, context, null), parts, asked);
    } catch (thrown) {
      if (!isUnreadable(thrown)) throw thrown;
      return this.#explain(this.#lists.open(NO_PARTS, context, 'unreadable'), NO_PARTS, asked);
    }
  }

  /** The same for a view on a schedule. */
  explainScheduled(parts: ScheduledParts, context: ScheduledContext, asked: AskedFeature): ExplainedWindow {
    const schedule = this.#layout.view.schedule as SchedulePlan;
    const tickMs = tickAt(schedule, context.tMs);
    const parity = parityOf(schedule, tickMs);
    const covered = scheduledCoveredFrom(context.markers[parity], tickMs);
    const batch = parts[parity];
    try {
      const facts = this.#lists.openTick(batch, tickMs, covered, null);
      return this.#explain(facts, { ...NO_PARTS, batch }, asked);
    } catch (thrown) {
      if (!isUnreadable(thrown)) throw thrown;
      const facts = this.#lists.openTick(null, tickMs, covered, 'unreadable');
      return this.#explain(facts, NO_PARTS, asked);
    }
  }

  /** Walks all passes as a fold does, so that it meets what cannot be read wherever a fold would. */
  #explain(facts: FoldFacts, parts: StoredParts, asked: AskedFeature): ExplainedWindow {
    const plan = this.#layout.features[asked.feature] as FeaturePlan;
    let explained: ExplainedWindow | null = null;
    for (const pass of this.#passes) {
      const found = this.#explainPass(pass, facts, parts, plan, asked);
      if (found !== null) explained = found;
    }
    return explained as ExplainedWindow;
  }

  /** null: the feature's window is not one of the pass. */
  #explainPass(
    pass: WindowEdges,
    facts: FoldFacts,
    parts: StoredParts,
    plan: FeaturePlan,
    { limit, show }: AskedFeature,
  ): ExplainedWindow | null {
    const lists = this.#lists;
    const chosen = new ChosenStates(this.#layout, plan, lists.batch, parts);
    const merging = new Merging(this.#layout, plan, facts.tMs, limit, show);
    let explained: ExplainedWindow | null = null;
    let isOpen = pass.order.includes(plan.window);
    lists.begin(pass, facts);
    for (let place = 0; place < pass.order.length; place++) {
      const window = pass.order[place] as number;
      const edgeMs = pass.of[window] as number;
      const reason = lists.enter(edgeMs, facts);
      chosen.take(lists.variable, edgeMs, pass, place);
      if (isOpen) {
        merging.add(this.#segments(chosen.found));
        if (window === plan.window) {
          isOpen = false;
          const { segments, segmentsWithoutEvents } = merging;
          const cut = { cutMs: facts.cutMs, cutOf: cutOf(facts), coveredFromMs: facts.coveredFrom };
          const { endMs } = pass;
          explained = { atMs: facts.tMs, edgeMs, endMs, ...cut, reason, segments, segmentsWithoutEvents };
        }
      }
    }
    return explained;
  }

  /** The rows of the window that was entered, newest first, each with its states of variable length. */
  #segments(found: readonly FoundState[]): FoundSegment[] {
    const { stream, batch, streamFrom, streamTo, batchFrom, batchTo } = this.#lists;
    const segments: FoundSegment[] = [];
    const left = new Set(found);
    const statesOf = (from: FoundSegment['from'], startMs: number, width: number) => {
      const own = [...left].filter(
        (state) => state.from === from && state.startMs === startMs && state.width === width,
      );
      for (const state of own) left.delete(state);
      return own;
    };
    for (let row = streamTo - 1; row >= streamFrom; row--) {
      const startMs = stream.startOf(row);
      const width = stream.widthOf(row);
      const events = stream.eventsOf(row);
      const rows = { columns: stream.columns, row };
      const states = statesOf('stream', startMs, width);
      segments.push({ from: 'stream', startMs, endMs: streamEnd(startMs, width), events, rows, states });
    }
    // states of a segment that the rows do not have: a fold takes them all the same
    for (const state of left) {
      if (state.from === 'batch') continue;
      const { startMs, width } = state;
      const endMs = streamEnd(startMs, width);
      segments.push({ from: 'stream', startMs, endMs, events: 0, rows: null, states: [state] });
    }
    for (let row = batchTo - 1; row >= batchFrom; row--) {
      const startMs = batch.startOf(row);
      const events = batch.eventsOf(row);
      const rows = { columns: batch.columns, row };
      const states = statesOf('batch', startMs, row);
      segments.push({ from: 'batch', startMs, endMs: batch.endOf(row), events, rows, states });
    }
    return segments;
  }
}

function cutOf({ cutMs, readBatch }: FoldFacts): ExplainedWindow['cutOf'] {
  if (readBatch) return 'batch value';
  return cutMs === Number.NEGATIVE_INFINITY ? 'none' : 'marker';
}

function streamEnd(startMs: number, widthSeconds: number): number {
  if (widthSeconds === LIFETIME_ROW) return Number.POSITIVE_INFINITY;
  return widthSeconds === INSTANT_ROW ? startMs + 1 : startMs + widthSeconds * SECOND_MS;
}
