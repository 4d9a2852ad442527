import type { FeatureResponse } from './feature-response';
import { type ColumnPlaces, placeColumns } from './online-features';

/** Layouts and selections that are remembered; beyond it all are forgotten, and asked for again. */
const KEPT_LAYOUTS = 1_000;

/** The layouts of answers, by their ids: a request asks for one only if none is known for what it selects. */
export class KnownLayouts {
  /** By selection the id of its last answer's layout. */
  readonly #known = new Set<string>();
  readonly #layouts = new Map<string, ColumnPlaces>();

  knows(selection: string): boolean {
    return this.#known.has(selection);
  }

  /** null: the answer has no layout with it, and none of its id is known. */
  placesOf(selection: string, { layout, layoutId }: FeatureResponse): ColumnPlaces | null {
    const known = this.#layouts.get(layoutId);
    if (known === undefined && layout === null) return null;
    const places = known ?? placeColumns(layout as NonNullable<typeof layout>);
    if (known === undefined) this.#keep(layoutId, places);
    if (this.#known.size >= KEPT_LAYOUTS) this.#known.clear();
    this.#known.add(selection);
    return places;
  }

  #keep(layoutId: string, places: ColumnPlaces): void {
    if (this.#layouts.size >= KEPT_LAYOUTS) {
      this.#known.clear();
      this.#layouts.clear();
    }
    this.#layouts.set(layoutId, places);
  }
}
