/** A map of at most `limit` entries: the one that was asked for longest ago makes room. */
export class RecentMap<K, V> {
  readonly #entries = new Map<K, V>();

  constructor(private readonly limit: number) {}

  getOrMake(key: K, make: () => V): V {
    const held = this.#entries.get(key);
    const value = held === undefined ? make() : held;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.limit) this.#entries.delete(this.#entries.keys().next().value as K);
    return value;
  }

  get size(): number {
    return this.#entries.size;
  }
}
