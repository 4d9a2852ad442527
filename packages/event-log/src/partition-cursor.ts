/** What to do with a fetched batch. */
export type CursorVerdict =
  | { readonly kind: 'deliver' }
  /** It was fetched for a position that was left since. */
  | { readonly kind: 'drop' }
  /** It begins elsewhere than expected: ask the client again for the position. */
  | { readonly kind: 'seek_again'; readonly offset: number }
  /** Asked again, it still begins elsewhere: the position is not in the log any more. */
  | { readonly kind: 'jumped'; readonly expected: number; readonly fetchedFrom: number };

/**
 * The position of one assigned partition: it decides which fetched batches are delivered, so that records fetched
 * before a seek never are, and so that the client's silent jump (after an offset that is out of range) is noticed.
 *
 * The client keeps a position of its own; `fetchedFrom` of a batch is that position when the batch was asked for.
 */
export class PartitionCursor {
  /** Changes with each seek: who sees another number after waiting has been overtaken. */
  generation = 0;
  private position: number;
  private askedAgain = false;

  constructor(offset: number) {
    this.position = offset;
  }

  /** The offset of the next record to deliver; all before it were delivered, and their handler has returned. */
  get next(): number {
    return this.position;
  }

  seek(offset: number): void {
    this.position = offset;
    this.generation++;
    this.askedAgain = false;
  }

  /** `stale`: the client itself knows that a seek is waiting, so the batch was fetched before it. */
  judge(batch: { readonly fetchedFrom: number; readonly stale: boolean }): CursorVerdict {
    if (batch.stale) return { kind: 'drop' };
    if (batch.fetchedFrom === this.position) {
      this.askedAgain = false;
      return { kind: 'deliver' };
    }
    // At most one batch of before a seek can still be on its way: a second mismatch has another cause.
    if (this.askedAgain) return { kind: 'jumped', expected: this.position, fetchedFrom: batch.fetchedFrom };
    this.askedAgain = true;
    return { kind: 'seek_again', offset: this.position };
  }

  /** A delivered batch was handled; nothing happens if a seek has come in between. */
  advance(generation: number, nextOffset: number): boolean {
    if (generation !== this.generation) return false;
    this.position = nextOffset;
    return true;
  }

  /**
   * The client has passed over `[firstOffset ?? lastOffset, lastOffset]` by itself, as nothing in it is for us (control
   * records, aborted transactions). A range that begins elsewhere than at the position is from before a seek.
   */
  passOver(firstOffset: number | null, lastOffset: number): void {
    const from = firstOffset ?? lastOffset;
    if (from === this.position || (this.askedAgain && from > this.position)) this.position = lastOffset + 1;
  }
}
