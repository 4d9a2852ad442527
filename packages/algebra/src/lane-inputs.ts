import type { Value } from '@forebay/expressions';
import { int64High, int64Low } from './fixed-cells';
import type { ViewLayout } from './layout';

/**
 * What one event gives to each lane of a view, in reused arrays: owned by the evaluator, valid until its next `evaluate`.
 * `taken[lane]`: the lane's filter passed, and neither its input nor its category is null.
 */
export interface LaneInputs {
  readonly taken: boolean[];
  readonly values: Value[];
  /** The category of the event; null in lanes without one. */
  readonly categories: Value[];
  /** The input as a double (bool 0 or 1); of an int64 beyond 2^53 the nearest double, and `rests` what is missing. */
  readonly numbers: Float64Array;
  readonly rests: Float64Array;
  /** The words of an int64 input. */
  readonly highs: Int32Array;
  readonly lows: Uint32Array;
}

/** Evaluates a view's derived columns, filter and lanes over decoded events. Not re-entrant; one per writer. */
export class LaneEvaluator implements LaneInputs {
  readonly taken: boolean[];
  readonly values: Value[];
  readonly categories: Value[];
  readonly numbers: Float64Array;
  readonly rests: Float64Array;
  readonly highs: Int32Array;
  readonly lows: Uint32Array;
  readonly #layout: ViewLayout;

  constructor(layout: ViewLayout) {
    const lanes = layout.lanes.length;
    this.#layout = layout;
    this.taken = new Array<boolean>(lanes).fill(false);
    this.values = new Array<Value>(lanes).fill(null);
    this.categories = new Array<Value>(lanes).fill(null);
    this.numbers = new Float64Array(lanes);
    this.rests = new Float64Array(lanes);
    this.highs = new Int32Array(lanes);
    this.lows = new Uint32Array(lanes);
  }

  /** Writes the derived columns behind the source's fields in `row`, which the caller owns. */
  derive(row: Value[]): void {
    const { derived, sourceFieldCount } = this.#layout;
    for (let i = 0; i < derived.length; i++)
      row[sourceFieldCount + i] = (derived[i] as (typeof derived)[number]).evaluate(row);
  }

  /** Whether the event passes the view's filter; if so, the lanes hold its inputs. `row` includes the derived columns. */
  evaluate(row: readonly Value[]): boolean {
    const { filter, lanes } = this.#layout;
    if (filter !== null && filter.evaluate(row) !== true) return false;
    for (let i = 0; i < lanes.length; i++) {
      const lane = lanes[i] as (typeof lanes)[number];
      if (lane.filter !== null && lane.filter.evaluate(row) !== true) {
        this.taken[i] = false;
        continue;
      }
      if (lane.input === null) {
        this.taken[i] = true;
        continue;
      }
      this.#take(i, lane.input.evaluate(row), lane.cell === 'int64');
      if (lane.by === null || !this.taken[i]) continue;
      this.categories[i] = lane.by.evaluate(row);
      this.taken[i] = this.categories[i] !== null;
    }
    return true;
  }

  #take(lane: number, value: Value, wide: boolean): void {
    this.values[lane] = value;
    this.taken[lane] = value !== null && (typeof value !== 'number' || Number.isFinite(value));
    if (!this.taken[lane] || typeof value === 'string') return;
    const number = Number(value);
    this.numbers[lane] = number === 0 ? 0 : number;
    this.rests[lane] = typeof value === 'bigint' ? Number(value - BigInt(number)) : 0;
    if (wide) {
      this.highs[lane] = int64High(value as number | bigint);
      this.lows[lane] = int64Low(value as number | bigint);
    }
  }
}
