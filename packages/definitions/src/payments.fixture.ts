/** A small, valid project with a view of every kind, for the unit tests of this package. Each call makes new declarations. */
import { type AggregationViewOptions, aggregationView } from './aggregation-view-declaration';
import { entity, eventSource } from './declarations';
import { countBy, quantiles, topK } from './distribution-declarations';
import { count, mean, stddev, sum } from './feature-declarations';
import { defineFunction, type FunctionOptions } from './function-declaration';
import { type OnDemandViewOptions, onDemandView } from './on-demand-view-declaration';
import { featureService, type ProjectDeclaration, project } from './project-declaration';
import {
  type TableSourceOptions,
  type TableViewOptions,
  tableSource,
  tableView,
} from './table-view-declaration';
import { decayedSum, sessionEvents } from './time-declarations';

/** Options as a JavaScript file could give them, whatever their types. */
export interface PaymentsChanges {
  tableSource?: object;
  daily?: object;
  profile?: object;
  risk?: object;
  ratio?: object;
}

export function declarePayments(changes: PaymentsChanges = {}) {
  const customer = entity({ name: 'customer', joinKeys: { customer: 'int64' } });
  const payments = eventSource({
    name: 'payments',
    topic: 'payments',
    fields: { time: 'timestamp', id: 'string', customer: 'int64', amount: 'double', country: 'string' },
    eventTime: 'time',
    eventId: 'id',
    dedupe: '2h',
  });
  const recent = aggregationView({
    name: 'recent',
    entity: customer,
    source: payments,
    features: {
      amount_1h: sum('amount', { window: '1h' }),
      amount_mean_7d: mean('amount', { window: '7d' }),
      amount_stddev_7d: stddev('amount', { window: '7d' }),
      countries: topK('country', 3, { window: '7d' }),
      momentum: decayedSum('amount', { halfLife: '6h' }),
      session: sessionEvents({ window: { session: { gap: '30m' } } }),
      yesterday: count({ window: { tumbling: '24h', origin: '6h' } }),
    },
  });
  const daily = aggregationView({
    name: 'daily',
    entity: customer,
    source: payments,
    stream: false,
    schedule: { every: '24h' },
    features: {
      amounts: quantiles('amount', [0.5, 0.9], { window: '30d' }),
      by_country: countBy('country', { window: '90d', maxKeys: 300 }),
      payments: count({ window: '30d' }),
    },
    ...(changes.daily as Partial<AggregationViewOptions>),
  });
  const profiles = tableSource({
    name: 'profiles',
    table: 'crm.profiles',
    fields: {
      customer: 'int64',
      since: 'timestamp',
      seen: 'timestamp',
      limit: 'double',
      tier: 'string',
      taste: 'vector<3>',
    },
    eventTime: 'since',
    knownAt: 'seen',
    ...(changes.tableSource as Partial<TableSourceOptions>),
  } as never);
  const profile = tableView({
    name: 'profile',
    entity: customer,
    source: profiles,
    schedule: { every: '1h' },
    maxAge: '365d',
    features: { credit_limit: 'limit', tier: { field: 'tier', description: 'of service' }, taste: 'taste' },
    ...(changes.profile as Partial<TableViewOptions>),
  } as never);
  const ratio = defineFunction({
    name: 'part_of',
    parameters: ['double', 'double'],
    result: 'double',
    evaluate: (a: number, b: number) => a / b,
    sql: (a: string, b: string) => `${a} / ${b}`,
    ...(changes.ratio as Partial<FunctionOptions>),
  } as never);
  const risk = onDemandView({
    name: 'risk',
    inputs: [recent.pick('amount_mean_7d', 'amount_stddev_7d'), profile],
    request: { amount: 'double' },
    features: {
      z: '(amount - amount_mean_7d) / amount_stddev_7d',
      of_limit: { expression: 'part_of(amount, credit_limit)', description: 'part of the limit' },
      suspicious: 'z > 3.0 && of_limit > 0.5',
    },
    ...(changes.risk as Partial<OnDemandViewOptions>),
  });
  return { customer, payments, recent, daily, profiles, profile, ratio, risk };
}

export function paymentsProject(changes: PaymentsChanges = {}): ProjectDeclaration {
  const { customer, payments, recent, daily, profiles, profile, ratio, risk } = declarePayments(changes);
  return project({
    name: 'payments',
    entities: [customer],
    eventSources: [payments],
    tableSources: [profiles],
    aggregationViews: [recent, daily],
    tableViews: [profile],
    onDemandViews: [risk],
    functions: [ratio],
    featureServices: [
      featureService({ name: 'fraud', features: [recent.pick('amount_1h'), daily, profile, risk] }),
    ],
  });
}
