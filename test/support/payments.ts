/** A small project, and events for it: payments by account (history and stream) and by card (stream only). */
import {
  type AggregationViewOptions,
  aggregationView,
  count,
  distinctCount,
  type EventSourceOptions,
  entity,
  eventSource,
  featureService,
  first,
  last,
  lastN,
  max,
  mean,
  min,
  type ProjectDeclaration,
  project,
  stddev,
  sum,
  timeSinceLast,
} from '@forebay/definitions';
import type { Random } from '@forebay/testkit';

export interface PaymentsOptions {
  readonly topic: string;
  readonly partitions?: number;
  /** Topics beside it, with where fields stand in them. */
  readonly others?: NonNullable<EventSourceOptions['topics']>;
  /** By what the topic is keyed, and how it is to be keyed, if not by the account. */
  readonly keying?: {
    readonly keyedBy?: readonly ('account' | 'card')[];
    readonly rekey?: { readonly by: readonly ('account' | 'card')[]; readonly partitions: number };
  };
  /** A second version of the view by account. */
  readonly withSecondVersion?: boolean;
  /** A view by city, with history. */
  readonly withCities?: boolean;
  /** What the views give besides being read. */
  readonly outputs?: { readonly byAccount?: ViewOutputs; readonly byCard?: ViewOutputs };
}

export type ViewOutputs = Pick<AggregationViewOptions, 'output' | 'series'>;

/** A payment as it lies in the topic; int64 beyond 2^53 as text. */
export type Payment = {
  readonly time: number;
  readonly account: string | null;
  readonly card: string | number | null;
  readonly city: string | null;
  readonly amount: number | null;
  readonly units: string | number | null;
  readonly online: boolean | null;
};

export const PROJECT = 'payments';
/** How late an event may be and count everywhere; cuts lie so far behind. */
export const LATENESS_MS = 10 * 60_000;
/** History ends so far before now: further back than the windows of the view by card, which knows no history. */
export const HISTORY_ENDS_MS = 30 * 60_000;

export function paymentsProject({
  topic,
  partitions = 2,
  others = [],
  withSecondVersion = false,
  withCities = false,
  keying = {},
  outputs = {},
}: PaymentsOptions): ProjectDeclaration {
  const account = entity({ name: 'account', joinKeys: { account: 'string' } });
  const card = entity({ name: 'card', joinKeys: { account: 'string', card: 'int64' } });
  const payments = eventSource({
    name: 'payments',
    topics: [{ topic }, ...others],
    fields: {
      time: 'timestamp',
      account: 'string',
      card: 'int64',
      city: 'string',
      amount: 'double',
      units: 'int64',
      online: 'bool',
    },
    eventTime: 'time',
    allowedLateness: '10m',
    maxClockSkew: '1m',
    partitions,
    ...keying,
  });
  const byAccount = aggregationView({
    name: 'by_account',
    entity: account,
    source: payments,
    batch: { horizon: '2h', cutHop: '1m' },
    ...(outputs.byAccount as object),
    features: {
      payments_1m: count({ window: '1m' }),
      payments_1h: count({ window: '1h' }),
      paid_1d: sum('amount', { window: '1d' }),
      units_2d: sum('units', { window: '2d' }),
      mean_paid_1h: mean('amount', { window: '1h' }),
      least_2d: min('units', { window: '2d' }),
      most_2d: max('amount', { window: '2d' }),
      spread_1d: stddev('amount', { window: '1d' }),
      first_city_1d: first('city', { window: '1d' }),
      last_city_2d: last('city', { window: '2d' }),
      last_paid_1h: last('amount', { window: '1h' }),
      recent_cities_1d: lastN('city', 4, { window: '1d' }),
      recent_units_1h: lastN('units', 3, { window: '1h' }),
      cities_1d: distinctCount('city', { window: '1d' }),
      online_1d: count({ window: '1d', filter: 'online' }),
      payments_ever: count({ window: 'lifetime' }),
      quiet: timeSinceLast({ window: '2d' }),
    },
  });
  const again = aggregationView({
    name: 'by_account',
    version: 2,
    entity: account,
    source: payments,
    filter: 'amount >= 0.0',
    batch: { horizon: '2h', cutHop: '1m' },
    features: { payments_1h: count({ window: '1h' }), paid_1d: sum('amount', { window: '1d' }) },
  });
  const city = entity({ name: 'city', joinKeys: { city: 'string' } });
  const byCity = aggregationView({
    name: 'by_city',
    entity: city,
    source: payments,
    batch: { horizon: '2h', cutHop: '1m' },
    features: {
      city_payments_1h: count({ window: '1h' }),
      city_paid_2d: sum('amount', { window: '2d' }),
      city_cards_2d: distinctCount('card', { window: '2d' }),
      city_payments_ever: count({ window: 'lifetime' }),
    },
  });
  const byCard = aggregationView({
    name: 'by_card',
    entity: card,
    source: payments,
    batch: false,
    ...(outputs.byCard as object),
    features: {
      card_payments_20m: count({ window: '20m' }),
      card_paid_20m: sum('amount', { window: '20m' }),
      card_city_20m: last('city', { window: '20m' }),
      card_cities_20m: lastN('city', 2, { window: '20m' }),
    },
  });
  return project({
    name: PROJECT,
    entities: [account, card, ...(withCities ? [city] : [])],
    eventSources: [payments],
    aggregationViews: [
      byAccount,
      byCard,
      ...(withSecondVersion ? [again] : []),
      ...(withCities ? [byCity] : []),
    ],
    featureServices: [
      featureService({ name: 'accounts', features: [byAccount] }),
      featureService({ name: 'cards', features: [byCard] }),
      ...(withSecondVersion ? [featureService({ name: 'accounts', version: 2, features: [again] })] : []),
    ],
  });
}

const CITIES = ['Zürich', 'São Paulo', 'Oslo', '', '東京', 'a.b%{c}', 'Lima', '🏝'];
/** Keys that need escaping, or are unusual, among plain ones. */
const ACCOUNTS = [
  '',
  'a.b',
  'a%2Eb',
  '{0}',
  '}',
  '東京 🏝',
  'x'.repeat(100),
  ...Array.from({ length: 23 }, (_, i) => `account-${i}`),
];

/** Payments with event times in [from, to): ties, hop edges and their neighbours among them, nulls, large integers. */
export function randomPayments(random: Random, n: number, fromMs: number, toMs: number): Payment[] {
  return Array.from({ length: n }, () => {
    const account = random.chance(0.02) ? null : random.pick(ACCOUNTS);
    return {
      time: eventTime(random, fromMs, toMs),
      account,
      card: random.chance(0.02) ? null : random.pick([1, 2, -7, '9007199254740993', '-9223372036854775808']),
      city: random.chance(0.1) ? null : random.pick(CITIES),
      amount: random.chance(0.1) ? null : (random.integer(250_000) - 50_000) / 64,
      units: random.chance(0.1)
        ? null
        : random.chance(0.01)
          ? '9007199254740995'
          : random.integer(2_000) - 1_000,
      online: random.chance(0.1) ? null : random.chance(0.5),
    };
  });
}

function eventTime(random: Random, fromMs: number, toMs: number): number {
  const time = fromMs + random.integer(toMs - fromMs);
  if (random.chance(0.7)) return time;
  const hop = random.pick([1_000, 60_000]);
  const edge = Math.floor(time / hop) * hop + random.pick([-1, 0, 1]);
  return Math.min(Math.max(edge, fromMs), toMs - 1);
}
