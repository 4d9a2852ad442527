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
import { StateTiles } from './state-tiles';
import { WindowOrder } from './window-order';

/** Windows whose states are folded one after the other: all that end at t, or one that does not. */
interface StateGroup {
  readonly windows: WindowOrder;
  /** null: they end at t. */
  readonly tumbling: Tumbling | null;
  /** Components that some window of the group needs. */
  readonly components: readonly number[];
}

const NO_STATES: readonly VariableState[] = [];

/** Not re-entrant: one entity after the other, each from `clear` on. */
export class EntityFold {
  readonly layout: ViewLayout;
  readonly #fixed: FixedWindows;
  /** By component of variable length. */
  readonly #tiles: readonly StateTiles[];
  /** Where the components are folded into, window after window. */
  readonly #states: readonly VariableState[];
  readonly #groups: readonly StateGroup[];
  /** By window: the components that its features are made from. */
  readonly #componentsOf: readonly (readonly number[])[];
  readonly #features: readonly WindowFeatures[];
  readonly #segment: SegmentState;

  constructor(layout: ViewLayout) {
    this.layout = layout;
    this.#fixed = new FixedWindows(layout);
    this.#tiles = layout.variable.map((component, i) => new StateTiles(component, windowsOf(layout, i)));
    this.#states = layout.variable.map(newVariableState);
    this.#componentsOf = layout.windows.map((_, window) => componentsOf(layout, [window]));
    this.#groups = layout.variable.length === 0 ? [] : stateGroups(layout);
    this.#features = windowFeatures(layout);
    this.#segment = new SegmentState(layout);
  }

  /** Forgets the entity. */
  clear(): void {
    this.#fixed.clear();
    for (const tiles of this.#tiles) tiles.clear();
  }

  /**
   * Adds an event that passed the view's filter. `placeMs`: from when on it counts, later than its event time; places do not
   * fall from call to call, nor below the last t that was asked for.
   */
  add(placeMs: number, eventTimeMs: number, tie: Hash64, inputs: LaneInputs): void {
    this.#fixed.add(placeMs, eventTimeMs, tie, inputs);
    for (let i = 0; i < this.#tiles.length; i++)
      (this.#tiles[i] as StateTiles).add(placeMs, eventTimeMs, tie, inputs);
  }

  /**
   * Adds the state of all events of a time that begins at `startMs`: no t that is asked for lies in it, nor an edge of a window
   * at any such t. `state`: a batch list of one segment.
   */
  addState(placeMs: number, startMs: number, state: Uint8Array): void {
    this.#segment.open(state);
    this.#fixed.addState(placeMs, startMs, this.#segment.acc);
    for (const [i, tiles] of this.#tiles.entries())
      tiles.addState(placeMs, startMs, this.#segment.states[i] as Uint8Array);
  }

  /** Leaves every feature at t in `out`, over the events added so far. */
  valuesAt(tMs: number, out: ViewOutput): void {
    out.reason = null;
    const found = this.#fixed.moveTo(tMs);
    if (this.#tiles.length === 0) {
      for (let window = 0; window < this.#features.length; window++) this.#emit(window, NO_STATES, tMs, out);
    } else {
      for (const group of this.#groups) this.#foldGroup(group, tMs, out);
    }
    if (!found) out.statuses.fill(STATUS.NOT_FOUND);
  }

  #foldGroup({ windows, tumbling, components }: StateGroup, tMs: number, out: ViewOutput): void {
    windows.moveTo(tMs);
    const untilMs = tumbling === null ? Number.POSITIVE_INFINITY : tumblingEndAt(tumbling, tMs);
    for (const i of components) {
      (this.#states[i] as VariableState).reset();
      (this.#tiles[i] as StateTiles).foldFrom(untilMs);
    }
    for (const window of windows.order) {
      const edgeMs = windows.edges[window] as number;
      for (const i of this.#componentsOf[window] as number[])
        (this.#tiles[i] as StateTiles).fold(edgeMs, this.#states[i] as VariableState);
      this.#emit(window, this.#states, tMs, out);
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
  return [endingAtT, ...indexes.filter(isTumbling).map((window) => [window])]
    .filter((members) => members.length > 0)
    .map((members) => {
      const first = layout.windows[members[0] as number] as Window;
      return {
        windows: new WindowOrder(layout, members),
        tumbling: first.kind === 'tumbling' ? first : null,
        components: componentsOf(layout, members),
      };
    });
}

function componentsOf({ features }: ViewLayout, windows: readonly number[]): number[] {
  const variable = features.filter((plan) => windows.includes(plan.window)).map((plan) => plan.variable);
  return [...new Set(variable)].filter((index) => index !== null);
}

function windowsOf({ features, windows }: ViewLayout, component: number): Window[] {
  const needed = new Set(features.filter((plan) => plan.variable === component).map((plan) => plan.window));
  return windows.filter((_, window) => needed.has(window));
}
