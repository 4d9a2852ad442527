/** Twelve features of an airport's departures: over flights with one clock, and over the same flights with two. */
import {
  aggregationView,
  compileProject,
  count,
  entity,
  eventSource,
  type FeatureReference,
  max,
  type Project,
  project,
  stddev,
  sum,
} from '@forebay/definitions';

const owner = 'bench';

/** `one`: an event is known when it happens. `two`: when its field `known_at` says. */
export const CLOCKS = ['one', 'two'] as const;
export type ClockCount = (typeof CLOCKS)[number];

/** In the order of the columns; the statements of DuckDB give the same names. */
export const FEATURES = {
  count_1h: 'integer',
  sum_1h: 'integer',
  max_1h: 'integer',
  count_24h: 'integer',
  sum_24h: 'integer',
  max_24h: 'integer',
  count_7d: 'integer',
  max_7d: 'integer',
  stddev_7d: 'double',
  sum_30d: 'integer',
  max_30d: 'integer',
  stddev_30d: 'double',
} as const satisfies Record<string, 'integer' | 'double'>;

const minutely = { window: { length: '1h', hop: '1m' } } as const;
const day = { window: { length: '24h', hop: '1h' } } as const;
const week = { window: { length: '7d', hop: '1h' } } as const;
const month = { window: { length: '30d', hop: '1d' } } as const;

const airport = entity({ name: 'airport', joinKeys: { origin: 'string' }, owner });

function flightsWith(clocks: ClockCount) {
  const source = eventSource({
    name: `flights_${clocks}`,
    topic: `flights_${clocks}`,
    fields: { time: 'timestamp', origin: 'string', delay: 'int32', known_at: 'timestamp' },
    eventTime: 'time',
    ...(clocks === 'two' ? { knownAt: 'known_at' as const } : {}),
    archiveOrder: ['origin'],
    owner,
  });
  const view = aggregationView({
    name: `delays_${clocks}`,
    entity: airport,
    source,
    owner,
    features: {
      count_1h: count(minutely),
      sum_1h: sum('delay', minutely),
      max_1h: max('delay', minutely),
      count_24h: count(day),
      sum_24h: sum('delay', day),
      max_24h: max('delay', day),
      count_7d: count(week),
      max_7d: max('delay', week),
      stddev_7d: stddev('delay', week),
      sum_30d: sum('delay', month),
      max_30d: max('delay', month),
      stddev_30d: stddev('delay', month),
    },
  });
  return { source, view };
}

export function trainingProject(): Project {
  const [one, two] = CLOCKS.map(flightsWith) as [
    ReturnType<typeof flightsWith>,
    ReturnType<typeof flightsWith>,
  ];
  return compileProject(
    project({
      name: 'training_bench',
      entities: [airport],
      eventSources: [one.source, two.source],
      aggregationViews: [one.view, two.view],
      featureServices: [],
    }),
  );
}

export function featuresOf(clocks: ClockCount): FeatureReference[] {
  return Object.keys(FEATURES).map((feature) => ({ view: `delays_${clocks}`, version: 1, feature }));
}
