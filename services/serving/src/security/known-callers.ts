import type { Caller } from './caller';

/** Entries of a generation: two of them are kept, about 2 kB an entry with a JWT. */
const GENERATION = 5_000;

/**
 * Verified credentials by their header's text, in bounded memory. Two generations instead of an order of use: an entry
 * that is asked for in the old one moves to the young one, and a full young one becomes the old one. So what is known
 * costs one look-up, and what was not used while 5,000 others came is forgotten. A header's text is new at every call, and
 * a look-up hashes it; where one client calls again and again, comparing it with the last one is less.
 */
export class KnownCallers {
  #young = new Map<string, Caller>();
  #old = new Map<string, Caller>();
  #lastHeader: string | undefined;
  #lastCaller: Caller | undefined;

  get(header: string): Caller | undefined {
    if (header === this.#lastHeader) return this.#lastCaller;
    const young = this.#young.get(header);
    if (young !== undefined) return this.#keepLast(header, young);
    const old = this.#old.get(header);
    if (old !== undefined) this.add(header, old);
    return old;
  }

  #keepLast(header: string, caller: Caller): Caller {
    this.#lastHeader = header;
    this.#lastCaller = caller;
    return caller;
  }

  add(header: string, caller: Caller): void {
    this.#keepLast(header, caller);
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(header, caller);
  }

  delete(header: string): void {
    this.#forgetLast();
    this.#young.delete(header);
    this.#old.delete(header);
  }

  clear(): void {
    this.#forgetLast();
    this.#young.clear();
    this.#old.clear();
  }

  #forgetLast(): void {
    this.#lastHeader = undefined;
    this.#lastCaller = undefined;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
