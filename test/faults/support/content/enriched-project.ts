/** The definitions of payments that have looked up how often others were declined at their merchant. */
import {
  aggregationView,
  count,
  entity,
  eventSource,
  featureService,
  lastN,
  type ProjectDeclaration,
  project,
  sum,
} from '@forebay/definitions';
import { uniqueName } from '../../../support/stack';
import type { SourceTraits } from './content';

const milliseconds = (ms: number) => `${ms}ms` as const;
/** How late a payment may be looked up and still find the value of its time. */
export const EXACT_WITHIN_MS = 2 * 60_000;

export function enrichedProject(traits: SourceTraits): ProjectDeclaration {
  const user = entity({ name: 'user', joinKeys: { user: 'string' } });
  const merchant = entity({ name: 'merchant', joinKeys: { merchant: 'int64' } });
  const common = {
    eventTime: 'time',
    allowedLateness: milliseconds(traits.latenessMs),
    maxClockSkew: milliseconds(traits.skewMs),
    maxStaleness: milliseconds(traits.maxStalenessMs),
    partitions: traits.partitions,
  } as const;
  const declines = eventSource({
    name: 'declines',
    topic: uniqueName('declines'),
    fields: { time: 'timestamp', merchant: 'int64' },
    ...common,
  });
  const merchants = aggregationView({
    name: 'merchants',
    entity: merchant,
    source: declines,
    batch: false,
    features: { declines_1m: count({ window: '1m' }), declines_20m: count({ window: '20m' }) },
  });
  const exactWithin = milliseconds(EXACT_WITHIN_MS);
  const payments = eventSource({
    name: 'payments',
    topic: uniqueName('payments'),
    fields: { time: 'timestamp', user: 'string', merchant: 'int64', amount: 'double' },
    ...common,
    enrich: {
      recent_declines: { feature: merchants.pick('declines_1m'), exactWithin },
      sure_declines: { feature: merchants.pick('declines_20m'), exactWithin, degraded: 'null' },
    },
  });
  const risky = aggregationView({
    name: 'risky',
    entity: user,
    source: payments,
    filter: 'recent_declines >= 1',
    batch: false,
    features: {
      risky_2h: count({ window: '2h' }),
      declines_2h: sum('recent_declines', { window: '2h' }),
      sure_20m: count({ window: '20m', filter: 'sure_declines > 3' }),
      last_sure_20m: lastN('sure_declines', 4, { window: '20m' }),
      paid_2h: sum('amount', { window: '2h' }),
    },
  });
  return project({
    name: 'faults',
    entities: [user, merchant],
    eventSources: [payments, declines],
    aggregationViews: [risky, merchants],
    featureServices: [featureService({ name: 'all', features: [risky, merchants] })],
  });
}
