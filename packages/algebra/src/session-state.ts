import { ForebayError, type Hash64 } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import { addToPair, addToPairs, numberOf, restOf } from './exact-sum';
import { LastView } from './last-view';
import { viewOf } from './stream-tail';
import type { VariableState } from './variable-state';

const INITIAL_RUNS = 16;

/**
 * The runs of events with successive differences below a gap, and with `sums` the sum of each. Merging is the union of
 * intervals: runs join if the later begins less than the gap after the earlier ends, so one event may join two.
 * Encoded, ascending: f64 first event time, f64 last event time, f64 events, with sums f64 high and low.
 */
export class SessionState implements VariableState {
  readonly #gapMs: number;
  readonly #sums: boolean;
  readonly #runBytes: number;
  readonly #views = new LastView();
  /** The newest first, each at least the gap before the one before: folds go back in time, and so add at the end. */
  #firsts = new Float64Array(INITIAL_RUNS);
  #lasts = new Float64Array(INITIAL_RUNS);
  #events = new Float64Array(INITIAL_RUNS);
  #highs = new Float64Array(INITIAL_RUNS);
  #lows = new Float64Array(INITIAL_RUNS);
  #runs = 0;

  constructor(gapMs: number, sums: boolean) {
    this.#gapMs = gapMs;
    this.#sums = sums;
    this.#runBytes = sums ? 40 : 24;
  }

  reset(): void {
    this.#runs = 0;
  }

  absorb(bytes: Uint8Array, from: number, size: number): void {
    if (size === 0) return;
    if (size % this.#runBytes !== 0)
      throw new ForebayError('corrupt_data', `a session state of ${size} bytes ends inside a run`);
    const view = this.#views.of(bytes);
    // backwards, as the runs are held
    for (let at = from + size - this.#runBytes; at >= from; at -= this.#runBytes) {
      const run = this.#join(
        view.getFloat64(at, true),
        view.getFloat64(at + 8, true),
        view.getFloat64(at + 16, true),
      );
      if (this.#sums) this.#addPair(run, view.getFloat64(at + 24, true), view.getFloat64(at + 32, true));
    }
  }

  add(value: Value, eventTimeMs: number): void {
    const run = this.#join(eventTimeMs, eventTimeMs, 1);
    if (!this.#sums) return;
    this.#addPair(run, numberOf(value), restOf(value));
  }

  /** The first pair of a run stays as it is, so that states come back from their bytes. */
  #addPair(run: number, high: number, low: number): void {
    if (this.#highs[run] === 0 && this.#lows[run] === 0) {
      this.#highs[run] = high;
      this.#lows[run] = low;
      return;
    }
    addToPairs(this.#highs, this.#lows, run, high);
    if (low !== 0) addToPairs(this.#highs, this.#lows, run, low);
  }

  /** Adds a run; returns the place of the one that it is part of now. */
  #join(firstMs: number, lastMs: number, events: number): number {
    const firsts = this.#firsts;
    const lasts = this.#lasts;
    const runs = this.#runs;
    if (runs === 0 || (firsts[runs - 1] as number) - lastMs >= this.#gapMs) {
      this.#insert(runs, firstMs, lastMs, events);
      return runs;
    }
    const to = this.#endingAfter(firstMs - this.#gapMs);
    let from = to;
    while (from > 0 && (firsts[from - 1] as number) - lastMs < this.#gapMs) from--;
    if (from === to) {
      this.#insert(to, firstMs, lastMs, events);
      return to;
    }
    firsts[from] = Math.min(firstMs, firsts[to - 1] as number);
    lasts[from] = Math.max(lastMs, lasts[from] as number);
    this.#events[from] = (this.#events[from] as number) + events;
    for (let run = from + 1; run < to; run++) {
      this.#events[from] = (this.#events[from] as number) + (this.#events[run] as number);
      this.#addPair(from, this.#highs[run] as number, this.#lows[run] as number);
    }
    this.#move(to, from + 1);
    return from;
  }

  /** How many runs end after an instant. */
  #endingAfter(instantMs: number): number {
    let lower = 0;
    let upper = this.#runs;
    if (upper === 0 || (this.#lasts[upper - 1] as number) > instantMs) return upper;
    while (lower < upper) {
      const middle = (lower + upper) >>> 1;
      if ((this.#lasts[middle] as number) > instantMs) lower = middle + 1;
      else upper = middle;
    }
    return lower;
  }

  #insert(at: number, firstMs: number, lastMs: number, events: number): void {
    if (this.#runs === this.#firsts.length) this.#grow();
    if (at === this.#runs) this.#runs++;
    else this.#move(at, at + 1);
    this.#firsts[at] = firstMs;
    this.#lasts[at] = lastMs;
    this.#events[at] = events;
    this.#highs[at] = 0;
    this.#lows[at] = 0;
  }

  /** Moves the runs from `from` on to `to`. */
  #move(from: number, to: number): void {
    if (from === to) return;
    if (from < this.#runs) {
      this.#firsts.copyWithin(to, from, this.#runs);
      this.#lasts.copyWithin(to, from, this.#runs);
      this.#events.copyWithin(to, from, this.#runs);
      if (this.#sums) {
        this.#highs.copyWithin(to, from, this.#runs);
        this.#lows.copyWithin(to, from, this.#runs);
      }
    }
    this.#runs += to - from;
  }

  #grow(): void {
    const grown = (array: Float64Array<ArrayBuffer>) => {
      const larger = new Float64Array(2 * array.length);
      larger.set(array);
      return larger;
    };
    this.#firsts = grown(this.#firsts);
    this.#lasts = grown(this.#lasts);
    this.#events = grown(this.#events);
    this.#highs = grown(this.#highs);
    this.#lows = grown(this.#lows);
  }

  addTo(held: Uint8Array, value: Value, eventTimeMs: number, _tie: Hash64): Uint8Array {
    const at = held.length - this.#runBytes;
    if (at >= 0) {
      const view = this.#views.of(held);
      const lastMs = view.getFloat64(at + 8, true);
      // most events belong to the last run
      if (eventTimeMs >= view.getFloat64(at, true) && eventTimeMs - lastMs < this.#gapMs) {
        if (eventTimeMs > lastMs) view.setFloat64(at + 8, eventTimeMs, true);
        view.setFloat64(at + 16, view.getFloat64(at + 16, true) + 1, true);
        if (this.#sums) {
          addToPair(view, at + 24, numberOf(value));
          if (restOf(value) !== 0) addToPair(view, at + 24, restOf(value));
        }
        return held;
      }
    }
    this.reset();
    this.absorb(held, 0, held.length);
    this.add(value, eventTimeMs);
    return this.encode();
  }

  encode(): Uint8Array {
    const bytes = new Uint8Array(this.#runBytes * this.#runs);
    const view = viewOf(bytes);
    for (let run = 0; run < this.#runs; run++) {
      const at = this.#runBytes * (this.#runs - 1 - run);
      view.setFloat64(at, this.#firsts[run] as number, true);
      view.setFloat64(at + 8, this.#lasts[run] as number, true);
      view.setFloat64(at + 16, this.#events[run] as number, true);
      if (!this.#sums) continue;
      view.setFloat64(at + 24, this.#highs[run] as number, true);
      view.setFloat64(at + 32, this.#lows[run] as number, true);
    }
    return bytes;
  }

  get runs(): number {
    return this.#runs;
  }

  /** Whether the last run goes on at t: its last event is less than the gap ago. */
  isOpenAt(tMs: number): boolean {
    return this.#runs > 0 && tMs - (this.#lasts[0] as number) < this.#gapMs;
  }

  /** Of the last run, if there is one. */
  get lastEvents(): number {
    return this.#events[0] as number;
  }

  get lastSum(): number {
    return (this.#highs[0] as number) + (this.#lows[0] as number);
  }

  get lastDurationMs(): number {
    return (this.#lasts[0] as number) - (this.#firsts[0] as number);
  }
}
