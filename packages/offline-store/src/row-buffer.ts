/** Whole rows, one after another. */
export interface RowBlock {
  /** The memory; the rows are its first `usedBytes`. */
  readonly memory: Buffer;
  usedBytes: number;
  rows: number;
}

/** Larger blocks make ClickHouse's parts no better, and a block is what is lost at once. */
const BLOCK_BYTES = 1_024 * 1_024;
/** So many blocks at least fit, so that rows are taken while a block is being inserted. */
const LEAST_BLOCKS = 4;

/**
 * Rows that wait to be inserted, in blocks, oldest first. All memory that it has allocated, that of the block which was taken
 * and not yet released included, is at most `maxBytes`: a row that does not fit is refused.
 */
export class RowBuffer {
  readonly #blockBytes: number;
  readonly #full: RowBlock[] = [];
  #open: RowBlock | null = null;
  #spare: RowBlock | null = null;
  #allocatedBytes = 0;

  constructor(private readonly maxBytes: number) {
    this.#blockBytes = Math.min(BLOCK_BYTES, Math.floor(maxBytes / LEAST_BLOCKS));
  }

  /** Copies the row; false: there is no room. */
  append(row: Uint8Array): boolean {
    let open = this.#open;
    if (open === null || open.usedBytes + row.length > open.memory.length) {
      const next = this.#block(row.length);
      if (next === null) return false;
      if (open !== null) this.#full.push(open);
      open = next;
      this.#open = open;
    }
    open.memory.set(row, open.usedBytes);
    open.usedBytes += row.length;
    open.rows++;
    return true;
  }

  /** Whether a block waits that takes no more rows. */
  get hasFull(): boolean {
    return this.#full.length > 0;
  }

  get allocatedBytes(): number {
    return this.#allocatedBytes;
  }

  /** The oldest block, and the open one only if `open`; the caller has it until it is released. */
  take(open: boolean): RowBlock | null {
    const full = this.#full.shift();
    if (full !== undefined) return full;
    if (!open || this.#open === null) return null;
    const taken = this.#open;
    this.#open = null;
    return taken;
  }

  release(block: RowBlock): void {
    const { memory } = block;
    if (this.#spare === null && memory.length === this.#blockBytes)
      this.#spare = { memory, usedBytes: 0, rows: 0 };
    else this.#allocatedBytes -= memory.length;
  }

  /** null: it would be too much. */
  #block(leastBytes: number): RowBlock | null {
    const spare = this.#spare;
    if (spare !== null && leastBytes <= this.#blockBytes) {
      this.#spare = null;
      return spare;
    }
    if (spare !== null) {
      this.#spare = null; // too small, and in the way
      this.#allocatedBytes -= spare.memory.length;
    }
    const bytes = Math.max(this.#blockBytes, leastBytes);
    if (this.#allocatedBytes + bytes > this.maxBytes) return null;
    this.#allocatedBytes += bytes;
    return { memory: Buffer.allocUnsafeSlow(bytes), usedBytes: 0, rows: 0 };
  }
}
