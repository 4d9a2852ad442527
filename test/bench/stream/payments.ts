/** Events of the stream benchmark: JSON of 200 bytes, of which five of eight fields are declared. */
import { DAY_MS } from '@forebay/contract';
import type { NewRecord } from '@forebay/event-log';
import { PARTITIONS, TOPIC } from './declared';

export const EVENT_BYTES = 200;
/** Old events lie in the windows of a month, but for the newest ones that a reader could still expect. */
const OLD_SPAN_MS = 29 * DAY_MS;
/** Between the recent events, which are those that are measured. */
const RECENT_EVERY_MS = 0.2;
const APPROVED_SHARE = 0.95;
const COUNTRIES = ['DE', 'FR', 'US', 'IN', 'BR', 'JP', 'NG', 'PL'] as const;
/** The same countries with a letter escaped: valid JSON that a decoder of plain bytes gives away to JSON.parse. */
const ESCAPED = COUNTRIES.map((country) => `\\u00${country.charCodeAt(0).toString(16)}${country[1]}`);

/** mulberry32: a seeded generator of numbers in [0, 1), so that every run has the same events. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Draws ranks 0 … n − 1 with probability proportional to 1 / (rank + 1). */
export function zipf(n: number, next: () => number): () => number {
  const cumulative = new Float64Array(n);
  let total = 0;
  for (let rank = 0; rank < n; rank++) {
    total += 1 / (rank + 1);
    cumulative[rank] = total;
  }
  return () => {
    const wanted = next() * total;
    let low = 0;
    let high = n - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] as number) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

export interface PaymentsOptions {
  readonly entities: number;
  readonly seed: number;
  /** Whether a declared text holds an escape. */
  readonly escaped?: boolean;
  /** Of all payments, instead of one that is drawn. */
  readonly user?: string;
}

/** Makes one payment after another. */
export class Payments {
  readonly #next: () => number;
  readonly #user: () => number;
  readonly #countries: readonly string[];
  readonly #given: string | null;
  #made = 0;

  constructor({ entities, seed, escaped = false, user }: PaymentsOptions) {
    this.#given = user ?? null;
    this.#next = random(seed);
    this.#user = zipf(entities, this.#next);
    this.#countries = escaped ? ESCAPED : COUNTRIES;
  }

  at(timeMs: number): NewRecord {
    const rank = this.#user();
    const user = this.#given ?? `u${String(rank).padStart(7, '0')}`;
    const amount = Math.floor(this.#next() * 50_000) / 100;
    const country = this.#countries[Math.floor(this.#next() * COUNTRIES.length)] as string;
    const approved = this.#next() < APPROVED_SHARE || this.#given !== null;
    const id = String(this.#made++).padStart(12, '0');
    const head = `{"id":"${id}","time":${timeMs},"user":"${user}","amount":${amount},"country":"${country}","approved":${approved},"channel":"app","note":"`;
    const value = `${head}${'x'.repeat(Math.max(0, EVENT_BYTES - head.length - 2))}"}`;
    // a user's events are in one partition, and the partitions are equally full
    return { topic: TOPIC, key: user, value, partition: rank % PARTITIONS };
  }
}

/** Old events over a month, then recent ones up to `endMs`, in the order of time. */
export function* backlog(
  options: PaymentsOptions,
  { old, recent, endMs }: { readonly old: number; readonly recent: number; readonly endMs: number },
): Generator<NewRecord> {
  const payments = new Payments(options);
  const recentMs = recent * RECENT_EVERY_MS;
  for (let i = 0; i < old; i++) yield payments.at(Math.floor(endMs - recentMs - OLD_SPAN_MS * (1 - i / old)));
  for (let i = 0; i < recent; i++) yield payments.at(Math.floor(endMs - recentMs + i * RECENT_EVERY_MS));
}
