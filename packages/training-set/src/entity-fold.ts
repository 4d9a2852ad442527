/** The values of a view at any instant, of one entity at a time, from its events in the order in which they became known. */
import {
  emitFeature,
  type FeaturePlan,
  type LaneInputs,
  newVariableState,
  resetAccumulator,
  STATUS,
  tumblingEndAt,
  type ViewLayout,
  type ViewOutput,
} from '@forebay/algebra';
import type { Hash64 } from '@forebay/contract';
import type { Window } from '@forebay/definitions';
import { EntityTiles, type TileSink } from './entity-tiles';
import { WindowOrder } from './window-order';

type Tumbling = Extract<Window, { readonly kind: 'tumbling' }>;

/** Windows that are folded one after the other into the same accumulators: all that end at t, or one that does not. */
interface FoldGroup extends TileSink {
  readonly windows: WindowOrder;
  /** null: they end at t. */
  readonly tumbling: Tumbling | null;
}

/** Not re-entrant: one entity after the other, each from `clear` on. */
export class EntityFold {
  readonly layout: ViewLayout;
  readonly #tiles: EntityTiles;
  readonly #groups: readonly FoldGroup[];
  readonly #featuresByWindow: readonly FeaturePlan[][];

  constructor(layout: ViewLayout) {
    this.layout = layout;
    this.#tiles = new EntityTiles(layout);
    const indexes = [...layout.windows.keys()];
    const isTumbling = (window: number) => layout.windows[window]?.kind === 'tumbling';
    const endingAtT = indexes.filter((window) => !isTumbling(window));
    const acc = new Float64Array(layout.slotCount);
    const states = layout.variable.map(newVariableState);
    const groups = [endingAtT, ...indexes.filter(isTumbling).map((window) => [window])];
    this.#groups = groups
      .filter((windows) => windows.length > 0)
      .map((members) => {
        const windows = new WindowOrder(layout, members);
        const { fixedUntil, variableUntil } = windows;
        const first = layout.windows[members[0] as number] as Window;
        const tumbling = first.kind === 'tumbling' ? first : null;
        return { acc, states, windows, fixedUntil, variableUntil, tumbling };
      });
    this.#featuresByWindow = indexes.map((window) =>
      layout.features.filter((plan) => plan.window === window),
    );
  }

  /** Forgets the entity. */
  clear(): void {
    this.#tiles.clear();
  }

  /**
   * Adds an event that passed the view's filter. `placeMs`: from when on it counts, later than its event time; places do not
   * fall from call to call, nor below the last t that was asked for.
   */
  add(placeMs: number, eventTimeMs: number, tie: Hash64, inputs: LaneInputs): void {
    this.#tiles.add(placeMs, eventTimeMs, tie, inputs);
  }

  /** Leaves every feature at t in `out`, over the events added so far. */
  valuesAt(tMs: number, out: ViewOutput): void {
    let found = false;
    out.reason = null;
    for (const group of this.#groups) {
      const { windows, acc, states, tumbling } = group;
      windows.moveTo(tMs);
      resetAccumulator(acc, this.layout);
      for (const state of states) state.reset();
      this.#tiles.foldFrom(tumbling === null ? Number.POSITIVE_INFINITY : tumblingEndAt(tumbling, tMs));
      for (let place = 0; place < windows.order.length; place++) {
        const window = windows.order[place] as number;
        if (this.#tiles.fold(windows.edges[window] as number, group, place)) found = true;
        this.#emit(window, group, tMs, out);
      }
    }
    if (!found) out.statuses.fill(STATUS.NOT_FOUND);
  }

  #emit(window: number, { acc, states }: TileSink, tMs: number, out: ViewOutput): void {
    for (const plan of this.#featuresByWindow[window] as FeaturePlan[]) {
      const flaw = emitFeature(plan, acc, states, tMs, out);
      if (flaw !== null) out.reason ??= flaw;
      const isNull = Number.isNaN(out.numbers[plan.index]) && out.others[plan.index] === null;
      out.statuses[plan.index] =
        flaw !== null ? STATUS.DEGRADED : isNull ? STATUS.NULL_VALUE : STATUS.PRESENT;
    }
  }
}
