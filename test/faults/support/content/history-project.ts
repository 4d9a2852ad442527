import {
  aggregationView,
  count,
  distinctCount,
  entity,
  eventSource,
  featureService,
  first,
  last,
  lastN,
  max,
  mean,
  type ProjectDeclaration,
  project,
  quantile,
  sum,
  tableSource,
  tableView,
} from '@forebay/definitions';
import type { SourceTraits } from './content';

export const MEMBER_VIEW = 'member_card';

const user = entity({ name: 'user', joinKeys: { user: 'string' } });

const milliseconds = (ms: number) => `${ms}ms` as const;

/** Views whose windows reach far behind what the topic has. */
export function historyProject(traits: SourceTraits): ProjectDeclaration {
  const city = entity({ name: 'city', joinKeys: { city: 'string' } });
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
    allowedLateness: milliseconds(traits.latenessMs),
    maxClockSkew: milliseconds(traits.skewMs),
    maxStaleness: milliseconds(traits.maxStalenessMs),
    partitions: traits.partitions,
  });
  const batch = {
    cutHop: '1m',
    horizon: milliseconds(traits.horizonMs ?? DEFAULT_HORIZON_MS),
    ...(traits.batchEveryMs === undefined ? {} : { every: milliseconds(traits.batchEveryMs) }),
  } as const;
  const byUser = aggregationView({
    name: 'by_user',
    entity: user,
    source: orders,
    batch,
    features: {
      orders_1h: count({ window: '1h' }),
      orders_1d: count({ window: '1d' }),
      paid_2d: sum('amount', { window: '2d' }),
      mean_paid_1h: mean('amount', { window: '1h' }),
      most_2d: max('amount', { window: '2d' }),
      first_city_1d: first('city', { window: '1d' }),
      last_city_1d: last('city', { window: '1d' }),
      recent_cities_1d: lastN('city', 4, { window: '1d' }),
      cities_2d: distinctCount('city', { window: '2d' }),
      usual_1d: quantile('amount', 0.9, { window: '1d' }),
      orders_ever: count({ window: 'lifetime' }),
    },
  });
  const byCity = aggregationView({
    name: 'by_city',
    entity: city,
    source: orders,
    batch,
    filter: 'amount >= 0.0',
    features: {
      city_orders_1h: count({ window: '1h' }),
      city_paid_2d: sum('amount', { window: '2d' }),
      city_users_1d: distinctCount('user', { window: '1d' }),
      city_orders_ever: count({ window: 'lifetime' }),
    },
  });
  return project({
    name: 'faults',
    entities: [user, city],
    eventSources: [orders],
    aggregationViews: [byUser, byCity],
    ...(traits.hasTable ? memberTable() : {}),
    featureServices: [featureService({ name: 'all', features: [byUser] })],
  });
}

function memberTable() {
  const members = tableSource({
    name: 'members',
    table: 'members',
    fields: { user: 'string', at: 'timestamp', points: 'int32', plan: 'string', share: 'double' },
    eventTime: 'at',
  });
  const card = tableView({
    name: MEMBER_VIEW,
    entity: user,
    source: members,
    features: { points: 'points', plan: 'plan', share: 'share' },
    schedule: { every: '1m', wait: '0s', delay: '20s' },
  });
  return { tableSources: [members], tableViews: [card] };
}

const DEFAULT_HORIZON_MS = 2 * 3_600_000;
