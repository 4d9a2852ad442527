import type { ScalarType, ValueType, WindowKind } from './model';

/** What an operation takes, and what it gives. */
interface OperationTraits {
  /** What it may take as its input: nothing (it counts rows), or a value of one of `inputTypes`. */
  readonly input: 'none' | 'optional' | 'required';
  readonly inputTypes: readonly ScalarType[];
  /** Whether it takes a second expression, `by`: the category that an event belongs to. */
  readonly by?: true;
  /** The type of the feature, given the type of its input (null without one) and of its category. */
  readonly result: (input: ScalarType | null, by: ScalarType | null) => ValueType;
  /** Numbers that are given once. */
  readonly parameters: Readonly<Record<string, ParameterTraits>>;
  /** Numbers that are given as a list: in a feature's parameters `${name}0`, `${name}1`, … */
  readonly list?: ParameterListTraits;
  readonly windows: readonly WindowKind[];
  /** The value over no events. */
  readonly empty: 'zero' | 'null' | 'empty_list' | 'zero_list' | 'empty_map';
}

export interface ParameterTraits {
  readonly min: number;
  readonly max: number;
  /** null: it must be given. */
  readonly default: number | null;
  /** Whether it need not be a whole number. */
  readonly fraction?: true;
}

export interface ParameterListTraits {
  /** One letter. */
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly most: number;
  /** Whether each must be larger than the one before it. */
  readonly ascending?: true;
}

const NUMERIC = ['int32', 'int64', 'double'] as const;
const ORDERED = ['int32', 'int64', 'double', 'timestamp'] as const;
const ANY = ['bool', 'int32', 'int64', 'double', 'string', 'timestamp'] as const;
const HASHABLE = ['bool', 'int32', 'int64', 'string', 'timestamp'] as const;

const PLAIN_WINDOWS = ['sliding', 'lifetime', 'tumbling'] as const;
const SESSION_WINDOWS = ['session'] as const;

const sameType = (input: ScalarType | null): ValueType => input as ScalarType;
const isInteger = (input: ScalarType | null): boolean => input === 'int32' || input === 'int64';
const sumType = (input: ScalarType | null) => (isInteger(input) ? 'int64' : 'double');
const listOf = (input: ScalarType | null): ValueType => `list<${input as ScalarType}>`;
/** Categories are named by strings, or by integers (booleans 0 and 1, timestamps in ms). */
const mapOf = (key: ScalarType | null, value: 'int64' | 'double'): ValueType =>
  key === 'string' ? `map<string,${value}>` : `map<int64,${value}>`;

const SAMPLE = { sample: { min: 0, max: 1, default: 0 } } as const;
/** How many keys a map may have before its value is null and DEGRADED. */
const MAX_KEYS = { max_keys: { min: 1, max: 65_536, default: 1_024 } } as const;
const HALF_LIFE = { half_life_ms: { min: 1_000, max: 3_660 * 86_400_000, default: null } } as const;

/** The closed table of operations. A new member fails to compile until the algebra, the SQL compiler and the docs know it. */
export const OPERATIONS = {
  count: {
    input: 'optional',
    inputTypes: ANY,
    result: () => 'int64',
    parameters: {},
    windows: PLAIN_WINDOWS,
    empty: 'zero',
  },
  sum: {
    input: 'required',
    inputTypes: NUMERIC,
    result: sumType,
    parameters: {},
    windows: PLAIN_WINDOWS,
    empty: 'zero',
  },
  mean: {
    input: 'required',
    inputTypes: NUMERIC,
    result: () => 'double',
    parameters: {},
    windows: PLAIN_WINDOWS,
    empty: 'null',
  },
  min: {
    input: 'required',
    inputTypes: ORDERED,
    result: sameType,
    parameters: {},
    windows: PLAIN_WINDOWS,
    empty: 'null',
  },
  max: {
    input: 'required',
    inputTypes: ORDERED,
    result: sameType,
    parameters: {},
    windows: PLAIN_WINDOWS,
    empty: 'null',
  },
  variance: {
    input: 'required',
    inputTypes: NUMERIC,
    result: () => 'double',
    parameters: SAMPLE,
    windows: PLAIN_WINDOWS,
    empty: 'null',
  },
  stddev: {
    input: 'required',
    inputTypes: NUMERIC,
    result: () => 'double',
    parameters: SAMPLE,
    windows: PLAIN_WINDOWS,
    empty: 'null',
  },
  /** Of the population: (M3 / n) / (M2 / n)^1.5. */
  skewness: {
    input: 'required',
    inputTypes: NUMERIC,
    result: () => 'double',
    parameters: {},
    windows: PLAIN_WINDOWS,
    empty: 'null',
  },
  first: {
    input: 'required',
    inputTypes: ANY,
    result: sameType,
    parameters: {},
    windows: PLAIN_WINDOWS,
    empty: 'null',
  },
  last: {
    input: 'required',
    inputTypes: ANY,
    result: sameType,
    parameters: {},
    windows: PLAIN_WINDOWS,
    empty: 'null',
  },
  /** The values of the n earliest events, earliest first. */
  first_n: {
    input: 'required',
    inputTypes: ANY,
    result: listOf,
    parameters: { n: { min: 1, max: 100, default: null } },
    windows: PLAIN_WINDOWS,
    empty: 'empty_list',
  },
  /** The values of the n latest events, latest first. */
  last_n: {
    input: 'required',
    inputTypes: ANY,
    result: listOf,
    parameters: { n: { min: 1, max: 100, default: null } },
    windows: PLAIN_WINDOWS,
    empty: 'empty_list',
  },
  distinct_count: {
    input: 'required',
    inputTypes: HASHABLE,
    result: () => 'int64',
    parameters: { exact: { min: 0, max: 1_024, default: 256 } },
    windows: PLAIN_WINDOWS,
    empty: 'zero',
  },
  quantile: {
    input: 'required',
    inputTypes: NUMERIC,
    result: () => 'double',
    parameters: { q: { min: 0, max: 1, default: null, fraction: true } },
    windows: PLAIN_WINDOWS,
    empty: 'null',
  },
  /** Several quantiles of one input, in the order given. */
  quantiles: {
    input: 'required',
    inputTypes: NUMERIC,
    result: () => 'list<double>',
    parameters: {},
    list: { name: 'q', min: 0, max: 1, most: 16 },
    windows: PLAIN_WINDOWS,
    empty: 'empty_list',
  },
  /** The k most frequent values, the most frequent first; of equally frequent ones the smaller first. */
  top_k: {
    input: 'required',
    inputTypes: HASHABLE,
    result: listOf,
    parameters: { k: { min: 1, max: 100, default: null }, ...MAX_KEYS },
    windows: PLAIN_WINDOWS,
    empty: 'empty_list',
  },
  /** How many values lie before the first bound, between each and the next (the lower one included), and from the last on. */
  histogram: {
    input: 'required',
    inputTypes: NUMERIC,
    result: () => 'list<int64>',
    parameters: {},
    list: { name: 'b', min: -Number.MAX_VALUE, max: Number.MAX_VALUE, most: 64, ascending: true },
    windows: PLAIN_WINDOWS,
    empty: 'zero_list',
  },
  /** How many events are in each category; the input is the category. */
  count_by: {
    input: 'required',
    inputTypes: HASHABLE,
    result: (input) => mapOf(input, 'int64'),
    parameters: MAX_KEYS,
    windows: PLAIN_WINDOWS,
    empty: 'empty_map',
  },
  sum_by: {
    input: 'required',
    inputTypes: NUMERIC,
    by: true,
    result: (input, by) => mapOf(by, sumType(input)),
    parameters: MAX_KEYS,
    windows: PLAIN_WINDOWS,
    empty: 'empty_map',
  },
  mean_by: {
    input: 'required',
    inputTypes: NUMERIC,
    by: true,
    result: (_input, by) => mapOf(by, 'double'),
    parameters: MAX_KEYS,
    windows: PLAIN_WINDOWS,
    empty: 'empty_map',
  },
  /** Σ x · 2^(−(t − event_time) / half_life). */
  decayed_sum: {
    input: 'required',
    inputTypes: NUMERIC,
    result: () => 'double',
    parameters: HALF_LIFE,
    windows: PLAIN_WINDOWS,
    empty: 'zero',
  },
  /** Σ 2^(−(t − event_time) / half_life); with an input, over the events in which it is not null. */
  decayed_count: {
    input: 'optional',
    inputTypes: ANY,
    result: () => 'double',
    parameters: HALF_LIFE,
    windows: PLAIN_WINDOWS,
    empty: 'zero',
  },
  /** Events per second over the declared length of the window. */
  rate: {
    input: 'optional',
    inputTypes: ANY,
    result: () => 'double',
    parameters: {},
    windows: ['sliding', 'tumbling'],
    empty: 'zero',
  },
  /** Seconds from the latest event to t. */
  time_since_last: {
    input: 'optional',
    inputTypes: ANY,
    result: () => 'double',
    parameters: {},
    windows: PLAIN_WINDOWS,
    empty: 'null',
  },
  /** Events of the current session; 0 without one. */
  session_events: {
    input: 'optional',
    inputTypes: ANY,
    result: () => 'int64',
    parameters: {},
    windows: SESSION_WINDOWS,
    empty: 'zero',
  },
  /** Sum over the current session; 0 without one. */
  session_sum: {
    input: 'required',
    inputTypes: NUMERIC,
    result: sumType,
    parameters: {},
    windows: SESSION_WINDOWS,
    empty: 'zero',
  },
  /** Seconds from the first to the last event of the current session; null without one. */
  session_duration: {
    input: 'optional',
    inputTypes: ANY,
    result: () => 'double',
    parameters: {},
    windows: SESSION_WINDOWS,
    empty: 'null',
  },
  /** Sessions in the window, the current one among them. */
  session_count: {
    input: 'optional',
    inputTypes: ANY,
    result: () => 'int64',
    parameters: {},
    windows: SESSION_WINDOWS,
    empty: 'zero',
  },
} as const satisfies Record<string, OperationTraits>;

export type OperationName = keyof typeof OPERATIONS;

export function operationTraits(name: OperationName): OperationTraits {
  return OPERATIONS[name];
}

/** The numbers of an operation's parameter list, in their order; none for operations without one. */
export function parameterList(
  operation: OperationName,
  parameters: Readonly<Record<string, number>>,
): readonly number[] {
  const name = operationTraits(operation).list?.name;
  const numbers: number[] = [];
  for (let i = 0; name !== undefined && parameters[`${name}${i}`] !== undefined; i++)
    numbers.push(parameters[`${name}${i}`] as number);
  return numbers;
}
