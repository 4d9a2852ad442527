/** The events of one key and one side that may still find a partner, by time. */
import type { Value } from '@forebay/expressions';

/** `values`: what pairs take from it. */
export interface HeldEvent {
  readonly timeMs: number;
  readonly id: Value;
  readonly values: readonly Value[];
}

/** What an event holds beside its values: the objects themselves, their place in the list, the time. */
const EVENT_BYTES = 96;
const VALUE_BYTES = 16;

/** An estimate of what an event takes in memory. */
export function heldBytes({ id, values }: HeldEvent): number {
  let bytes = EVENT_BYTES + textBytes(id);
  for (const value of values) bytes += VALUE_BYTES + textBytes(value);
  return bytes;
}

function textBytes(value: Value): number {
  return typeof value === 'string' ? 2 * value.length : 0;
}

export class HeldEvents {
  /** Ascending by time. */
  readonly #events: HeldEvent[] = [];

  get count(): number {
    return this.#events.length;
  }

  /** False: it is held already, by (time, id). */
  add(event: HeldEvent): boolean {
    const from = this.#firstFrom(event.timeMs);
    let at = from;
    for (; this.#events[at]?.timeMs === event.timeMs; at++)
      if (this.#events[at]?.id === event.id) return false;
    this.#events.splice(at, 0, event);
    return true;
  }

  /** Those with `fromMs ≤ time < toMs`. */
  between(fromMs: number, toMs: number): readonly HeldEvent[] {
    return this.#events.slice(this.#firstFrom(fromMs), this.#firstFrom(toMs));
  }

  has(fromMs: number, toMs: number): boolean {
    const event = this.#events[this.#firstFrom(fromMs)];
    return event !== undefined && event.timeMs < toMs;
  }

  /** Takes those with `fromMs ≤ time < toMs` out. */
  take(fromMs: number, toMs: number): HeldEvent[] {
    const from = this.#firstFrom(fromMs);
    return this.#events.splice(from, Math.max(0, this.#firstFrom(toMs) - from));
  }

  /** The first place whose time is not before. */
  #firstFrom(timeMs: number): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle] as HeldEvent).timeMs < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
