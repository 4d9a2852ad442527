import { ForebayError, type Hash64 } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import { numberOf } from './exact-sum';
import { LastView } from './last-view';
import { viewOf } from './stream-tail';
import type { VariableState } from './variable-state';

/** How many numbers lie before, between and from the bounds on. Encoded: bounds + 1 float64 counts. */
export class HistogramState implements VariableState {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  readonly #views = new LastView();

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  reset(): void {
    this.#counts.fill(0);
  }

  absorb(bytes: Uint8Array, from: number, size: number): void {
    if (size === 0) return;
    const counts = this.#counts;
    if (size !== 8 * counts.length)
      throw new ForebayError(
        'corrupt_data',
        `a histogram state of ${size} bytes is not one of ${counts.length} bins`,
      );
    const view = this.#views.of(bytes);
    for (let i = 0; i < counts.length; i++)
      counts[i] = (counts[i] as number) + view.getFloat64(from + 8 * i, true);
  }

  add(value: Value): void {
    const bin = this.#binOf(value);
    this.#counts[bin] = (this.#counts[bin] as number) + 1;
  }

  addTo(held: Uint8Array, value: Value, _eventTimeMs: number, _tie: Hash64): Uint8Array {
    const bytes = held.length === 0 ? new Uint8Array(8 * this.#counts.length) : held;
    const view = viewOf(bytes);
    const at = 8 * this.#binOf(value);
    view.setFloat64(at, view.getFloat64(at, true) + 1, true);
    return bytes;
  }

  /** The number of bounds that are not above the value. */
  #binOf(value: Value): number {
    const x = numberOf(value);
    const bounds = this.#bounds;
    let bin = 0;
    while (bin < bounds.length && (bounds[bin] as number) <= x) bin++;
    return bin;
  }

  encode(): Uint8Array {
    const counts = this.#counts;
    if (counts.every((count) => count === 0)) return new Uint8Array(0);
    const bytes = new Uint8Array(8 * counts.length);
    const view = viewOf(bytes);
    for (let i = 0; i < counts.length; i++) view.setFloat64(8 * i, counts[i] as number, true);
    return bytes;
  }

  result(): number[] {
    return [...this.#counts];
  }
}
