/** Payments of customers at merchants: what a model that looks for fraud asks for, in the moment of a payment. */
import {
  aggregationView,
  count,
  countBy,
  decayedSum,
  defineFunction,
  distinctCount,
  entity,
  eventSource,
  featureService,
  histogram,
  last,
  mean,
  onDemandView,
  project,
  quantiles,
  rate,
  sessionEvents,
  sessionSum,
  stddev,
  sum,
  tableSource,
  tableView,
  timeSinceLast,
  topK,
} from '@forebay/definitions';

const owner = 'payments';

const customer = entity({ name: 'customer', joinKeys: { customer: 'int64' }, owner });

const customerAtMerchant = entity({
  name: 'customer_at_merchant',
  joinKeys: { customer: 'int64', merchant: 'string' },
  owner,
});

const payments = eventSource({
  name: 'payments',
  topic: 'payments',
  fields: {
    time: 'timestamp',
    id: 'string',
    customer: 'int64',
    merchant: 'string',
    amount: 'double',
    country: 'string',
    approved: 'bool',
  },
  eventTime: 'time',
  // Terminals send again what was not confirmed.
  eventId: 'id',
  dedupe: '6h',
  archiveOrder: ['customer'],
  owner,
});

const profiles = tableSource({
  name: 'profiles',
  table: 'crm.profiles',
  fields: {
    customer: 'int64',
    valid_from: 'timestamp',
    written_at: 'timestamp',
    credit_limit: 'double',
    home_country: 'string',
    embedding: 'vector<8>',
  },
  eventTime: 'valid_from',
  knownAt: 'written_at',
  owner: 'crm',
});

const recent = aggregationView({
  name: 'recent_payments',
  entity: customer,
  source: payments,
  filter: 'approved',
  batch: { every: '1h' },
  owner,
  features: {
    payments_10m: count({ window: '10m' }),
    payments_per_second_1h: rate({ window: '1h' }),
    amount_24h: sum('amount', { window: '24h' }),
    amount_mean_30d: mean('amount', { window: '30d' }),
    amount_stddev_30d: stddev('amount', { window: '30d' }),
    countries_24h: distinctCount('country', { window: '24h' }),
    last_country: last('country', { window: 'lifetime' }),
    momentum: decayedSum('amount', { halfLife: '6h', description: 'a payment counts half after 6 h' }),
    amount_yesterday: sum('amount', { window: { tumbling: '24h' } }),
    session_payments: sessionEvents({ window: { session: { gap: '30m' } } }),
    session_amount: sessionSum('amount', { window: { session: { gap: '30m' } } }),
    seconds_since_payment: timeSinceLast({ window: 'lifetime' }),
  },
});

const atMerchant = aggregationView({
  name: 'payments_at_merchant',
  entity: customerAtMerchant,
  source: payments,
  owner,
  features: {
    payments_90d: count({ window: '90d' }),
    refused_7d: count({ window: '7d', filter: '!approved' }),
  },
});

/** What changes slowly is made once a day, without a stream. */
const habits = aggregationView({
  name: 'habits',
  entity: customer,
  source: payments,
  stream: false,
  schedule: { every: '24h' },
  owner,
  features: {
    amount_quantiles_90d: quantiles('amount', [0.5, 0.9, 0.99], { window: '90d' }),
    amounts_90d: histogram('amount', [10, 100, 1_000], { window: '90d' }),
    merchants_90d: topK('merchant', 5, { window: '90d', maxKeys: 2_000 }),
    payments_by_country_90d: countBy('country', { window: '90d' }),
  },
});

const profile = tableView({
  name: 'profile',
  entity: customer,
  source: profiles,
  schedule: { every: '1h', wait: '10m' },
  maxAge: '365d',
  owner: 'crm',
  features: {
    credit_limit: 'credit_limit',
    home_country: { field: 'home_country', description: 'as two letters' },
    embedding: 'embedding',
  },
});

/** Near 1 the closer two amounts are, from 0 to 1. */
const likeness = defineFunction({
  name: 'likeness',
  parameters: ['double', 'double'],
  result: 'double',
  evaluate: (a, b) => 1 / (1 + Math.abs(a - b)),
  sql: (a, b) => `1 / (1 + abs(${a} - ${b}))`,
});

const risk = onDemandView({
  name: 'risk',
  inputs: [recent, profile.pick('credit_limit', 'home_country')],
  request: { amount: 'double', country: 'string' },
  owner,
  features: {
    amount_z: '(amount - amount_mean_30d) / amount_stddev_30d',
    part_of_limit: 'amount / credit_limit',
    is_abroad: 'country != home_country',
    like_usual: { expression: 'likeness(amount, amount_mean_30d)', description: '1: as always' },
    is_suspicious: 'amount_z > 3.0 && (is_abroad || part_of_limit > 0.5)',
  },
});

const fraud = featureService({
  name: 'fraud',
  owner,
  features: [recent, atMerchant, habits.pick('merchants_90d'), profile.pick('embedding'), risk],
});

export default project({
  name: 'payments',
  entities: [customer, customerAtMerchant],
  eventSources: [payments],
  tableSources: [profiles],
  aggregationViews: [recent, atMerchant, habits],
  tableViews: [profile],
  onDemandViews: [risk],
  functions: [likeness],
  featureServices: [fraud],
});
