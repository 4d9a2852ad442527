/** What the stream benchmark computes: six aggregations of an amount over windows, and a second view of the same events. */
import {
  aggregationView,
  compileProject,
  count,
  entity,
  eventSource,
  featureService,
  max,
  mean,
  min,
  type Project,
  project,
  stddev,
  sum,
} from '@forebay/definitions';

export const TOPIC = 'bench_payments';
export const PARTITIONS = 4;
export const SERVICE = 'spending';

const owner = 'bench';
const user = entity({ name: 'user', joinKeys: { user: 'string' }, owner });

/** Lengths of windows, by how many a view has. */
const WINDOWS = {
  4: ['1h', '24h', '7d', '30d'],
  8: ['1h', '3h', '6h', '24h', '3d', '7d', '14d', '30d'],
  16: ['1h', '2h', '3h', '4h', '6h', '8h', '12h', '24h', '2d', '3d', '4d', '7d', '10d', '14d', '21d', '30d'],
} as const;
export type WindowCount = keyof typeof WINDOWS;

const OPERATIONS = { count, sum, min, max, mean, stddev } as const;

export interface Declared {
  /** Of the project: its values, archive and checkpoint are its own, the topic is everybody's. */
  readonly name: string;
  readonly views?: 1 | 2;
  readonly windows?: WindowCount;
}

/** The work; feature `count_1h` of `spending` counts the events of an hour. */
export function benchProject({ name, views = 1, windows = 4 }: Declared): Project {
  const source = eventSource({
    name: `${name}_payments`,
    topic: TOPIC,
    partitions: PARTITIONS,
    fields: {
      time: 'timestamp',
      user: 'string',
      amount: 'double',
      country: 'string',
      approved: 'bool',
    },
    eventTime: 'time',
    archiveOrder: ['user'],
    owner,
  });
  const features = Object.fromEntries(
    WINDOWS[windows].flatMap((length) =>
      Object.entries(OPERATIONS).map(([operation, declare]) => [
        `${operation}_${length}`,
        declare('amount', { window: length }),
      ]),
    ),
  );
  const common = { entity: user, source, filter: 'approved', batch: false, features, owner } as const;
  const spending = aggregationView({ name: 'spending', ...common });
  const abroad = aggregationView({ name: 'spending_again', ...common });
  return compileProject(
    project({
      name,
      entities: [user],
      eventSources: [source],
      aggregationViews: views === 1 ? [spending] : [spending, abroad],
      featureServices: [featureService({ name: SERVICE, features: [spending] })],
    }),
  );
}
