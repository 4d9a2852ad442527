/** Where each assigned partition stands: applied to memory, stored, and in step with the topic. No I/O. */

/** Of the topic: where it will deliver from; false or null when the partition is not being read. */
export interface Reading {
  seek(partition: number, offset: number): boolean;
  position(partition: number): number | null;
}

export class PartitionPositions {
  readonly #applied = new Map<number, number>();
  readonly #stored = new Map<number, number>();
  /** Partitions that were seen to be read from where memory stood: from there the topic may pass over what is for nobody. */
  readonly #inStep = new Set<number>();

  constructor(private readonly reading: Reading) {}

  /** The offset after the last record that is in memory. Empty while memory is void. */
  get applied(): ReadonlyMap<number, number> {
    return this.#applied;
  }

  /** The offset after the last record that is in the stored values. */
  get stored(): ReadonlyMap<number, number> {
    return this.#stored;
  }

  clear(): void {
    this.#applied.clear();
    this.#stored.clear();
    this.#inStep.clear();
  }

  /** Whether everything that is in memory is stored. */
  get isSettled(): boolean {
    for (const [partition, offset] of this.#applied) if (this.#stored.get(partition) !== offset) return false;
    return true;
  }

  /** Where memory stands of the partitions that were assigned before and are now. */
  keptOf(before: readonly number[], now: readonly number[]): Map<number, number> {
    const kept = new Map<number, number>();
    for (const partition of before) {
      const offset = this.#applied.get(partition);
      if (offset !== undefined && now.includes(partition)) kept.set(partition, offset);
    }
    return kept;
  }

  forget(partition: number): void {
    this.#applied.delete(partition);
    this.#stored.delete(partition);
    this.#inStep.delete(partition);
  }

  start(partition: number, offset: number): void {
    this.#applied.set(partition, offset);
    this.#stored.set(partition, offset);
  }

  advance(partition: number, nextOffset: number): void {
    this.#applied.set(partition, nextOffset);
  }

  /** Everything that is applied is stored now. */
  settle(): void {
    for (const [partition, offset] of this.#applied) this.#stored.set(partition, offset);
  }

  /** Makes the reading of a partition go on where memory stands. */
  readAgain(partition: number): void {
    const applied = this.#applied.get(partition);
    if (applied !== undefined && this.reading.seek(partition, applied)) this.#inStep.add(partition);
  }

  /**
   * The ranges that the topic itself passed over since (control records, aborted transactions, compaction); they count as
   * applied. A partition that is read from elsewhere than where memory stands is put right.
   */
  passOver(): { partition: number; firstOffset: number; nextOffset: number }[] {
    const passed: { partition: number; firstOffset: number; nextOffset: number }[] = [];
    for (const [partition, applied] of this.#applied) {
      const position = this.reading.position(partition);
      if (position === null || position < applied) continue;
      if (position === applied) this.#inStep.add(partition);
      else if (this.#inStep.has(partition)) {
        passed.push({ partition, firstOffset: applied, nextOffset: position });
        this.#applied.set(partition, position);
      } else this.readAgain(partition);
    }
    return passed;
  }
}
