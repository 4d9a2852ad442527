/** What the batch benchmark computes: ten features over windows of each user's payments, and ten columns of a table of users. */
import {
  aggregationView,
  count,
  entity,
  eventSource,
  featureService,
  max,
  mean,
  min,
  type ProjectDeclaration,
  project,
  sum,
  tableSource,
  tableView,
} from '@forebay/definitions';

const owner = 'bench';
export const PROJECT = 'bench';
export const SERVICE = 'everything';
export const PROFILES_TABLE = 'bench_profiles';
export const WINDOWED_VIEW = 'spending';
export const TABLE_VIEW = 'profile';

const user = entity({ name: 'user', joinKeys: { user: 'string' }, owner });

const payments = eventSource({
  name: 'payments',
  topic: 'bench_payments',
  partitions: 1,
  fields: { time: 'timestamp', user: 'string', amount: 'double' },
  eventTime: 'time',
  archiveOrder: ['user'],
  owner,
});

const OPERATIONS = { count, sum, mean, min, max } as const;
const WINDOWS = ['24h', '30d'] as const;

const spending = aggregationView({
  name: WINDOWED_VIEW,
  entity: user,
  source: payments,
  features: Object.fromEntries(
    WINDOWS.flatMap((length) =>
      Object.entries(OPERATIONS).map(([operation, declare]) => [
        `${operation}_${length}`,
        declare('amount', { window: length }),
      ]),
    ),
  ),
  owner,
});

/** A second view of the payments, for those who fill both at once. */
export const SECOND_VIEW = 'habits';
const habits = aggregationView({
  name: SECOND_VIEW,
  entity: user,
  source: payments,
  features: {
    payments_7d: count({ window: '7d' }),
    small_7d: count({ window: '7d', filter: 'amount < 5.0' }),
    paid_14d: sum('amount', { window: '14d' }),
    most_14d: max('amount', { window: '14d' }),
  },
  owner,
});

/** Of the table of users. */
export const COLUMN_NAMES = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9'] as const;
type ColumnName = (typeof COLUMN_NAMES)[number];
const eachColumn = <const V>(of: (name: ColumnName) => V) =>
  Object.fromEntries(COLUMN_NAMES.map((name) => [name, of(name)])) as Record<ColumnName, V>;

const profiles = tableSource({
  name: 'profiles',
  table: PROFILES_TABLE,
  fields: {
    user: 'string',
    at: 'timestamp',
    ...eachColumn(() => 'double' as const),
  },
  eventTime: 'at',
  owner,
});

const profile = tableView({
  name: TABLE_VIEW,
  entity: user,
  source: profiles,
  features: eachColumn((name) => name),
  schedule: { every: '1d' },
  owner,
});

export function batchProject({ withSecond = false } = {}): ProjectDeclaration {
  return project({
    name: PROJECT,
    entities: [user],
    eventSources: [payments],
    tableSources: [profiles],
    aggregationViews: [spending, ...(withSecond ? [habits] : [])],
    tableViews: [profile],
    featureServices: [featureService({ name: SERVICE, features: [spending, profile] })],
  });
}
