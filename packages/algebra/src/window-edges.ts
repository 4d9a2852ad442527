/** The left edges of a view's windows at one instant, and the order in which a fold passes them. */
import { edgeAt } from './boundaries';
import type { ViewLayout } from './layout';
import { edgeOf } from './view-windows';

/**
 * Edges from the newest to the oldest. That is not always the order of the windows' lengths: 7 d by 7 d may begin before
 * 10 d by 1 h. Reused from fold to fold; the order seldom changes, and costs nothing when it does not.
 */
export class WindowEdges {
  /** By window. */
  readonly of: Float64Array;
  /** Windows by edge, the newest first. */
  readonly order: Int32Array;
  /** Of each component: the last place in `order` that needs it; it is not folded further. */
  readonly fixedUntil: Int32Array;
  readonly variableUntil: Int32Array;
  readonly #layout: ViewLayout;

  constructor(layout: ViewLayout) {
    this.#layout = layout;
    this.of = new Float64Array(layout.windows.length);
    this.order = Int32Array.from(layout.windows, (_, window) => window);
    this.fixedUntil = new Int32Array(layout.fixed.length);
    this.variableUntil = new Int32Array(layout.variable.length);
    this.#placeComponents();
  }

  moveTo(tMs: number): void {
    const { windows } = this.#layout;
    for (let window = 0; window < windows.length; window++) {
      const spec = windows[window] as ViewLayout['windows'][number];
      this.of[window] = spec.kind === 'lifetime' ? Number.NEGATIVE_INFINITY : edgeAt(edgeOf(spec), tMs);
    }
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
    const last = (windows: readonly number[]) =>
      Math.max(...windows.map((window) => this.order.indexOf(window)));
    for (const [i, component] of fixed.entries()) {
      this.fixedUntil[i] = last(
        features.filter((plan) => plan.fixed[component.kind] === component).map((plan) => plan.window),
      );
    }
    for (const i of variable.keys())
      this.variableUntil[i] = last(features.filter((plan) => plan.variable === i).map((plan) => plan.window));
  }
}
