/**
 * Memory of the rows of many lists: blocks of a few sizes, cut from large pieces. A list with buffers of its own costs the garbage
 * collector five objects and the process as many bytes again; a block costs nothing but its bytes.
 */
import { viewOf } from './stream-tail';

/** A piece of memory from which blocks are cut. */
export interface RowPiece {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

const PIECE_BYTES = 262_144;
const SMALLEST_BLOCK_BYTES = 128;
/** Each size of blocks is so much larger than the one before: a ninth of the memory is not used, about. */
const SIZE_RATIO = 1.25;
/** A larger block is a piece of its own. */
const LARGEST_BLOCK_BYTES = PIECE_BYTES / 4;
const ALIGNMENT = 8;

const SIZES: readonly number[] = blockSizes();
/** By bytes / 8, rounded up: the index of the smallest size that is enough. */
const SIZE_INDEXES = sizeIndexes();

function blockSizes(): number[] {
  const sizes = [SMALLEST_BLOCK_BYTES];
  for (let size = SMALLEST_BLOCK_BYTES; size < LARGEST_BLOCK_BYTES; sizes.push(size))
    size = Math.min(LARGEST_BLOCK_BYTES, Math.ceil((size * SIZE_RATIO) / ALIGNMENT) * ALIGNMENT);
  return sizes;
}

function sizeIndexes(): Uint8Array {
  const indexes = new Uint8Array(LARGEST_BLOCK_BYTES / ALIGNMENT + 1);
  for (let at = 0, index = 0; at < indexes.length; at++) {
    if (at * ALIGNMENT > (SIZES[index] as number)) index++;
    indexes[at] = index;
  }
  return indexes;
}

/** Blocks are named by their address: the number of their piece × PIECE_BYTES + their place in it. */
export class RowMemory {
  readonly #pieces: (RowPiece | null)[] = [];
  readonly #freePieces: number[] = [];
  /** By size: addresses of blocks that were given back. */
  readonly #free: number[][];
  /** The piece that is being cut, and how much of it is taken. */
  #cutting = -1;
  #cut = PIECE_BYTES;

  /** @param isShared false: for one list; each of its blocks is a piece of its own, and as large as was asked for */
  constructor(private readonly isShared = true) {
    this.#free = isShared ? SIZES.map(() => []) : [];
  }

  /** How large the block will be that is taken for so many bytes. */
  sizeFor(bytes: number): number {
    if (!this.isShared || bytes > LARGEST_BLOCK_BYTES) return bytes;
    return SIZES[SIZE_INDEXES[Math.ceil(bytes / ALIGNMENT)] as number] as number;
  }

  /** A block of `size` bytes, as `sizeFor` gave it; its bytes are anything. Returns the address. */
  take(size: number): number {
    if (!this.isShared || size > LARGEST_BLOCK_BYTES) return this.#newPiece(size) * PIECE_BYTES;
    const index = SIZE_INDEXES[size / ALIGNMENT] as number;
    const free = (this.#free[index] as number[]).pop();
    if (free !== undefined) return free;
    if (this.#cut + size > PIECE_BYTES) {
      this.#cutting = this.#newPiece(PIECE_BYTES);
      this.#cut = 0;
    }
    const address = this.#cutting * PIECE_BYTES + this.#cut;
    this.#cut += size;
    return address;
  }

  /** Gives a block back, of the size that it was taken with. */
  free(address: number, size: number): void {
    if (this.isShared && size <= LARGEST_BLOCK_BYTES) {
      this.#free[SIZE_INDEXES[size / ALIGNMENT] as number]?.push(address);
      return;
    }
    const piece = address / PIECE_BYTES;
    this.#pieces[piece] = null;
    this.#freePieces.push(piece);
  }

  pieceOf(address: number): RowPiece {
    return this.#pieces[Math.floor(address / PIECE_BYTES)] as RowPiece;
  }

  static placeOf(address: number): number {
    return address % PIECE_BYTES;
  }

  #newPiece(size: number): number {
    const bytes = new Uint8Array(size);
    const piece = { bytes, view: viewOf(bytes) };
    const reused = this.#freePieces.pop();
    if (reused === undefined) return this.#pieces.push(piece) - 1;
    this.#pieces[reused] = piece;
    return reused;
  }
}
