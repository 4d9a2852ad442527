/** A project in which payments are enriched with what is known of their merchant. Each call makes new declarations. */
import { aggregationView } from './aggregation-view-declaration';
import { entity, eventSource } from './declarations';
import { distinctCount } from './distribution-declarations';
import { count, sum } from './feature-declarations';
import { type ProjectDeclaration, project } from './project-declaration';
import { tableSource, tableView } from './table-view-declaration';

export function declareEnriched(enrich: object = {}) {
  const merchant = entity({ name: 'merchant', joinKeys: { merchant: 'string' } });
  const customer = entity({ name: 'customer', joinKeys: { customer: 'int64' } });
  const declines = eventSource({
    name: 'declines',
    topic: 'declines',
    fields: { time: 'timestamp', merchant: 'string', amount: 'double' },
    eventTime: 'time',
  });
  const merchants = aggregationView({
    name: 'merchants',
    entity: merchant,
    source: declines,
    features: { declines_24h: count({ window: '24h' }), amount_1h: sum('amount', { window: '1h' }) },
  });
  const ratings = tableSource({
    name: 'ratings',
    table: 'crm.ratings',
    fields: { merchant: 'string', at: 'timestamp', rating: 'double', taste: 'vector<3>' },
    eventTime: 'at',
  });
  const rated = tableView({
    name: 'rated',
    entity: merchant,
    source: ratings,
    schedule: { every: '1h' },
    features: { rating: 'rating', taste: 'taste' },
  });
  const payments = eventSource({
    name: 'payments',
    topic: 'payments',
    fields: { time: 'timestamp', customer: 'int64', shop: 'string', amount: 'double' },
    eventTime: 'time',
    enrich: {
      merchant_declines: { feature: merchants.pick('declines_24h'), keys: { merchant: 'shop' } },
      merchant_rating: { feature: rated.pick('rating'), keys: { merchant: 'shop' }, degraded: 'null' },
      ...(enrich as object),
    },
  });
  const risky = aggregationView({
    name: 'risky',
    entity: customer,
    source: payments,
    filter: 'merchant_declines > 3',
    features: {
      payments_7d: count({ window: '7d' }),
      shops_7d: distinctCount('shop', { window: '7d' }),
    },
  });
  return { merchant, customer, declines, merchants, ratings, rated, payments, risky };
}

export function enrichedProject(enrich: object = {}): ProjectDeclaration {
  const { merchant, customer, declines, merchants, ratings, rated, payments, risky } =
    declareEnriched(enrich);
  return project({
    name: 'shops',
    entities: [merchant, customer],
    // the enriched source stands before what it is enriched with
    eventSources: [payments, declines],
    tableSources: [ratings],
    aggregationViews: [risky, merchants],
    tableViews: [rated],
  });
}

/** The same project. */
export const ENRICHED_YAML = `
name: shops
entities:
  - name: merchant
    joinKeys: { merchant: string }
  - name: customer
    joinKeys: { customer: int64 }
eventSources:
  - name: payments
    topic: payments
    fields: { time: timestamp, customer: int64, shop: string, amount: double }
    eventTime: time
    enrich:
      merchant_declines: { feature: 'merchants:declines_24h', keys: { merchant: shop } }
      merchant_rating: { feature: { view: rated, pick: [rating] }, keys: { merchant: shop }, degraded: 'null' }
  - name: declines
    topic: declines
    fields: { time: timestamp, merchant: string, amount: double }
    eventTime: time
tableSources:
  - name: ratings
    table: crm.ratings
    fields: { merchant: string, at: timestamp, rating: double, taste: vector<3> }
    eventTime: at
aggregationViews:
  - name: risky
    entity: customer
    source: payments
    filter: merchant_declines > 3
    features:
      payments_7d: { operation: count, window: 7d }
      shops_7d: { operation: distinct_count, input: shop, window: 7d }
  - name: merchants
    entity: merchant
    source: declines
    features:
      declines_24h: { operation: count, window: 24h }
      amount_1h: { operation: sum, input: amount, window: 1h }
tableViews:
  - name: rated
    entity: merchant
    source: ratings
    schedule: { every: 1h }
    features: { rating: rating, taste: taste }
`;
