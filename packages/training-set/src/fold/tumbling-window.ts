/** The fixed states of a tumbling window: they stay as they are from one of its ends to the next, but for late events. */
import { type LaneInputs, type SlotAlgebra, type Tumbling, tumblingEndAt } from '@forebay/algebra';
import type { Hash64 } from '@forebay/contract';
import type { SlotLevel } from './slot-level';

const NEVER = Number.NEGATIVE_INFINITY;

export class TumblingWindow {
  /** The state at the last t. */
  readonly acc: Float64Array;
  readonly #algebra: SlotAlgebra;
  readonly #level: SlotLevel;
  readonly #window: Tumbling;
  #endMs = NEVER;
  #found = false;

  /** `level`: tiles on whose edges the window's lie. */
  constructor(algebra: SlotAlgebra, level: SlotLevel, window: Tumbling, slots: number) {
    this.#algebra = algebra;
    this.#level = level;
    this.#window = window;
    this.acc = new Float64Array(slots);
  }

  clear(): void {
    this.#endMs = NEVER;
  }

  /** Of every event that is added to the level. */
  added(eventTimeMs: number, tie: Hash64, inputs: LaneInputs): void {
    if (eventTimeMs >= this.#endMs || eventTimeMs < this.#endMs - this.#window.lengthMs) return;
    this.#algebra.add(this.acc, 0, inputs, eventTimeMs, tie);
    this.#found = true;
  }

  /** Leaves the state at t in `acc`. Returns whether there are events. */
  moveTo(tMs: number): boolean {
    const endMs = tumblingEndAt(this.#window, tMs);
    if (endMs === this.#endMs) return this.#found;
    const level = this.#level;
    this.#endMs = endMs;
    this.#algebra.reset(this.acc, 0);
    const from = level.find(endMs - this.#window.lengthMs);
    const to = level.find(endMs);
    for (let row = from; row < to; row++) this.#algebra.merge(this.acc, 0, level.slots, row * level.stride);
    this.#found = to > from;
    return this.#found;
  }

  leftAt(tMs: number): number {
    return tumblingEndAt(this.#window, tMs) - this.#window.lengthMs;
  }
}
