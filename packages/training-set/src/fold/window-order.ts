/** The order in which a fold passes the windows that end at t. */
import { edgeAt, edgeOf, type ViewLayout } from '@forebay/algebra';

/** Reused from value to value; the order seldom changes, and costs nothing when it does not. */
export class WindowOrder {
  /** Left edges by window. */
  readonly edges: Float64Array;
  /** The windows that end at t, by left edge, the newest first. */
  readonly order: Int32Array;
  /** By window; null: there is no left edge. */
  readonly #moving: readonly (ReturnType<typeof edgeOf> | null)[];

  /** `windows`: indexes into the layout's windows. */
  constructor(layout: ViewLayout, windows: readonly number[]) {
    this.edges = new Float64Array(layout.windows.length).fill(Number.NEGATIVE_INFINITY);
    this.#moving = layout.windows.map((window) => (window.kind === 'lifetime' ? null : edgeOf(window)));
    this.order = Int32Array.from(windows);
  }

  moveTo(tMs: number): void {
    const { edges, order } = this;
    for (let i = 0; i < order.length; i++) {
      const window = order[i] as number;
      const edge = this.#moving[window];
      if (edge) edges[window] = edgeAt(edge, tMs);
    }
    for (let place = 1; place < order.length; place++) {
      const window = order[place] as number;
      let at = place;
      for (; at > 0 && (edges[order[at - 1] as number] as number) < (edges[window] as number); at--)
        order[at] = order[at - 1] as number;
      order[at] = window;
    }
  }
}
