/** Values of a path beside the oracle's. */
import { STATUS, type ViewOutput } from '@forebay/algebra';
import type { AggregationFeature } from '@forebay/definitions';
import {
  type ExpectedStatus,
  expectedStatus,
  isComplete,
  leftEdge,
  type OracleResult,
  type OracleValues,
  type ReadFacts,
  relativeDifference,
} from '@forebay/testkit';

export const PATHS = [
  'stream',
  'batch + stream',
  'ClickHouse batch + stream',
  'through Redis',
  'scheduled',
  'training set',
  'training set from ClickHouse',
] as const;

export type PathName = (typeof PATHS)[number];

export interface Comparison {
  readonly path: PathName;
  readonly feature: AggregationFeature;
  readonly atMs: number;
  readonly oracle: OracleResult;
  readonly expected: ExpectedStatus;
  readonly value: unknown;
  readonly status: ExpectedStatus;
  /** The largest relative difference within the bounds; null: they differ. */
  readonly difference: number | null;
}

const STATUS_NAMES = Object.fromEntries(
  Object.entries(STATUS).map(([name, number]) => [number, name]),
) as Record<number, ExpectedStatus>;

export function featureValue(output: ViewOutput, index: number): unknown {
  const other = output.others[index];
  if (other !== null && other !== undefined) return other;
  const number = output.numbers[index] as number;
  return Number.isNaN(number) ? null : number;
}

/** Of what is not known, the best value is anyone's guess; of what is known it must be right, whatever its status. */
export function compareOutput(
  path: PathName,
  facts: ReadFacts,
  oracle: OracleValues,
  output: ViewOutput,
): Comparison[] {
  return facts.view.features.map((feature, index) => {
    const result = oracle.results[index] as OracleResult;
    const expected = expectedStatus(facts, feature, result, oracle);
    const status = STATUS_NAMES[output.statuses[index] as number] as ExpectedStatus;
    const value = featureValue(output, index);
    const known = isComplete(facts, leftEdge(feature, facts.tMs));
    const right = status === expected && output.reason !== 'straddling';
    const difference = known ? relativeDifference(result, value) : 0;
    return {
      path,
      feature,
      atMs: facts.tMs,
      oracle: result,
      expected,
      value,
      status,
      difference: right ? difference : null,
    };
  });
}

/** Readable, with bigints and maps. */
export function describeComparison({
  path,
  feature,
  atMs,
  oracle,
  expected,
  value,
  status,
}: Comparison): string {
  const { name, operation, input, by, filter, window, parameters, type } = feature;
  const told = { operation, input, by, filter, window, parameters, type };
  return `${path}, ${name} at ${atMs}: oracle ${text(oracle.value)} ${expected}, engine ${text(value)} ${status}; ${JSON.stringify(told)}`;
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'bigint') return `${inner}n`;
    if (typeof inner === 'number' && !Number.isFinite(inner)) return String(inner);
    return inner instanceof Map ? [...inner] : inner;
  });
}
