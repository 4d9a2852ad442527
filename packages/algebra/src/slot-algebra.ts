/**
 * The fixed states of a view as numbers side by side, for folds that keep many of them in memory: the slots of an accumulator
 * (see accumulator.ts) from some offset on. Adding an event and merging two states follow the formulas of stream rows
 * (fixed-cells.ts) and columns (accumulator.ts, moment-folds.ts).
 */
import type { Hash64 } from '@forebay/contract';
import { INT64_MAX_HIGH, INT64_MIN_HIGH, WORD_MAX } from './fixed-cells';
import type { LaneInputs } from './lane-inputs';
import type { FixedComponent } from './layout';
import {
  addDecayed,
  addToMoments,
  addToPair,
  keepEnd,
  keepExtreme,
  mergeMoments,
  resetEnd,
} from './slot-updates';

/** What is done with the slots of a component. */
const FORM = {
  count: 0,
  sum: 1,
  min: 2,
  max: 3,
  min64: 4,
  max64: 5,
  moments: 6,
  skew: 7,
  first: 8,
  last: 9,
  maxTime: 10,
  decayedSum: 11,
  decayedCount: 12,
} as const;

function formOf({ kind, lane }: FixedComponent): number {
  const wide = lane.cell === 'int64';
  switch (kind) {
    case 'min':
      return wide ? FORM.min64 : FORM.min;
    case 'max':
      return wide ? FORM.max64 : FORM.max;
    case 'max_time':
      return FORM.maxTime;
    case 'decayed_sum':
      return FORM.decayedSum;
    case 'decayed_count':
      return FORM.decayedCount;
    default:
      return FORM[kind];
  }
}

/** Of some of a view's components. `at` is always where the slots of a whole state begin; those of other components are not touched. */
export class SlotAlgebra {
  readonly #forms: Int32Array;
  readonly #slots: Int32Array;
  readonly #lanes: Int32Array;
  /** 1 where values are int64 words. */
  readonly #wide: Uint8Array;
  readonly #halfLivesMs: Float64Array;

  constructor(components: readonly FixedComponent[]) {
    this.#forms = Int32Array.from(components.map(formOf));
    this.#slots = Int32Array.from(components.map(({ slot }) => slot));
    this.#lanes = Int32Array.from(components.map(({ lane }) => lane.index));
    this.#wide = Uint8Array.from(components.map(({ lane }) => Number(lane.cell === 'int64')));
    this.#halfLivesMs = Float64Array.from(components.map(({ parameter }) => parameter));
  }

  /** The state of no events. */
  reset(states: Float64Array, at: number): void {
    for (let i = 0; i < this.#forms.length; i++) {
      const slot = at + (this.#slots[i] as number);
      states[slot] = 0;
      switch (this.#forms[i]) {
        case FORM.sum:
          states[slot + 1] = 0;
          break;
        case FORM.min:
          states[slot] = Number.POSITIVE_INFINITY;
          break;
        case FORM.max:
        case FORM.maxTime:
          states[slot] = Number.NEGATIVE_INFINITY;
          break;
        case FORM.min64:
          states[slot] = INT64_MAX_HIGH;
          states[slot + 1] = WORD_MAX;
          break;
        case FORM.max64:
          states[slot] = INT64_MIN_HIGH;
          states[slot + 1] = 0;
          break;
        case FORM.skew:
          states[slot + 3] = 0;
          states[slot + 1] = 0;
          states[slot + 2] = 0;
          break;
        case FORM.moments:
          states[slot + 1] = 0;
          states[slot + 2] = 0;
          break;
        case FORM.first:
          resetEnd(states, slot, Number.POSITIVE_INFINITY);
          break;
        case FORM.last:
          resetEnd(states, slot, Number.NEGATIVE_INFINITY);
          break;
        case FORM.decayedSum:
        case FORM.decayedCount:
          states[slot] = Number.NEGATIVE_INFINITY;
          states[slot + 1] = 0;
      }
    }
  }

  /** Adds an event that passed the view's filter. */
  add(states: Float64Array, at: number, inputs: LaneInputs, eventTimeMs: number, tie: Hash64): void {
    const { taken, numbers, rests, highs, lows } = inputs;
    for (let i = 0; i < this.#forms.length; i++) {
      const lane = this.#lanes[i] as number;
      if (!taken[lane]) continue;
      const slot = at + (this.#slots[i] as number);
      switch (this.#forms[i]) {
        case FORM.count:
          states[slot]! += 1;
          break;
        case FORM.sum:
          addToPair(states, slot, numbers[lane] as number);
          if (rests[lane] !== 0) addToPair(states, slot, rests[lane] as number);
          break;
        case FORM.min:
          if ((numbers[lane] as number) < (states[slot] as number)) states[slot] = numbers[lane] as number;
          break;
        case FORM.max:
          if ((numbers[lane] as number) > (states[slot] as number)) states[slot] = numbers[lane] as number;
          break;
        case FORM.min64:
          keepExtreme(states, slot, highs[lane] as number, lows[lane] as number, -1);
          break;
        case FORM.max64:
          keepExtreme(states, slot, highs[lane] as number, lows[lane] as number, 1);
          break;
        case FORM.moments:
          addToMoments(states, slot, numbers[lane] as number, false);
          break;
        case FORM.skew:
          addToMoments(states, slot, numbers[lane] as number, true);
          break;
        case FORM.first:
        case FORM.last: {
          const wide = this.#wide[i] === 1;
          const high = wide ? (highs[lane] as number) : (numbers[lane] as number);
          const low = wide ? (lows[lane] as number) : 0;
          const sign = this.#forms[i] === FORM.last ? 1 : -1;
          keepEnd(states, slot, sign, eventTimeMs, tie.high, tie.low, high, low);
          break;
        }
        case FORM.maxTime:
          if (eventTimeMs > (states[slot] as number)) states[slot] = eventTimeMs;
          break;
        case FORM.decayedSum:
          addDecayed(states, slot, this.#halfLivesMs[i] as number, eventTimeMs, numbers[lane] as number);
          break;
        case FORM.decayedCount:
          addDecayed(states, slot, this.#halfLivesMs[i] as number, eventTimeMs, 1);
      }
    }
  }

  /** Merges another state, in other memory or at another offset, into the one at `at`. */
  merge(states: Float64Array, at: number, others: Float64Array, otherAt: number): void {
    for (let i = 0; i < this.#forms.length; i++) {
      const slot = at + (this.#slots[i] as number);
      const other = otherAt + (this.#slots[i] as number);
      switch (this.#forms[i]) {
        case FORM.count:
          states[slot]! += others[other] as number;
          break;
        case FORM.sum:
          addToPair(states, slot, others[other] as number);
          addToPair(states, slot, others[other + 1] as number);
          break;
        case FORM.min:
          if ((others[other] as number) < (states[slot] as number)) states[slot] = others[other] as number;
          break;
        case FORM.max:
        case FORM.maxTime:
          if ((others[other] as number) > (states[slot] as number)) states[slot] = others[other] as number;
          break;
        case FORM.min64:
          keepExtreme(states, slot, others[other] as number, others[other + 1] as number, -1);
          break;
        case FORM.max64:
          keepExtreme(states, slot, others[other] as number, others[other + 1] as number, 1);
          break;
        case FORM.moments:
          mergeMoments(states, slot, others, other, false);
          break;
        case FORM.skew:
          mergeMoments(states, slot, others, other, true);
          break;
        case FORM.first:
        case FORM.last: {
          const sign = this.#forms[i] === FORM.last ? 1 : -1;
          const [high, low] = [others[other + 3] as number, others[other + 4] as number];
          const [tieHigh, tieLow] = [others[other + 1] as number, others[other + 2] as number];
          keepEnd(states, slot, sign, others[other] as number, tieHigh, tieLow, high, low);
          break;
        }
        case FORM.decayedSum:
        case FORM.decayedCount: {
          const time = others[other] as number;
          if (time === Number.NEGATIVE_INFINITY) break;
          addDecayed(states, slot, this.#halfLivesMs[i] as number, time, others[other + 1] as number);
        }
      }
    }
  }
}
