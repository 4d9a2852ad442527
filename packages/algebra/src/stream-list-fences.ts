/** Up to which record of each source partition a stream list holds its events, where several partitions contribute. */
import { type Fence, NO_FENCE, newFence, storedFence } from './stream-list-fence';
import { FENCE_ENTRY_BYTES, type FenceEntry } from './stream-tail';

export function entryOf({ source, epoch, partition, offset }: FenceEntry): FenceEntry {
  return { source, epoch, partition, offset };
}

/** What the store held of it before the newest write, as far as this writer knows. */
export function believedOf(fence: Fence): FenceEntry[] {
  const { source, believedEpoch, partition, believedOffset } = fence;
  return believedEpoch === NO_FENCE
    ? []
    : [{ source, epoch: believedEpoch, partition, offset: believedOffset }];
}

export class Fences {
  /** Ascending by (source, partition). */
  readonly #fences: Fence[];

  constructor(fences: readonly Fence[] = []) {
    this.#fences = [...fences];
  }

  /** Those of a stored value. */
  static stored(entries: readonly FenceEntry[]): Fences {
    return new Fences(entries.map(storedFence));
  }

  get count(): number {
    return this.#fences.length;
  }

  get entries(): readonly FenceEntry[] {
    return this.#fences.map(entryOf);
  }

  get believed(): readonly FenceEntry[] {
    return this.#fences.flatMap(believedOf);
  }

  /** Whether the record is already in the value (its partition's fence has passed it). */
  isApplied(source: number, epoch: number, partition: number, offset: number): boolean {
    const fence = this.#find(source, partition);
    return fence !== null && (fence.epoch > epoch || (fence.epoch === epoch && offset <= fence.offset));
  }

  /** Moves the fence of the record's partition to its offset. */
  advance(source: number, epoch: number, partition: number, offset: number): void {
    const fence = this.#find(source, partition);
    if (fence !== null) {
      fence.epoch = epoch;
      fence.offset = offset;
      return;
    }
    this.#fences.push(newFence(source, epoch, partition, offset));
    this.#fences.sort((a, b) => a.source - b.source || a.partition - b.partition);
  }

  /** Writes them at `at`, which counts as stored from now on; returns the place behind them. */
  write(view: DataView, at: number): number {
    for (const fence of this.#fences) {
      view.setUint16(at, fence.source, true);
      view.setUint16(at + 2, fence.epoch, true);
      view.setUint32(at + 4, fence.partition, true);
      view.setFloat64(at + 8, fence.offset, true);
      at += FENCE_ENTRY_BYTES;
      fence.believedEpoch = fence.writtenEpoch;
      fence.believedOffset = fence.writtenOffset;
      fence.writtenEpoch = fence.epoch;
      fence.writtenOffset = fence.offset;
    }
    return at;
  }

  #find(source: number, partition: number): Fence | null {
    const fences = this.#fences;
    for (let i = fences.length - 1; i >= 0; i--) {
      const fence = fences[i] as Fence;
      if (fence.source === source && fence.partition === partition) return fence;
    }
    return null;
  }
}
