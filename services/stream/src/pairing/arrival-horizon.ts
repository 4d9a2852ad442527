/**
 * How far the reading of a backlog has come, by the times of arrival: all that had arrived before has been read. Progress says nothing
 * while there is a backlog, and what is held for partners must not grow with it.
 */
export class ArrivalHorizon {
  /** By partition that is still behind: the end that it had at the start, and the newest arrival that was read. */
  readonly #behind = new Map<number, { readonly endOffset: number; arrivedMs: number }>();
  #reachedMs = Number.NEGATIVE_INFINITY;

  /** Reading begins anew. @param ends by partition, where it begins, and the offset after the last record that there is now */
  begin(ends: Iterable<readonly [partition: number, from: number, endOffset: number]>): void {
    this.#behind.clear();
    this.join(ends);
  }

  /** Further partitions are read beside those of now, and may be further behind. */
  join(ends: Iterable<readonly [partition: number, from: number, endOffset: number]>): void {
    this.#reachedMs = Number.NEGATIVE_INFINITY;
    for (const [partition, from, endOffset] of ends)
      if (from < endOffset) this.#behind.set(partition, { endOffset, arrivedMs: Number.NEGATIVE_INFINITY });
  }

  /** The partitions are not read any more. */
  leave(partitions: ReadonlySet<number>): void {
    for (const partition of partitions) this.#behind.delete(partition);
  }

  /** Everything of the partition before `nextOffset` was read; its newest record arrived at the instant. */
  read(partition: number, nextOffset: number, arrivedMs: number): void {
    const entry = this.#behind.get(partition);
    if (entry === undefined) return;
    if (arrivedMs > entry.arrivedMs) entry.arrivedMs = arrivedMs;
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const each of this.#behind.values()) oldestMs = Math.min(oldestMs, each.arrivedMs);
    this.#reachedMs = Math.max(this.#reachedMs, oldestMs);
    if (nextOffset >= entry.endOffset) this.#behind.delete(partition);
  }

  /** −∞: nothing is known. It never falls while the same partitions are read. */
  get reachedMs(): number {
    return this.#reachedMs;
  }
}
