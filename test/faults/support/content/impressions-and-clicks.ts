/** Seeded impressions and clicks of the last minutes: many follow one another as closely as the bound allows, or just not. */
import type { Random } from '@forebay/testkit';
import type { ContentTerms } from './content';
import { USERS } from './orders';
import { WITHIN_MS } from './pair-project';

export type Impression = {
  readonly time: number;
  readonly id: string;
  readonly user: string | null;
  readonly ad: number | null;
  readonly price: string | number | null;
};

export type Click = {
  readonly time: number;
  readonly id: number;
  readonly user: string | null;
  readonly ad: number | null;
  readonly ok: boolean | null;
};

/** What later events of the other source may follow, or have followed. */
const REMEMBERED = 400;
const ADS = 5;

type Event = Impression | Click;

export class ImpressionsAndClicks {
  readonly #recent: Event[] = [];
  #next = 1;

  constructor(private readonly random: Random) {}

  impressions(n: number, terms: ContentTerms): Impression[] {
    const { random } = this;
    return Array.from({ length: n }, () => {
      const { time, user, ad } = this.#beside(-1, terms);
      const number = this.#next++;
      const id = random.chance(0.1) ? `${number}/é` : `${number}`;
      const price = random.chance(0.002) ? '9007199254740995' : this.#nullOr(random.integer(300) - 100);
      return this.#remember({ time, id, user, ad, price });
    });
  }

  clicks(n: number, terms: ContentTerms): Click[] {
    return Array.from({ length: n }, () => {
      const { time, user, ad } = this.#beside(1, terms);
      const id = this.#next++;
      return this.#remember({ time, id, user, ad, ok: this.#nullOr(this.random.chance(0.6)) });
    });
  }

  /** Time and key of an event that comes after (1) or before (−1) one that was sent, or is alone. */
  #beside(direction: 1 | -1, { reachMs, nowMs, user }: ContentTerms): Pick<Event, 'time' | 'user' | 'ad'> {
    const { random } = this;
    const fromMs = nowMs - reachMs;
    if (this.#recent.length > 0 && user === null && random.chance(0.7)) {
      const other = random.pick(this.#recent);
      const apartMs = random.pick([
        0,
        -1,
        1,
        WITHIN_MS - 1,
        WITHIN_MS,
        WITHIN_MS + 1,
        random.integer(2 * WITHIN_MS),
      ]);
      const time = other.time + direction * apartMs;
      if (time >= fromMs && time < nowMs) return { time, user: other.user, ad: other.ad };
    }
    return {
      time: fromMs + random.integer(reachMs),
      user: user ?? this.#nullOr(random.pick(USERS)),
      ad: this.#nullOr(random.integer(ADS)),
    };
  }

  #remember<E extends Event>(event: E): E {
    if (this.#recent.length < REMEMBERED) this.#recent.push(event);
    else this.#recent[this.random.integer(REMEMBERED)] = event;
    return event;
  }

  #nullOr<T>(value: T): T | null {
    return this.random.chance(0.03) ? null : value;
  }
}
