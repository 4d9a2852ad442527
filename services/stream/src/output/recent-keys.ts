/** The keys that were added last, each once; so many at most. */
export class RecentKeys {
  #keys = new Set<string>();

  constructor(private readonly limit: number) {}

  add(key: string): void {
    this.#keys.delete(key);
    this.#keys.add(key);
    if (this.#keys.size <= this.limit) return;
    for (const oldest of this.#keys) {
      this.#keys.delete(oldest);
      return;
    }
  }

  /** Hands them over, the newest last. */
  take(): readonly string[] {
    const taken = [...this.#keys];
    this.#keys = new Set();
    return taken;
  }
}
