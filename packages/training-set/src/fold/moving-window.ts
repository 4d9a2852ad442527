/**
 * The fixed states of a window that ends at t, for t after t: a queue as two stacks, so that a tile is merged about twice however
 * many values are asked for (the technique of queues made of two stacks for operations without an inverse; Tangwongsan, Hirzel and
 * Schneider, "Low-latency sliding-window aggregation in worst-case constant time", 2017).
 *
 *     left edge           flip                  back          t
 *     |--- front: for each start, all up to flip ---|--- back, merged ---|open tile|
 */
import { type Edge, edgeAt, type LaneInputs, type SlotAlgebra } from '@forebay/algebra';
import type { Hash64 } from '@forebay/contract';
import type { SlotLevel } from './slot-level';

const NEVER = Number.NEGATIVE_INFINITY;
/** A late event is added to so many states of the front at most; beyond, making it anew is cheaper. */
const MOST_LATE_ADDS = 32;

export class MovingWindow {
  /** The state at the last t. */
  readonly acc: Float64Array;
  readonly #algebra: SlotAlgebra;
  readonly #level: SlotLevel;
  readonly #edge: Edge;
  /** Of tile starts, the newest first; `[0, #frontCount)` begin at or after the left edge. */
  #frontStarts = new Float64Array(16);
  #front: Float64Array;
  #frontCount = 0;
  #flipMs = NEVER;
  readonly #back: Float64Array;
  #backTiles = 0;
  /** Tiles of `[flip, backTo)` are in the back. */
  #backToMs = NEVER;
  #leftMs = NEVER;

  /** `level`: tiles as wide as the window's hop. `slots`: of a state of the view. */
  constructor(algebra: SlotAlgebra, level: SlotLevel, edge: Edge, slots: number) {
    this.#algebra = algebra;
    this.#level = level;
    this.#edge = edge;
    this.acc = new Float64Array(slots);
    this.#back = new Float64Array(slots);
    this.#front = new Float64Array(16 * slots);
  }

  clear(): void {
    this.#forget();
    this.#leftMs = NEVER;
  }

  #forget(): void {
    this.#frontCount = 0;
    this.#flipMs = NEVER;
    this.#backTiles = 0;
    this.#backToMs = NEVER;
  }

  /** Of every event that is added to the level. */
  added(eventTimeMs: number, tie: Hash64, inputs: LaneInputs): void {
    if (eventTimeMs < this.#backToMs) this.#addLate(eventTimeMs, tie, inputs);
  }

  #addLate(eventTimeMs: number, tie: Hash64, inputs: LaneInputs): void {
    if (eventTimeMs < this.#leftMs) return;
    if (eventTimeMs >= this.#flipMs) {
      this.#algebra.add(this.#back, 0, inputs, eventTimeMs, tie);
      this.#backTiles++;
      return;
    }
    const startMs = Math.floor(eventTimeMs / this.#level.widthMs) * this.#level.widthMs;
    const last = this.#frontCount - 1;
    let first = last;
    while (first >= 0 && (this.#frontStarts[first] as number) < startMs) first--;
    // a state for the tile itself must be there: its left edge may come to be asked for
    const isThere = first >= 0 && this.#frontStarts[first] === startMs;
    if (!isThere || last - first >= MOST_LATE_ADDS) {
      this.#forget();
      return;
    }
    const stride = this.acc.length;
    for (let i = first; i <= last; i++) this.#algebra.add(this.#front, i * stride, inputs, eventTimeMs, tie);
  }

  /** Leaves the state at t in `acc`; t does not fall from call to call. Returns whether there are events. */
  moveTo(tMs: number): boolean {
    const { acc } = this;
    const leftMs = edgeAt(this.#edge, tMs);
    const openMs = Math.floor(tMs / this.#level.widthMs) * this.#level.widthMs;
    this.#leftMs = leftMs;
    if (leftMs >= this.#flipMs) this.#flip(leftMs, openMs);
    else {
      while (this.#frontCount > 0 && (this.#frontStarts[this.#frontCount - 1] as number) < leftMs)
        this.#frontCount--;
      if (openMs > this.#backToMs) this.#extendBack(openMs);
    }
    const { starts, slots, stride, head, tail } = this.#level;
    const hasOpen = tail > head && starts[tail - 1] === openMs;
    let found = false;
    if (this.#frontCount > 0) found = this.#take(this.#front, (this.#frontCount - 1) * acc.length, found);
    if (this.#backTiles > 0) found = this.#take(this.#back, 0, found);
    if (hasOpen) found = this.#take(slots, (tail - 1) * stride, found);
    if (!found) this.#algebra.reset(acc, 0);
    return found;
  }

  /** Merges a state into the accumulator, or copies it there if nothing is in it yet. */
  #take(states: Float64Array, at: number, found: boolean): true {
    const { acc } = this;
    if (found) this.#algebra.merge(acc, 0, states, at);
    else for (let i = 0; i < acc.length; i++) acc[i] = states[at + i] as number;
    return true;
  }

  #extendBack(toMs: number): void {
    const level = this.#level;
    const to = level.find(toMs);
    for (let row = level.find(this.#backToMs); row < to; row++) {
      this.#algebra.merge(this.#back, 0, level.slots, row * level.stride);
      this.#backTiles++;
    }
    this.#backToMs = toMs;
  }

  #flip(leftMs: number, flipMs: number): void {
    const level = this.#level;
    const from = level.find(leftMs);
    const to = level.find(flipMs);
    const count = to - from;
    const stride = this.acc.length;
    if (count > this.#frontStarts.length) {
      this.#frontStarts = new Float64Array(2 * count);
      this.#front = new Float64Array(2 * count * stride);
    }
    const front = this.#front;
    for (let i = 0; i < count; i++) {
      const row = to - 1 - i;
      this.#frontStarts[i] = level.starts[row] as number;
      if (i === 0) this.#algebra.reset(front, 0);
      else front.copyWithin(i * stride, (i - 1) * stride, i * stride);
      this.#algebra.merge(front, i * stride, level.slots, row * level.stride);
    }
    this.#frontCount = count;
    this.#flipMs = flipMs;
    this.#algebra.reset(this.#back, 0);
    this.#backTiles = 0;
    this.#backToMs = flipMs;
  }

  /** The left edge at an instant: no tile before it is asked for from then on. */
  leftAt(tMs: number): number {
    return edgeAt(this.#edge, tMs);
  }
}
