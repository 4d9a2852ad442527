import {
  aggregationView,
  applyPlan,
  compileProject,
  count,
  countBy,
  decayedCount,
  decayedSum,
  decodeRegistry,
  defineFunction,
  distinctCount,
  encodeRegistry,
  entity,
  eventSource,
  featureService,
  first,
  firstN,
  histogram,
  last,
  lastN,
  max,
  mean,
  meanBy,
  min,
  onDemandView,
  project,
  quantile,
  quantiles,
  type RegistrySnapshot,
  rate,
  sessionCount,
  sessionDuration,
  sessionEvents,
  sessionSum,
  skewness,
  stddev,
  sum,
  sumBy,
  timeSinceLast,
  topK,
  variance,
} from '@forebay/definitions';

const customer = entity({ name: 'customer', joinKeys: { customer: 'int64' } });
const shop = entity({ name: 'shop', joinKeys: { shop: 'string' } });

const purchases = eventSource({
  name: 'purchases',
  topic: 'purchases',
  fields: {
    at: 'timestamp',
    customer: 'int64',
    shop: 'string',
    amount: 'double',
    units: 'int64',
    floor: 'int32',
    card: 'bool',
    promised: 'timestamp',
  },
  eventTime: 'at',
});

const session = { session: { gap: '10m' } } as const;

/** Every operation of the table, and every kind of window. */
const everything = aggregationView({
  name: 'everything',
  entity: customer,
  source: purchases,
  features: {
    purchases_1h: count({ window: '1h' }),
    by_card_7d: count({ window: '7d', filter: 'card' }),
    units_7d: sum('units', { window: '7d' }),
    paid_yesterday: sum('amount', { window: { tumbling: '24h' } }),
    mean_7d: mean('amount', { window: '7d' }),
    least_units_7d: min('units', { window: '7d' }),
    most_7d: max('amount', { window: '7d' }),
    latest_promise_7d: max('promised', { window: '7d' }),
    variance_7d: variance('amount', { window: '7d' }),
    stddev_7d: stddev('floor', { window: '7d', sample: true }),
    skewness_7d: skewness('amount', { window: '7d' }),
    first_shop: first('shop', { window: 'lifetime' }),
    first_units_7d: first('units', { window: '7d' }),
    last_card_7d: last('card', { window: '7d' }),
    last_promise_7d: last('promised', { window: '7d' }),
    first_cards_7d: firstN('card', 3, { window: '7d' }),
    last_units_7d: lastN('units', 3, { window: '7d' }),
    last_shops_7d: lastN('shop', 3, { window: '7d' }),
    last_promises_7d: lastN('promised', 2, { window: '7d' }),
    last_amounts_7d: lastN('amount', 2, { window: '7d' }),
    last_floors_7d: lastN('floor', 2, { window: '7d' }),
    shops_7d: distinctCount('shop', { window: '7d' }),
    median_7d: quantile('amount', 0.5, { window: '7d' }),
    quantiles_7d: quantiles('amount', [0.1, 0.9], { window: '7d' }),
    favourites_7d: topK('shop', 2, { window: '7d' }),
    floors_7d: topK('floor', 2, { window: '7d' }),
    amounts_7d: histogram('amount', [0, 10, 100], { window: '7d' }),
    by_shop_7d: countBy('shop', { window: '7d' }),
    by_floor_7d: countBy('floor', { window: '7d' }),
    units_by_shop_7d: sumBy('units', 'shop', { window: '7d' }),
    paid_by_shop_7d: sumBy('amount', 'shop', { window: '7d' }),
    mean_by_floor_7d: meanBy('amount', 'floor', { window: '7d' }),
    few_shops_7d: countBy('shop', { window: '7d', maxKeys: 2 }),
    momentum: decayedSum('amount', { halfLife: '6h' }),
    bustle: decayedCount({ halfLife: '6h' }),
    per_second_1h: rate({ window: '1h' }),
    quiet: timeSinceLast({ window: 'lifetime' }),
    session_purchases: sessionEvents({ window: session }),
    session_paid: sessionSum('amount', { window: session }),
    session_seconds: sessionDuration({ window: session }),
    sessions: sessionCount({ window: session }),
  },
});

/** Without a stream: as of every tenth minute, five minutes later. */
export const habits = aggregationView({
  name: 'habits',
  entity: customer,
  source: purchases,
  stream: false,
  schedule: { every: '10m', wait: '1m', delay: '5m' },
  features: {
    purchases_30d: count({ window: '30d' }),
    paid_30d: sum('amount', { window: '30d' }),
    shops_30d: countBy('shop', { window: '30d' }),
  },
});

const shops = aggregationView({
  name: 'shops',
  entity: shop,
  source: purchases,
  batch: false,
  features: { shop_paid_1h: sum('amount', { window: '1h' }), last_floor_1h: last('floor', { window: '1h' }) },
});

/** Near 1 the closer two numbers are. */
const likeness = defineFunction({
  name: 'likeness',
  parameters: ['double', 'double'],
  result: 'double',
  evaluate: (a, b) => 1 / (1 + Math.abs(a - b)),
  sql: (a, b) => `1 / (1 + abs(${a} - ${b}))`,
});

const risk = onDemandView({
  name: 'risk',
  inputs: [everything.pick('mean_7d', 'units_7d', 'first_shop', 'last_card_7d', 'last_promise_7d'), shops],
  request: { amount: 'double', units: 'int64', at: 'timestamp', note: 'string', shop: 'string' },
  features: {
    likeness: 'likeness(amount, mean_7d)',
    share: 'amount / shop_paid_1h',
    all_units: 'units + units_7d',
    is_late: 'at > last_promise_7d',
    is_first_shop: 'shop == first_shop && last_card_7d',
    remark: 'note + "@" + shop',
  },
});

/** Of features that are computed themselves, and of a view that the service does not have. */
const verdict = onDemandView({
  name: 'verdict',
  inputs: [risk.pick('likeness', 'share'), habits.pick('purchases_30d')],
  request: { amount: 'double' },
  features: {
    is_odd: 'likeness < 0.5 && amount > 10.0',
    is_rare: 'purchases_30d < 2',
    part: 'share',
    constant: '1 + 1',
  },
});

const offer = onDemandView({
  name: 'offer',
  request: { price: 'double', pieces: 'int32' },
  features: { total: 'price * double(pieces)' },
});

/** A project whose views are of every kind but tables, as a registry gives it. */
export function shopRegistry(): RegistrySnapshot {
  const compiled = compileProject(
    project({
      name: 'shop',
      entities: [customer, shop],
      eventSources: [purchases],
      aggregationViews: [everything, habits, shops],
      onDemandViews: [verdict, risk, offer],
      functions: [likeness],
      featureServices: [
        featureService({ name: 'everything', features: [everything] }),
        featureService({ name: 'habits', features: [habits] }),
        featureService({ name: 'risk', features: [risk, everything.pick('purchases_1h')] }),
        featureService({ name: 'verdict', features: [verdict] }),
        featureService({ name: 'offer', features: [offer] }),
      ],
    }),
  );
  return decodeRegistry(encodeRegistry(applyPlan(null, compiled, { nowMs: 0, appliedBy: 'test' })));
}
