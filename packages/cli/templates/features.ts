/**
 * A small shop: what is known, at any instant, about each customer. Everything that can be declared is in
 * docs/DEFINITIONS.md; "forebay plan" says what is wrong here, and what applying it would do.
 */
import {
  aggregationView,
  count,
  entity,
  eventSource,
  featureService,
  mean,
  onDemandView,
  project,
  sum,
  timeSinceLast,
  topK,
} from '@forebay/definitions';

/** What features describe, and the keys that name it. */
const customer = entity({
  name: 'customer',
  joinKeys: { customer: 'string' },
  owner: 'shop',
  description: 'Someone who buys',
});

/** A Kafka topic; Forebay keeps every event in a table of ClickHouse, too. */
const orders = eventSource({
  name: 'orders',
  topic: 'orders',
  fields: { time: 'timestamp', id: 'string', customer: 'string', price: 'double', category: 'string' },
  eventTime: 'time',
  // Copies of an order are known by its id, and count once.
  eventId: 'id',
  dedupe: '2h',
  archiveOrder: ['customer'],
});

/** Counted from live events and from history, in one number that slides with the clock. */
const customerOrders = aggregationView({
  name: 'customer_orders',
  entity: customer,
  source: orders,
  // Orders without a price are no part of the view.
  filter: 'price != null',
  batch: { every: '1h' },
  features: {
    orders_1h: count({ window: '1h' }),
    spent_24h: sum('price', { window: '24h' }),
    large_orders_7d: count({ window: '7d', filter: 'price > 100.0' }),
    price_mean_30d: mean('price', { window: '30d', description: 'mean price of an order' }),
    favourite_categories_30d: topK('category', 3, { window: '30d' }),
    seconds_since_order: timeSinceLast({ window: 'lifetime' }),
  },
});

/** Computed when it is asked for, from other features and from what the request brings. */
const basket = onDemandView({
  name: 'basket',
  inputs: [customerOrders.pick('price_mean_30d')],
  request: { basket_price: 'double' },
  features: {
    basket_to_mean: 'basket_price / price_mean_30d',
    is_unusual: 'basket_to_mean > 3.0',
  },
});

/** The list of features that one model asks for. */
const checkout = featureService({ name: 'checkout', features: [customerOrders, basket] });

export default project({
  name: 'shop',
  entities: [customer],
  eventSources: [orders],
  aggregationViews: [customerOrders],
  onDemandViews: [basket],
  featureServices: [checkout],
});
