/** Random features: every operation over every type that it takes, with and without filter, in every window that it may have. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import {
  type AggregationFeature,
  OPERATIONS,
  type OperationName,
  operationTraits,
  type ScalarType,
  type Window,
} from '@forebay/definitions';
import type { Random } from '../random';

export const DERIVED = [
  { name: 'twice', expression: 'i * 2', type: 'int64' },
  { name: 'half', expression: 'x * 0.5', type: 'double' },
  { name: 'more', expression: 'twice + 1', type: 'int64' },
  { name: 'high', expression: 'i > 2', type: 'bool' },
] as const;

const INPUTS: readonly (readonly [string, ScalarType])[] = [
  ['i', 'int32'],
  ['big', 'int64'],
  ['x', 'double'],
  ['s', 'string'],
  ['b', 'bool'],
  ['seen', 'timestamp'],
  ['i * 2', 'int64'],
  ['half', 'double'],
  ['more', 'int64'],
  ['high', 'bool'],
];

const FILTERS = [null, null, 'x > 0.0', 's == "a" || i > 3', 'b', 'high', 'more != null'];
const CATEGORY_TYPES: readonly ScalarType[] = ['bool', 'int32', 'int64', 'string', 'timestamp'];

export const ALL_OPERATIONS = Object.keys(OPERATIONS) as OperationName[];

/** @param windows of the view; the operation is one that at least one of them fits */
export function generateFeature(
  random: Random,
  name: string,
  windows: readonly Window[],
  operations: readonly OperationName[],
): AggregationFeature {
  const fitting = operations.filter((operation) =>
    windows.some(({ kind }) => operationTraits(operation).windows.includes(kind)),
  );
  const operation = random.pick(fitting);
  const traits = operationTraits(operation);
  const takesRows = traits.input === 'optional' && random.chance(0.5);
  const input = takesRows ? null : random.pick(INPUTS.filter(([, type]) => traits.inputTypes.includes(type)));
  const by = traits.by ? random.pick(INPUTS.filter(([, type]) => CATEGORY_TYPES.includes(type))) : null;
  return {
    name,
    operation,
    input: input?.[0] ?? null,
    by: by?.[0] ?? null,
    filter: random.pick(FILTERS),
    window: random.pick(windows.filter(({ kind }) => traits.windows.includes(kind))),
    parameters: generateParameters(random, operation),
    type: traits.result(input?.[1] ?? null, by?.[1] ?? null),
    description: '',
  };
}

const CHOICES: Readonly<Record<string, readonly number[]>> = {
  sample: [0, 1],
  n: [1, 2, 3, 4],
  k: [1, 2, 3],
  exact: [0, 3, 8, 64],
  max_keys: [1, 3, 6, 1_024],
  q: [0, 0.1, 0.25, 1 / 3, 0.5, 0.9, 0.99, 1],
  half_life_ms: [SECOND_MS, MINUTE_MS + 1, HOUR_MS, DAY_MS, 30 * DAY_MS],
};

/** Numbers that events have too, so that they lie on the borders of bins. */
const BOUNDS: readonly number[] = [-1e15, -2, -0.5, 0, 0.25, 1, 2.5, 5, 2 ** 40, 1e15 + 1];

function generateParameters(random: Random, operation: OperationName): Record<string, number> {
  const traits = operationTraits(operation);
  const given = Object.keys(traits.parameters).map((name): [string, number] => [
    name,
    random.pick(CHOICES[name] as readonly number[]),
  ]);
  const { list } = traits;
  if (list === undefined) return Object.fromEntries(given);
  const numbers = list.ascending
    ? BOUNDS.filter(() => random.chance(0.4))
    : Array.from({ length: 1 + random.integer(3) }, () =>
        random.pick(CHOICES[list.name] as readonly number[]),
      );
  if (numbers.length === 0) numbers.push(0);
  return Object.fromEntries([...given, ...numbers.map((x, i): [string, number] => [`${list.name}${i}`, x])]);
}
