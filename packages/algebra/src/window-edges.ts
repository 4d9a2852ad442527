/** The left edges of windows that end at one instant, and the order in which a fold passes them. */
import { edgeAt, type Tumbling, tumblingEndAt } from './boundaries';
import type { FeaturePlan, ViewLayout } from './layout';
import { type Edge, edgeOf } from './view-windows';

/**
 * Edges from the newest to the oldest. That is not always the order of the windows' lengths: 7 d by 7 d may begin before
 * 10 d by 1 h. Reused from fold to fold; the order seldom changes, and costs nothing when it does not.
 */
export class WindowEdges {
  /** By window of the view; meaningful for those of this pass. */
  readonly of: Float64Array;
  /** Windows by edge, the newest first. */
  readonly order: Int32Array;
  /** Of each component: the last place in `order` that needs it, −1 if none does; it is not folded further. */
  readonly fixedUntil: Int32Array;
  readonly variableUntil: Int32Array;
  /** Where the windows end at the instant of the fold. */
  endMs = 0;
  /** The instant of the edges: entities that are read together are of one. */
  #tMs = Number.NaN;
  readonly #layout: ViewLayout;
  /** By window; null: lifetime. */
  readonly #edges: readonly (Edge | null)[];
  readonly #tumbling: Tumbling | null;

  /** @param windows indexes of windows that end at the same instant: any that are not tumbling, or a single one that is */
  constructor(layout: ViewLayout, windows: readonly number[]) {
    this.#layout = layout;
    this.#edges = layout.windows.map((window) => (window.kind === 'lifetime' ? null : edgeOf(window)));
    const first = layout.windows[windows[0] as number];
    this.#tumbling = first?.kind === 'tumbling' ? first : null;
    this.of = new Float64Array(layout.windows.length);
    this.order = Int32Array.from(windows);
    this.fixedUntil = new Int32Array(layout.fixed.length);
    this.variableUntil = new Int32Array(layout.variable.length);
    this.#placeComponents();
  }

  moveTo(tMs: number): void {
    if (tMs === this.#tMs) return;
    this.#tMs = tMs;
    for (let place = 0; place < this.order.length; place++) {
      const window = this.order[place] as number;
      const edge = this.#edges[window] as Edge | null;
      this.of[window] = edge === null ? Number.NEGATIVE_INFINITY : edgeAt(edge, tMs);
    }
    this.endMs = this.#tumbling === null ? tMs : tumblingEndAt(this.#tumbling, tMs);
    if (this.#sort()) this.#placeComponents();
  }

  /** By insertion: what is in order stays. Returns whether anything moved. */
  #sort(): boolean {
    const { of, order } = this;
    let moved = false;
    for (let place = 1; place < order.length; place++) {
      const window = order[place] as number;
      let at = place;
      while (at > 0 && (of[order[at - 1] as number] as number) < (of[window] as number)) {
        order[at] = order[at - 1] as number;
        at--;
      }
      order[at] = window;
      moved ||= at !== place;
    }
    return moved;
  }

  #placeComponents(): void {
    const { fixed, variable, features } = this.#layout;
    const last = (needs: (plan: FeaturePlan) => boolean) =>
      Math.max(-1, ...features.filter(needs).map((plan) => this.order.indexOf(plan.window)));
    for (const [i, component] of fixed.entries())
      this.fixedUntil[i] = last((plan) => plan.fixed[component.kind] === component);
    for (const i of variable.keys()) this.variableUntil[i] = last((plan) => plan.variable === i);
  }
}

/** The passes of a fold over a view: the windows that end at t share one; a tumbling window, which ends before, has its own. */
export function foldPasses(layout: ViewLayout): WindowEdges[] {
  const indexes = [...layout.windows.keys()];
  const tumbling = indexes.filter((window) => layout.windows[window]?.kind === 'tumbling');
  const others = indexes.filter((window) => !tumbling.includes(window));
  return [...(others.length > 0 ? [others] : []), ...tumbling.map((window) => [window])].map(
    (windows) => new WindowEdges(layout, windows),
  );
}
