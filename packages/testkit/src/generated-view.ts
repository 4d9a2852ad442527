/** Random sources and views: every operation over every type of input, and windows whose hops divide one another. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import type {
  AggregationFeature,
  AggregationView,
  EventSource,
  Field,
  OperationName,
  ScalarType,
  ValueType,
  Window,
} from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import type { Random } from './random';

const METADATA = { owner: '', description: '', tags: {} };

const FIELDS: readonly Field[] = [
  { name: 'time', type: 'timestamp' },
  { name: 'who', type: 'string' },
  { name: 'i', type: 'int32' },
  { name: 'big', type: 'int64' },
  { name: 'x', type: 'double' },
  { name: 's', type: 'string' },
  { name: 'b', type: 'bool' },
  { name: 'seen', type: 'timestamp' },
  { name: 'number', type: 'int64' },
  { name: 'code', type: 'string' },
];

const DERIVED = [
  { name: 'twice', expression: 'i * 2', type: 'int64' },
  { name: 'half', expression: 'x * 0.5', type: 'double' },
  { name: 'more', expression: 'twice + 1', type: 'int64' },
  { name: 'high', expression: 'i > 2', type: 'bool' },
] as const;

const sliding = (lengthMs: number, hopMs: number): Window => ({ kind: 'sliding', lengthMs, hopMs });

/** Some begin before others that are longer: 2 h by 2 h and 3 h by 1 m, 7 d by 7 d and 10 d by 1 h. */
const WINDOWS: readonly Window[] = [
  sliding(30 * SECOND_MS, SECOND_MS),
  sliding(HOUR_MS, MINUTE_MS),
  sliding(2 * HOUR_MS, 2 * HOUR_MS),
  sliding(3 * HOUR_MS, MINUTE_MS),
  sliding(12 * HOUR_MS, 5 * MINUTE_MS),
  sliding(DAY_MS, HOUR_MS),
  sliding(7 * DAY_MS, HOUR_MS),
  sliding(7 * DAY_MS, 7 * DAY_MS),
  sliding(10 * DAY_MS, HOUR_MS),
  sliding(30 * DAY_MS, DAY_MS),
  { kind: 'lifetime' },
];

const INPUTS: Readonly<Record<OperationName, readonly (string | null)[]>> = {
  count: [null, 'x', 's'],
  sum: ['i', 'big', 'x', 'i * 2', 'half'],
  mean: ['i', 'big', 'x', 'more'],
  min: ['i', 'big', 'x', 'seen', 'half'],
  max: ['i', 'big', 'x', 'seen', 'more'],
  variance: ['i', 'x', 'half'],
  stddev: ['x', 'more'],
  first: ['i', 'big', 's', 'b', 'x'],
  last: ['x', 'big', 's', 'seen', 'high'],
  last_n: ['i', 'big', 's', 'x', 'b', 'seen'],
  distinct_count: ['s', 'i', 'big', 'b', 'seen', 'more'],
  time_since_last: [null, 'x'],
};

const FILTERS = [null, null, 'x > 0.0', 's == "a" || i > 3', 'b', 'high', 'more != null'];

/** A source whose ties go by position, an integer id or a string id. */
export function generateSource(random: Random, name = 'events'): EventSource {
  return {
    id: 1,
    name,
    topic: name,
    table: name,
    fields: FIELDS,
    eventTime: 'time',
    eventId: random.pick([null, 'number', 'code']),
    knownAt: null,
    allowedLatenessMs: random.pick([0, 10 * MINUTE_MS, HOUR_MS, HOUR_MS]),
    maxClockSkewMs: 5 * MINUTE_MS,
    dedupeMs: null,
    maxStalenessMs: MINUTE_MS,
    partitions: 2,
    archiveOrder: [],
    metadata: METADATA,
  };
}

/** A hybrid view, or one that only streams. */
export function generateView(
  random: Random,
  source: EventSource,
  hybrid = random.chance(0.75),
): AggregationView {
  const windows = WINDOWS.filter(() => random.chance(0.35));
  if (windows.length === 0) windows.push(random.pick(WINDOWS));
  const features = Array.from({ length: 1 + random.integer(8) }, (_, index) =>
    generateFeature(random, `f${index}`, random.pick(windows)),
  );
  return {
    id: 7,
    name: 'v',
    version: 1,
    entity: 'who',
    source: source.name,
    keyFields: ['who'],
    filter: random.pick([null, null, 'i != null', 'more > -4']),
    derived: DERIVED,
    features,
    ...generatePlans(random, source, features, hybrid),
    schedule: null,
    metadata: METADATA,
    fingerprint: '',
  };
}

function generatePlans(
  random: Random,
  source: EventSource,
  features: readonly AggregationFeature[],
  hybrid: boolean,
): Pick<AggregationView, 'batch' | 'stream'> {
  const slackMs = random.pick([0, 0, 90 * SECOND_MS, HOUR_MS]);
  if (hybrid) {
    const cutHopMs = random.pick([5 * MINUTE_MS, HOUR_MS, HOUR_MS, 2 * HOUR_MS, DAY_MS]);
    const horizonMs =
      Math.ceil((source.allowedLatenessMs + cutHopMs) / cutHopMs + random.integer(40)) * cutHopMs;
    return {
      batch: { horizonMs, cutHopMs, intervalMs: null },
      stream: { retentionMs: horizonMs + cutHopMs + slackMs },
    };
  }
  const spans = features.map(({ window }) =>
    window.kind === 'sliding' ? window.lengthMs + window.hopMs : DAY_MS,
  );
  return { batch: null, stream: { retentionMs: Math.max(...spans) + slackMs } };
}

function generateFeature(random: Random, name: string, window: Window): AggregationFeature {
  const operation = random.pick(Object.keys(INPUTS) as OperationName[]);
  const input = random.pick(INPUTS[operation]);
  return {
    name,
    operation,
    input,
    by: null,
    filter: random.pick(FILTERS),
    window,
    parameters: parametersOf(random, operation),
    type: typeOf(operation, input),
    description: '',
  };
}

function parametersOf(random: Random, operation: OperationName): Record<string, number> {
  if (operation === 'last_n') return { n: 1 + random.integer(4) };
  if (operation === 'distinct_count') return { exact: random.pick([0, 3, 8, 64]) };
  return operation === 'variance' || operation === 'stddev' ? { sample: random.integer(2) } : {};
}

function typeOf(operation: OperationName, input: string | null): ValueType {
  const type = inputType(input);
  switch (operation) {
    case 'sum':
      return type === 'double' ? 'double' : 'int64';
    case 'min':
    case 'max':
    case 'first':
    case 'last':
      return type;
    case 'last_n':
      return `list<${type}>`;
    case 'count':
    case 'distinct_count':
      return 'int64';
    default:
      return 'double';
  }
}

function inputType(input: string | null): ScalarType {
  const column = [...FIELDS, ...DERIVED].find(({ name }) => name === input);
  return column?.type ?? 'int64';
}

/** A row of the source's fields, without the derived columns. Sizes, limits, nulls, and numbers that are none. */
export function generateRow(random: Random, who: string, eventTimeMs: number): Value[] {
  const maybe = (value: Value): Value => (random.chance(0.12) ? null : value);
  const big = () =>
    random.pick<Value>([
      2 ** 40 + random.integer(9),
      9_007_199_254_740_993n,
      2n ** 63n - 1n,
      -(2n ** 63n),
      2 ** 53 - 1,
    ]);
  const x = () =>
    random.pick([
      random.real() * 10 - 5,
      1e15 + random.integer(8),
      -1e15,
      1e-9,
      -1e-12,
      0,
      -0,
      2.5,
      2.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ]);
  return [
    eventTimeMs,
    who,
    maybe(random.chance(0.97) ? random.integer(10) - 4 : random.pick([2 ** 31 - 1, -(2 ** 31)])),
    maybe(random.chance(0.9) ? random.integer(50) : big()),
    maybe(random.chance(0.5) ? random.integer(9) / 4 - 1 : x()),
    maybe(random.pick(['a', 'b', 'c', 'é', '', 'a\0', '😀'])),
    maybe(random.chance(0.5)),
    maybe(eventTimeMs - random.integer(3) * DAY_MS),
    random.pick<Value>([1, 2, -1, 2n ** 62n]),
    random.pick(['x', 'y', 'z']),
  ];
}
