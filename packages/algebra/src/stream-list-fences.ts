/** Up to which record of each source partition a stream list holds its events. */
import { FENCE_ENTRY_BYTES, type FenceEntry } from './stream-tail';

/** Where nothing of the partition was. */
const NONE = -1;

/** A fence entry with what it was before, changed in place: one for each partition of a list, for as long as the list is held. */
interface Fence extends Omit<FenceEntry, 'epoch' | 'offset'> {
  epoch: number;
  offset: number;
  /** As it was when it was last written. */
  writtenEpoch: number;
  writtenOffset: number;
  /** As it was when it was written before that. */
  believedEpoch: number;
  believedOffset: number;
}

export class Fences {
  /** Ascending by (source, partition). */
  readonly #fences: Fence[] = [];

  get count(): number {
    return this.#fences.length;
  }

  get entries(): readonly FenceEntry[] {
    return this.#fences.map(({ source, epoch, partition, offset }) => ({ source, epoch, partition, offset }));
  }

  /** What the store held before the newest write, as far as this writer knows. */
  get believed(): readonly FenceEntry[] {
    return this.#fences
      .filter((fence) => fence.believedEpoch !== NONE)
      .map(({ source, believedEpoch, partition, believedOffset }) => ({
        source,
        epoch: believedEpoch,
        partition,
        offset: believedOffset,
      }));
  }

  /** Takes over the fences of a stored value. */
  load(stored: readonly FenceEntry[]): void {
    for (const { source, epoch, partition, offset } of stored) {
      this.#fences.push({
        source,
        epoch,
        partition,
        offset,
        writtenEpoch: epoch,
        writtenOffset: offset,
        believedEpoch: epoch,
        believedOffset: offset,
      });
    }
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
    this.#fences.push({
      source,
      epoch,
      partition,
      offset,
      writtenEpoch: NONE,
      writtenOffset: NONE,
      believedEpoch: NONE,
      believedOffset: NONE,
    });
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
