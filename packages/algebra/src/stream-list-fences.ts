/** Up to which record of each source partition a stream list holds its events. */
import type { FenceEntry } from './stream-tail';

export class Fences {
  /** Ascending by (source, partition). */
  readonly entries: FenceEntry[] = [];
  #written: readonly FenceEntry[] = [];
  #believed: readonly FenceEntry[] = [];

  /** What the store held before the newest write, as far as this writer knows. */
  get believed(): readonly FenceEntry[] {
    return this.#believed;
  }

  /** Takes over the fences of a stored value. */
  load(stored: readonly FenceEntry[]): void {
    this.entries.push(...stored);
    this.#written = copyOf(stored);
    this.#believed = this.#written;
  }

  /** Whether the record is already in the value (its partition's fence has passed it). */
  isApplied(source: number, epoch: number, partition: number, offset: number): boolean {
    const fence = this.entries[this.#indexOf(source, partition)];
    return fence !== undefined && (fence.epoch > epoch || (fence.epoch === epoch && offset <= fence.offset));
  }

  /** Moves the fence of the record's partition to its offset. */
  advance(source: number, epoch: number, partition: number, offset: number): void {
    const at = this.#indexOf(source, partition);
    if (at >= 0 && this.entries[at]?.epoch === epoch) {
      (this.entries[at] as FenceEntry).offset = offset;
      return;
    }
    if (at >= 0) this.entries.splice(at, 1);
    this.entries.push({ source, epoch, partition, offset });
    this.entries.sort((a, b) => a.source - b.source || a.partition - b.partition);
  }

  /** They are being written as they are. */
  noteWrite(): void {
    this.#believed = this.#written;
    this.#written = copyOf(this.entries);
  }

  /** −1: none. */
  #indexOf(source: number, partition: number): number {
    for (let i = this.entries.length - 1; i >= 0; i--) {
      const fence = this.entries[i] as FenceEntry;
      if (fence.source === source && fence.partition === partition) return i;
    }
    return -1;
  }
}

function copyOf(fences: readonly FenceEntry[]): FenceEntry[] {
  return fences.map((fence) => ({ ...fence }));
}
