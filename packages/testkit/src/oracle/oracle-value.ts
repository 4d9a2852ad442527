/** What the oracle says of a feature, and when an engine's value is the same. */

export type OracleScalar = number | bigint | string;

/** Maps by their keys' order: integers by size, strings by their UTF-8 bytes. */
export type OracleValue =
  | OracleScalar
  | readonly OracleScalar[]
  | ReadonlyMap<OracleScalar, OracleScalar>
  | null;

export interface OracleResult {
  readonly value: OracleValue;
  /** How far a path's number may lie from the truth; for lists and maps one bound for each item, in order. 0: equal bit for bit. */
  readonly bounds: number | readonly number[];
  /** Why the value is DEGRADED though everything is known: a map with too many keys, an integer sum that is no exact double. */
  readonly degraded: 'overflow' | 'inexact' | null;
  /** No bound is promised: any number, and null, is right. */
  readonly unbounded: boolean;
}

/** Bounds are so much of the sizes that they are made from. */
export const BOUND = 1e-9;

export function exact(value: OracleValue): OracleResult {
  return { value, bounds: 0, degraded: null, unbounded: false };
}

export function within(value: OracleValue, bounds: number | readonly number[]): OracleResult {
  return { value, bounds, degraded: null, unbounded: false };
}

/**
 * The largest distance to the oracle's numbers, relative to what their bounds are relative to: a bound is 1e-9 of it. null: it is
 * not the same value.
 */
export function relativeDifference(
  { value, bounds, unbounded }: OracleResult,
  actual: unknown,
): number | null {
  if (unbounded) return 0;
  if (value instanceof Map) {
    if (!(actual instanceof Map) || value.size !== actual.size) return null;
    const keys = [...actual.keys()];
    const sameKeys = [...value.keys()].every((key, i) => key === keys[i]);
    return sameKeys ? largest([...value.values()], [...actual.values()], bounds) : null;
  }
  if (Array.isArray(value))
    return Array.isArray(actual) && actual.length === value.length ? largest(value, actual, bounds) : null;
  return scalarDifference(value as OracleScalar | null, actual, bounds as number);
}

function largest(
  expected: readonly OracleScalar[],
  actual: readonly unknown[],
  bounds: number | readonly number[],
): number | null {
  let most = 0;
  for (const [i, value] of expected.entries()) {
    const difference = scalarDifference(
      value,
      actual[i],
      typeof bounds === 'number' ? bounds : (bounds[i] ?? 0),
    );
    if (difference === null) return null;
    most = Math.max(most, difference);
  }
  return most;
}

function scalarDifference(expected: OracleScalar | null, actual: unknown, bound: number): number | null {
  if (expected === actual) return 0;
  if (typeof expected !== 'number' || typeof actual !== 'number') return null;
  const distance = Math.abs(expected - actual);
  if (!(distance <= bound)) return null;
  return (BOUND * distance) / bound;
}

/** Whether an engine's value is the oracle's, within the error bound of the operation. */
export function agrees(result: OracleResult, actual: unknown): boolean {
  return relativeDifference(result, actual) !== null;
}
