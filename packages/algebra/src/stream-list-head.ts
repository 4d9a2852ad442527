/**
 * What a stream list in memory holds beside its rows, in the same block and before them: what is looked at for each event lies in one
 * place, and is no object. Here too: its fences.
 */
import type { ViewLayout } from './layout';
import type { RowMemory } from './row-memory';
import {
  FENCE_BYTES,
  fenceAt,
  hasPassed,
  isFenceOf,
  moveFence,
  newFence,
  putFence,
  storedFence,
  writeFence,
} from './stream-list-fence';
import { believedOf, entryOf, Fences } from './stream-list-fences';
import { ListRows } from './stream-list-rows';
import { copyTail, type FenceEntry, TAIL_BYTES } from './stream-tail';

/** Places before the first row: two instants (the list's clock, that of its newest compaction), a fence, and the newest two tails. */
const CLOCK = 0;
const COMPACTED = 8;
const FENCE = 16;
const TAIL_BEFORE = FENCE + FENCE_BYTES;
const TAIL = TAIL_BEFORE + TAIL_BYTES;
const HEAD_BYTES = TAIL + TAIL_BYTES;

export class ListHead extends ListRows {
  /** Whether the block holds the only fence there is. */
  #hasFence = false;
  /** Where there are several. */
  #fences: Fences | null = null;

  constructor(layout: ViewLayout, memory: RowMemory, rows: number) {
    super(layout, memory, rows, HEAD_BYTES);
    this.wMs = Number.NEGATIVE_INFINITY;
    this.compactedMs = Number.NEGATIVE_INFINITY;
  }

  /** The newest clock of a writer. */
  get wMs(): number {
    return this.view.getFloat64(this.at - HEAD_BYTES + CLOCK, true);
  }

  protected set wMs(value: number) {
    this.view.setFloat64(this.at - HEAD_BYTES + CLOCK, value, true);
  }

  /** That of the newest compaction in memory, be it stored or not. */
  protected get compactedMs(): number {
    return this.view.getFloat64(this.at - HEAD_BYTES + COMPACTED, true);
  }

  protected set compactedMs(value: number) {
    this.view.setFloat64(this.at - HEAD_BYTES + COMPACTED, value, true);
  }

  /** Place of the newest tail that is stored, and of the one that was before it. */
  protected get tailAt(): number {
    return this.at - HEAD_BYTES + TAIL;
  }

  protected get tailBeforeAt(): number {
    return this.at - HEAD_BYTES + TAIL_BEFORE;
  }

  /** The clock in the newest tail that is stored. */
  protected get storedMs(): number {
    return this.view.getFloat64(this.tailAt + 8, true);
  }

  /** The tail at `from` counts as the stored one. */
  protected noteTail(from: number): void {
    copyTail(this.view, this.tailAt, this.tailBeforeAt);
    copyTail(this.view, from, this.tailAt);
  }

  get fences(): readonly FenceEntry[] {
    if (this.#fences !== null) return this.#fences.entries;
    return this.#hasFence ? [entryOf(fenceAt(this.view, this.#fenceAt))] : [];
  }

  /** What the store held before the newest write, as far as this writer knows. */
  get believedFences(): readonly FenceEntry[] {
    if (this.#fences !== null) return this.#fences.believed;
    return this.#hasFence ? believedOf(fenceAt(this.view, this.#fenceAt)) : [];
  }

  protected get fenceCount(): number {
    return this.#fences === null ? Number(this.#hasFence) : this.#fences.count;
  }

  protected takeFences(stored: readonly FenceEntry[]): void {
    const [first] = stored;
    if (first === undefined) return;
    this.#hasFence = stored.length === 1;
    if (this.#hasFence) putFence(this.view, this.#fenceAt, storedFence(first));
    else this.#fences = Fences.stored(stored);
  }

  protected writeFences(at: number): number {
    if (this.#fences !== null) return this.#fences.write(this.view, at);
    return this.#hasFence ? writeFence(this.view, this.#fenceAt, at) : at;
  }

  /** Whether the record is already in the value (its partition's fence has passed it). */
  isApplied(source: number, epoch: number, partition: number, offset: number): boolean {
    if (this.#fences !== null) return this.#fences.isApplied(source, epoch, partition, offset);
    if (!this.#hasFence) return false;
    const { view } = this;
    const at = this.#fenceAt;
    return isFenceOf(view, at, source, partition) && hasPassed(view, at, epoch, offset);
  }

  /** Moves the fence of the record's partition to its offset. */
  advanceFence(source: number, epoch: number, partition: number, offset: number): void {
    const { view } = this;
    const at = this.#fenceAt;
    if (this.#fences === null && !this.#hasFence) {
      putFence(view, at, newFence(source, epoch, partition, offset));
      this.#hasFence = true;
      return;
    }
    if (this.#fences === null) {
      if (isFenceOf(view, at, source, partition)) {
        moveFence(view, at, epoch, offset);
        return;
      }
      this.#fences = new Fences([fenceAt(view, at)]);
    }
    this.#fences.advance(source, epoch, partition, offset);
  }

  get #fenceAt(): number {
    return this.at - HEAD_BYTES + FENCE;
  }
}
