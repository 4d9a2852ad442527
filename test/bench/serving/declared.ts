/** What the serving benchmark reads: latest rows of tables, and windows over two numbers of each event. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type {
  AggregationView,
  Entity,
  EventSource,
  FeatureService,
  Project,
  RegistrySnapshot,
  TableSource,
  TableView,
} from '@forebay/definitions';
import { layoutOf, orders, type Shape } from '../support/engine-view';

const METADATA = { owner: '', description: '', tags: {} };
export const PROJECT = 'bench';
/** That of a view that declares none, with an hour of allowed lateness: 1 h + the cut's hop + 24 h + 1 h. */
export const HORIZON_MS = 27 * HOUR_MS;
const LATEST_FEATURES = 50;
/** 250 numbers in three views: what peers' memory is compared by. */
const WIDE_FEATURES = [84, 83, 83] as const;

const user: Entity = { id: 1, name: 'user', joinKeys: [{ name: 'user', type: 'int64' }], metadata: METADATA };

export const source: EventSource = {
  ...orders,
  id: 2,
  fields: orders.fields.map((field) => {
    if (field.name === 'user') return { ...field, type: 'int64' as const };
    return field.name === 'items' ? { ...field, type: 'double' as const } : field;
  }),
};

const OPERATIONS = ['count', 'sum', 'mean', 'min', 'max'] as const;

const shapes: readonly Shape[] = (['items', 'amount'] as const).flatMap((input) =>
  OPERATIONS.map((operation) => ({ operation, input, type: operation === 'count' ? 'int64' : 'double' })),
);

/** 50 features: five operations of two inputs over five windows. */
export const windowed: AggregationView = {
  ...layoutOf(shapes, undefined, source).view,
  id: 10,
  name: 'spending',
  batch: { horizonMs: HORIZON_MS, cutHopMs: HOUR_MS, intervalMs: null },
  stream: { retentionMs: HORIZON_MS + HOUR_MS },
};

function table(id: number, name: string, features: number): { source: TableSource; view: TableView } {
  const names = Array.from({ length: features }, (_, i) => `${name}_${String(i).padStart(3, '0')}`);
  return {
    source: {
      id,
      name: `${name}_rows`,
      table: name,
      query: null,
      fields: [
        { name: 'user', type: 'int64' },
        { name: 'at', type: 'timestamp' },
        ...names.map((field) => ({ name: field, type: 'double' as const })),
      ],
      eventTime: 'at',
      knownAt: null,
      metadata: METADATA,
    },
    view: {
      id: id + 1,
      name,
      version: 1,
      entity: user.name,
      source: `${name}_rows`,
      keyFields: ['user'],
      features: names.map((field) => ({ name: field, field, type: 'double', description: '' })),
      maxAgeMs: 30 * DAY_MS,
      schedule: { intervalMs: DAY_MS, waitMs: 0, delayMs: 10 * MINUTE_MS },
      metadata: METADATA,
      fingerprint: '',
    },
  };
}

export const latest = table(20, 'profile', LATEST_FEATURES);
export const wide = WIDE_FEATURES.map((features, i) => table(30 + 2 * i, `wide${i}`, features));

function service(id: number, name: string, views: readonly (TableView | AggregationView)[]): FeatureService {
  const features = views.flatMap((view) =>
    view.features.map((feature) => ({ view: view.name, version: view.version, feature: feature.name })),
  );
  return { id, name, version: 1, features, variants: [], metadata: METADATA };
}

const project: Project = {
  name: PROJECT,
  entities: [user],
  eventSources: [source],
  tableSources: [latest, ...wide].map((each) => each.source),
  aggregationViews: [windowed],
  tableViews: [latest, ...wide].map((each) => each.view),
  onDemandViews: [],
  functions: [],
  featureServices: [service(40, 'latest', [latest.view]), service(41, 'windowed', [windowed])],
};

export const registry: RegistrySnapshot = {
  version: 1,
  appliedAtMs: 0,
  appliedBy: 'bench',
  projects: [project],
  nextId: 100,
};
