/** Seeded orders of the last minutes: ties, hop edges and their neighbours among them, nulls, large integers. */
import type { Random } from '@forebay/testkit';
import type { ContentTerms } from './content';

export type Order = {
  readonly time: number;
  readonly id: number;
  readonly user: string | null;
  readonly card: string | number | null;
  readonly city: string | null;
  readonly amount: number | null;
  readonly units: string | number | null;
  readonly online: boolean | null;
};

const CITIES = ['Zürich', 'São Paulo', 'Oslo', '', '東京', 'Lima', '🏝'];
export const USERS: readonly string[] = [
  '',
  'a.b',
  '東京 🏝',
  ...Array.from({ length: 27 }, (_, i) => `user-${i}`),
];
const CARDS = [1, 2, -7, '9007199254740993'];

export class Orders {
  #next = 1;

  constructor(private readonly random: Random) {}

  take(n: number, { reachMs, nowMs, user }: ContentTerms): Order[] {
    const { random } = this;
    const nullOr = <T>(value: T) => (random.chance(0.05) ? null : value);
    return Array.from({ length: n }, () => ({
      time: this.#time(nowMs - reachMs, nowMs),
      id: this.#next++,
      user: user ?? (random.chance(0.01) ? null : random.pick(USERS)),
      card: nullOr(random.pick(CARDS)),
      city: nullOr(random.pick(CITIES)),
      amount: nullOr((random.integer(250_000) - 50_000) / 64),
      units: random.chance(0.003) ? '9007199254740995' : nullOr(random.integer(600) - 300),
      online: nullOr(random.chance(0.5)),
    }));
  }

  #time(fromMs: number, toMs: number): number {
    const { random } = this;
    const time = fromMs + random.integer(toMs - fromMs);
    if (random.chance(0.7)) return time;
    const hop = random.pick([1_000, 60_000]);
    const edge = Math.floor(time / hop) * hop + random.pick([-1, 0, 1]);
    return Math.min(Math.max(edge, fromMs), toMs - 1);
  }
}
