import { EntityPlaces } from './entity-places';
import type { ServiceVariant } from './model';

/**
 * Which variant an entity has: those after the first take the places from 0 on, in their order, and the first takes what
 * is left. So entities move between the first variant and the last one only, if the share of the last one changes; if
 * that of another one does, those after it move on by as much.
 */
export class VariantSplit {
  readonly #places: EntityPlaces;
  /** Of the variants after the first, the end (exclusive) of their places. */
  readonly #ends: readonly number[];

  /** A service's versions have the same split. */
  constructor(project: string, service: string, variants: readonly ServiceVariant[]) {
    this.#places = new EntityPlaces(`${project}/${service}`);
    let end = 0;
    this.#ends = variants.slice(1).map(({ sharePpm }) => {
      end += sharePpm;
      return end;
    });
  }

  /** The index of the variant. @param key the entity key, as `encodeEntityKey` writes it, of the join keys in the order of their names */
  variantOf(key: string): number {
    const place = this.#places.of(key);
    const ends = this.#ends;
    for (let i = 0; i < ends.length; i++) if (place < (ends[i] as number)) return i + 1;
    return 0;
  }
}
