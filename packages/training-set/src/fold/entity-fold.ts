/** The values of a view at any instant, of one entity at a time, from its events in the order in which they became known. */
import {
  type LaneInputs,
  newVariableState,
  STATUS,
  type Tumbling,
  tumblingEndAt,
  type VariableState,
  type ViewLayout,
  type ViewOutput,
  type WindowFeatures,
  windowFeatures,
} from '@forebay/algebra';
import type { Hash64 } from '@forebay/contract';
import type { Window } from '@forebay/definitions';
import { FixedWindows } from './fixed-windows';
import { SegmentState } from './segment-state';
import { type StateSink, StateTiles } from './state-tiles';
import { WindowOrder } from './window-order';

/** Windows whose states are folded one after the other: all that end at t, or one that does not. */
interface StateGroup extends StateSink {
  readonly windows: WindowOrder;
  /** null: they end at t. */
  readonly tumbling: Tumbling | null;
}

const NO_STATES: readonly VariableState[] = [];

/** Not re-entrant: one entity after the other, each from `clear` on. */
export class EntityFold {
  readonly layout: ViewLayout;
  readonly #fixed: FixedWindows;
  /** null: the view has no states of variable length. */
  readonly #tiles: StateTiles | null;
  readonly #groups: readonly StateGroup[];
  readonly #features: readonly WindowFeatures[];
  readonly #segment: SegmentState;

  constructor(layout: ViewLayout) {
    this.layout = layout;
    this.#fixed = new FixedWindows(layout);
    this.#tiles = layout.variable.length === 0 ? null : new StateTiles(layout);
    this.#groups = this.#tiles === null ? [] : stateGroups(layout);
    this.#features = windowFeatures(layout);
    this.#segment = new SegmentState(layout);
  }

  /** Forgets the entity. */
  clear(): void {
    this.#fixed.clear();
    this.#tiles?.clear();
  }

  /**
   * Adds an event that passed the view's filter. `placeMs`: from when on it counts, later than its event time; places do not
   * fall from call to call, nor below the last t that was asked for.
   */
  add(placeMs: number, eventTimeMs: number, tie: Hash64, inputs: LaneInputs): void {
    this.#fixed.add(placeMs, eventTimeMs, tie, inputs);
    this.#tiles?.add(placeMs, eventTimeMs, tie, inputs);
  }

  /**
   * Adds the state of all events of a time that begins at `startMs`: no t that is asked for lies in it, nor an edge of a window
   * at any such t. `state`: a batch list of one segment.
   */
  addState(placeMs: number, startMs: number, state: Uint8Array): void {
    this.#segment.open(state);
    this.#fixed.addState(placeMs, startMs, this.#segment.acc);
    this.#tiles?.addStates(placeMs, startMs, this.#segment.states);
  }

  /** Leaves every feature at t in `out`, over the events added so far. */
  valuesAt(tMs: number, out: ViewOutput): void {
    out.reason = null;
    const found = this.#fixed.moveTo(tMs);
    if (this.#tiles === null) {
      for (let window = 0; window < this.#features.length; window++) this.#emit(window, NO_STATES, tMs, out);
    } else {
      for (const group of this.#groups) this.#foldGroup(this.#tiles, group, tMs, out);
    }
    if (!found) out.statuses.fill(STATUS.NOT_FOUND);
  }

  #foldGroup(tiles: StateTiles, group: StateGroup, tMs: number, out: ViewOutput): void {
    const { windows, states, tumbling } = group;
    windows.moveTo(tMs);
    for (const state of states) state.reset();
    tiles.foldFrom(tumbling === null ? Number.POSITIVE_INFINITY : tumblingEndAt(tumbling, tMs));
    for (let place = 0; place < windows.order.length; place++) {
      const window = windows.order[place] as number;
      tiles.fold(windows.edges[window] as number, group, place);
      this.#emit(window, states, tMs, out);
    }
  }

  #emit(window: number, states: readonly VariableState[], tMs: number, out: ViewOutput): void {
    (this.#features[window] as WindowFeatures).emit(this.#fixed.accOf(window), states, tMs, null, out);
  }
}

function stateGroups(layout: ViewLayout): StateGroup[] {
  const indexes = [...layout.windows.keys()];
  const isTumbling = (window: number) => layout.windows[window]?.kind === 'tumbling';
  const endingAtT = indexes.filter((window) => !isTumbling(window));
  const states = layout.variable.map(newVariableState);
  return [endingAtT, ...indexes.filter(isTumbling).map((window) => [window])]
    .filter((windows) => windows.length > 0)
    .map((members) => {
      const windows = new WindowOrder(layout, members);
      const first = layout.windows[members[0] as number] as Window;
      return { states, windows, until: windows.until, tumbling: first.kind === 'tumbling' ? first : null };
    });
}
