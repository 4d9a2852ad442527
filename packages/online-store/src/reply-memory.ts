/** Room that a read from the socket is given at least: as much as Node reads at a time. */
const LEAST_ROOM_BYTES = 64 * 1_024;
const INITIAL_BYTES = 4 * LEAST_ROOM_BYTES;
/** Memory of a larger answer is given back when it has been read. */
const MOST_KEPT_BYTES = 16 * INITIAL_BYTES;

/**
 * What was read from a connection and is not yet done with, in one piece of memory that is used again and again. (A socket that
 * makes a buffer for each read makes the allocator and the garbage collector work more than the reading itself.)
 */
export class ReplyMemory {
  /** Replaced when it becomes too small; what lies in it then lies at the same place, less what `makeRoom` returned. */
  bytes: Buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  /** Where that begins which is not done with, and where it ends. */
  begin = 0;
  end = 0;

  /** Sees to it that there is room for a read after `end`. Returns by how much everything was moved towards the beginning. */
  makeRoom(count = LEAST_ROOM_BYTES): number {
    if (this.bytes.length - this.end >= count) return 0;
    const moved = this.begin;
    const used = this.end - moved;
    const needed = used + count;
    if (needed > this.bytes.length || moved < used) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
      this.bytes.copy(grown, 0, moved, this.end);
      this.bytes = grown;
    } else this.bytes.copyWithin(0, moved, this.end);
    this.begin = 0;
    this.end = used;
    return moved;
  }

  /** All of it is done with. */
  clear(): void {
    this.begin = 0;
    this.end = 0;
    if (this.bytes.length > MOST_KEPT_BYTES) this.bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  }
}
