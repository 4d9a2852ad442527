import type { Caller } from './caller';

/** Entries of a generation: two of them are kept, about 2 kB an entry with a JWT. */
const GENERATION = 5_000;

/**
 * Verified credentials by their header's text, in bounded memory. Two generations instead of an order of use: an entry
 * that is asked for in the old one moves to the young one, and a full young one becomes the old one. So what is known
 * costs one look-up, and what was not used while 5,000 others came is forgotten. The look-up goes by a hash of the whole
 * text; comparing a header with another one, letter by letter, would take a time that tells how much of it is right.
 */
export class KnownCallers {
  #young = new Map<string, Caller>();
  #old = new Map<string, Caller>();

  get(header: string): Caller | undefined {
    const young = this.#young.get(header);
    if (young !== undefined) return young;
    const old = this.#old.get(header);
    if (old !== undefined) this.add(header, old);
    return old;
  }

  add(header: string, caller: Caller): void {
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(header, caller);
  }

  delete(header: string): void {
    this.#young.delete(header);
    this.#old.delete(header);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
