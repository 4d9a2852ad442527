/** The entities of a view whose values are to be written out. No I/O. */

/** Some of them, and up to where events are in their values or in those of earlier ones. */
export interface ChangedBatch {
  readonly keys: ReadonlySet<string>;
  /** By source partition, the next offset. */
  readonly to: ReadonlyMap<number, number>;
}

export class ChangedEntities {
  /** Changed in memory. */
  #applied = new Set<string>();
  /** Changed in the store, so that whoever reads them sees what changed. */
  #waiting = new Set<string>();
  #waitingTo = new Map<number, number>();

  /** An entity, changed in memory; more than once makes no difference. */
  note(key: string): void {
    this.#applied.add(key);
  }

  /**
   * All that was noted is stored.
   * @param to by partition the end of what is; null: not all events up to anywhere went to this view
   */
  stored(to: ReadonlyMap<number, number> | null): void {
    if (this.#waiting.size === 0) {
      const spare = this.#waiting;
      this.#waiting = this.#applied;
      this.#applied = spare;
    } else {
      for (const key of this.#applied) this.#waiting.add(key);
      this.#applied.clear();
    }
    if (to !== null) this.#moveTo(to);
  }

  /** What was noted is not in memory any more: it will be read again. */
  forget(): void {
    this.#applied.clear();
  }

  /** How many are noted or wait. */
  get size(): number {
    return this.#applied.size + this.#waiting.size;
  }

  get areWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** Hands over what waits; `keys` may be none. */
  take(): ChangedBatch {
    const batch = { keys: this.#waiting, to: this.#waitingTo };
    this.#waiting = new Set();
    this.#waitingTo = new Map();
    return batch;
  }

  /** It could not be written: it waits again, with what came since. */
  putBack({ keys, to }: ChangedBatch): void {
    for (const key of keys) this.#waiting.add(key);
    this.#moveTo(to);
  }

  #moveTo(to: ReadonlyMap<number, number>): void {
    for (const [partition, offset] of to)
      this.#waitingTo.set(partition, Math.max(offset, this.#waitingTo.get(partition) ?? offset));
  }
}
