import type { ScalarType, ValueType } from './model';

/** What an operation may take as its input: nothing (it counts rows), or a value of one of these types. */
interface OperationTraits {
  readonly input: 'none' | 'optional' | 'required';
  readonly inputTypes: readonly ScalarType[];
  /** The type of the feature, given the type of its input (null without one). */
  readonly result: (input: ScalarType | null) => ValueType;
  /** Parameters: name → [smallest, largest, default or null when it must be given]. All are integers. */
  readonly parameters: Readonly<Record<string, readonly [number, number, number | null]>>;
  /** The value over no events (S5 of the semantics): 0 or null or an empty list. */
  readonly empty: 'zero' | 'null' | 'empty_list';
}

const NUMERIC = ['int32', 'int64', 'double'] as const;
const ORDERED = ['int32', 'int64', 'double', 'timestamp'] as const;
const ANY = ['bool', 'int32', 'int64', 'double', 'string', 'timestamp'] as const;
const HASHABLE = ['bool', 'int32', 'int64', 'string', 'timestamp'] as const;

const sameType = (input: ScalarType | null): ValueType => input as ScalarType;
const isInteger = (input: ScalarType | null): boolean => input === 'int32' || input === 'int64';

/** The closed table of operations. A new member fails to compile until the algebra, the SQL compiler and the docs know it. */
export const OPERATIONS = {
  count: { input: 'optional', inputTypes: ANY, result: () => 'int64', parameters: {}, empty: 'zero' },
  sum: {
    input: 'required',
    inputTypes: NUMERIC,
    result: (input) => (isInteger(input) ? 'int64' : 'double'),
    parameters: {},
    empty: 'zero',
  },
  mean: { input: 'required', inputTypes: NUMERIC, result: () => 'double', parameters: {}, empty: 'null' },
  min: { input: 'required', inputTypes: ORDERED, result: sameType, parameters: {}, empty: 'null' },
  max: { input: 'required', inputTypes: ORDERED, result: sameType, parameters: {}, empty: 'null' },
  variance: {
    input: 'required',
    inputTypes: NUMERIC,
    result: () => 'double',
    parameters: { sample: [0, 1, 0] },
    empty: 'null',
  },
  stddev: {
    input: 'required',
    inputTypes: NUMERIC,
    result: () => 'double',
    parameters: { sample: [0, 1, 0] },
    empty: 'null',
  },
  first: { input: 'required', inputTypes: ANY, result: sameType, parameters: {}, empty: 'null' },
  last: { input: 'required', inputTypes: ANY, result: sameType, parameters: {}, empty: 'null' },
  last_n: {
    input: 'required',
    inputTypes: ANY,
    result: (input) => `list<${input as ScalarType}>`,
    parameters: { n: [1, 100, null] },
    empty: 'empty_list',
  },
  distinct_count: {
    input: 'required',
    inputTypes: HASHABLE,
    result: () => 'int64',
    parameters: { exact: [0, 1024, 256] },
    empty: 'zero',
  },
  time_since_last: {
    input: 'optional',
    inputTypes: ANY,
    result: () => 'double',
    parameters: {},
    empty: 'null',
  },
} as const satisfies Record<string, OperationTraits>;

export type OperationName = keyof typeof OPERATIONS;

export function operationTraits(name: OperationName): OperationTraits {
  return OPERATIONS[name];
}
