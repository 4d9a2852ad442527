/** The definitions of a scene: orders by user and by (user, card), with an operation of every kind of state. */
import {
  aggregationView,
  count,
  countBy,
  decayedSum,
  distinctCount,
  entity,
  eventSource,
  featureService,
  first,
  histogram,
  last,
  lastN,
  max,
  mean,
  min,
  type ProjectDeclaration,
  project,
  quantile,
  sessionCount,
  sessionDuration,
  sessionEvents,
  stddev,
  sum,
  sumBy,
  timeSinceLast,
  topK,
} from '@forebay/definitions';
import { outputOf, type SourceTraits } from './content';

const milliseconds = (ms: number) => `${ms}ms` as const;
const SESSION = { gap: '1m', maxLength: '1h', hop: '1m' } as const;
/** More than the lateness, and than what a run takes. */
const DEDUPE_MARGIN_MS = 20 * 60_000;

export function orderProject(traits: SourceTraits): ProjectDeclaration {
  const user = entity({ name: 'user', joinKeys: { user: 'string' } });
  const card = entity({ name: 'card', joinKeys: { user: 'string', card: 'int64' } });
  const orders = eventSource({
    name: 'orders',
    topic: traits.topic,
    fields: {
      time: 'timestamp',
      id: 'int64',
      user: 'string',
      card: 'int64',
      city: 'string',
      amount: 'double',
      units: 'int64',
      online: 'bool',
    },
    eventTime: 'time',
    ...(traits.hasIds ? { eventId: 'id', dedupe: milliseconds(traits.latenessMs + DEDUPE_MARGIN_MS) } : {}),
    allowedLateness: milliseconds(traits.latenessMs),
    maxClockSkew: milliseconds(traits.skewMs),
    maxStaleness: milliseconds(traits.maxStalenessMs),
    partitions: traits.partitions,
    ...(traits.isRekeyed ? { keyedBy: [], rekey: { by: ['user'], partitions: 3 } } : {}),
  });
  const byUser = aggregationView({
    name: 'by_user',
    entity: user,
    source: orders,
    batch: false,
    ...outputOf(traits, 'by_user'),
    features: {
      orders_1m: count({ window: '1m' }),
      orders_2h: count({ window: '2h' }),
      paid_2h: sum('amount', { window: '2h' }),
      units_20m: sum('units', { window: '20m' }),
      mean_paid_20m: mean('amount', { window: '20m' }),
      spread_2h: stddev('amount', { window: '2h' }),
      least_20m: min('units', { window: '20m' }),
      most_2h: max('amount', { window: '2h' }),
      faded: decayedSum('amount', { halfLife: '10m', window: '2h' }),
      online_2h: count({ window: '2h', filter: 'online' }),
      quiet: timeSinceLast({ window: '2h' }),
    },
  });
  const tastes = aggregationView({
    name: 'tastes',
    entity: user,
    source: orders,
    batch: false,
    features: {
      first_city_2h: first('city', { window: '2h' }),
      last_city_2h: last('city', { window: '2h' }),
      recent_cities_20m: lastN('city', 4, { window: '20m' }),
      cities_2h: distinctCount('city', { window: '2h' }),
      amounts_2h: distinctCount('units', { window: '2h', exact: 16 }),
      usual_2h: quantile('amount', 0.9, { window: '2h' }),
      sizes_2h: histogram('units', [-100, 0, 100], { window: '2h' }),
      by_city_2h: countBy('city', { window: '2h' }),
      paid_by_city_20m: sumBy('units', 'city', { window: '20m' }),
      top_cities_2h: topK('city', 2, { window: '2h' }),
      visits: sessionCount({ window: { session: SESSION } }),
      visit_orders: sessionEvents({ window: { session: SESSION } }),
      visit_seconds: sessionDuration({ window: { session: SESSION } }),
    },
  });
  const byCard = aggregationView({
    name: 'by_card',
    entity: card,
    source: orders,
    batch: false,
    ...outputOf(traits, 'by_card', 'protobuf'),
    filter: 'amount >= 0.0',
    features: {
      card_orders_2h: count({ window: '2h' }),
      card_paid_20m: sum('amount', { window: '20m' }),
      card_cities_20m: lastN('city', 2, { window: '20m' }),
    },
  });
  const views = [byUser, tastes, byCard];
  return project({
    name: 'faults',
    entities: [user, card],
    eventSources: [orders],
    aggregationViews: views,
    featureServices: [featureService({ name: 'all', features: [byUser, tastes] })],
  });
}
