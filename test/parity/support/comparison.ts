/** Values of a path beside the oracle's. */
import { type DegradedReason, STATUS, type ViewOutput } from '@forebay/algebra';
import type { AggregationFeature, AggregationView, OperationName } from '@forebay/definitions';
import {
  type ExpectedStatus,
  expectedStatus,
  isComplete,
  leftEdge,
  type OracleResult,
  type OracleValues,
  type ReadFacts,
  relativeDifference,
  statusOfKnown,
} from '@forebay/testkit';

export const PATHS = [
  'stream',
  'batch + stream',
  'ClickHouse batch + stream',
  'through Redis',
  'scheduled',
  'ClickHouse scheduled',
  'training set',
  'training set from ClickHouse',
  'training set from tiles',
  'file of a training set',
  'table',
  'ClickHouse table',
  'table in a training set',
  'table in a training set from ClickHouse',
  'looked up',
] as const;

export type PathName = (typeof PATHS)[number];

/** What is compared: an operation, a field of a table, an expression of an on-demand view. */
export type ValueKind = OperationName | 'table value' | 'on-demand';

export type ComparedStatus = ExpectedStatus | 'OUTSIDE_MAX_AGE';

export interface Comparison {
  readonly path: PathName;
  readonly kind: ValueKind;
  /** What would be declared. */
  readonly declared: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly atMs: number;
  readonly oracle: OracleResult;
  readonly expected: ComparedStatus;
  readonly value: unknown;
  readonly status: ComparedStatus;
  /** Of the view, where the value is DEGRADED. */
  readonly reason: DegradedReason | null;
  /** The largest relative difference within the bounds; null: they differ. */
  readonly difference: number | null;
}

/** What one value is compared with. */
export interface Expectation {
  readonly result: OracleResult;
  readonly expected: ComparedStatus;
  /** Of what is not known, the best value is anyone's guess; of what is known it must be right, whatever its status. */
  readonly known: boolean;
}

export type ComparedValue = Pick<Comparison, 'path' | 'kind' | 'declared' | 'atMs'>;

const STATUS_NAMES = Object.fromEntries(
  Object.entries(STATUS).map(([name, number]) => [number, name]),
) as Record<number, ComparedStatus>;

export function featureValue(output: ViewOutput, index: number): unknown {
  const other = output.others[index];
  if (other !== null && other !== undefined) return other;
  const number = output.numbers[index] as number;
  return Number.isNaN(number) ? null : number;
}

export function compareOutput(
  path: PathName,
  facts: ReadFacts,
  oracle: OracleValues,
  output: ViewOutput,
): Comparison[] {
  return facts.view.features.map((feature, index) => {
    const result = oracle.results[index] as OracleResult;
    const compared = { path, kind: feature.operation, declared: declared(feature), atMs: facts.tMs };
    return compareValue(compared, output, index, {
      result,
      expected: expectedStatus(facts, feature, result, oracle),
      known: isComplete(facts, leftEdge(feature, facts.tMs)),
    });
  });
}

/** Where everything is known. */
export function compareKnown(
  path: PathName,
  tMs: number,
  { features }: AggregationView,
  output: ViewOutput,
  oracle: OracleValues,
): Comparison[] {
  return features.map((feature, index) => {
    const result = oracle.results[index] as OracleResult;
    const compared = { path, kind: feature.operation, declared: declared(feature), atMs: tMs };
    return compareValue(compared, output, index, {
      result,
      expected: statusOfKnown(result, oracle),
      known: true,
    });
  });
}

function declared(feature: AggregationFeature) {
  const { description, ...rest } = feature;
  return rest;
}

export function compareValue(
  compared: ComparedValue,
  output: ViewOutput,
  index: number,
  { result, expected, known }: Expectation,
): Comparison {
  const status = STATUS_NAMES[output.statuses[index] as number] as ComparedStatus;
  const value = featureValue(output, index);
  const right = status === expected && output.reason !== 'straddling';
  const difference = known ? relativeDifference(result, value) : 0;
  const reason = status === 'DEGRADED' ? output.reason : null;
  return {
    ...compared,
    oracle: result,
    expected,
    value,
    status,
    reason,
    difference: right ? difference : null,
  };
}

/** Readable, with bigints and maps. */
export function describeComparison(comparison: Comparison): string {
  const { path, kind, declared, atMs, oracle, expected, value, status, reason } = comparison;
  const engine = `${text(value)} ${status}${reason === null ? '' : ` (${reason})`}`;
  return `${path}, ${kind} at ${atMs}: oracle ${text(oracle.value)} ${expected}, engine ${engine}; ${text(declared)}`;
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'bigint') return `${inner}n`;
    if (typeof inner === 'number' && !Number.isFinite(inner)) return String(inner);
    return inner instanceof Map ? [...inner] : inner;
  });
}
