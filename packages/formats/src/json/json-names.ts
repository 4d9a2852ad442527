import type { Bytes } from './json-tokens';

/** Documents with more members than this are not a source's usual ones. */
const MAX_REMEMBERED = 4_096;

/**
 * The names of an object with many members that are wanted. Producers write members in the same order again and again: the
 * one that was last at a place is tried first, and only then the name is made a text.
 */
export class JsonNames {
  readonly #places: ReadonlyMap<string, number>;
  readonly #bytes: readonly Uint8Array[];
  /** By the number of a member in its object, the place of the name that it last had. */
  readonly #last: number[] = [];

  constructor(names: readonly string[]) {
    this.#places = new Map(names.map((name, place) => [name, place]));
    this.#bytes = names.map((name) => new Uint8Array(Buffer.from(name)));
  }

  /**
   * The place of the name among the names; −1: it is none of them.
   *
   * @param member its number in its object
   */
  find(bytes: Bytes, from: number, to: number, member: number): number {
    const guess = this.#last[member];
    if (guess !== undefined && guess >= 0 && isSame(this.#bytes[guess] as Uint8Array, bytes, from, to))
      return guess;
    const place = this.#places.get(bytes.utf8Slice(from, to)) ?? -1;
    if (member < MAX_REMEMBERED) this.#last[member] = place;
    return place;
  }
}

function isSame(name: Uint8Array, bytes: Bytes, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[from + i]) return false;
  return true;
}
