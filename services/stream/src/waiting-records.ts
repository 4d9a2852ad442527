/** Records that are applied and not yet stored. */
export class WaitingRecords {
  count = 0;
  /** When the oldest of them arrived at the broker; +∞: there is none. */
  oldestArrivalMs = Number.POSITIVE_INFINITY;

  add(records: number, arrivedAtMs: readonly number[]): void {
    this.count += records;
    for (const at of arrivedAtMs) if (at < this.oldestArrivalMs) this.oldestArrivalMs = at;
  }

  clear(): void {
    this.count = 0;
    this.oldestArrivalMs = Number.POSITIVE_INFINITY;
  }
}
