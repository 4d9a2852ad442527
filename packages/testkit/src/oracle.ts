/**
 * What a feature's value is, by the plainest recomputation: every event, every window, no segments, no merging.
 * It shares with the engine the definition types and the expressions' closures, and nothing else.
 */
import type { AggregationFeature, AggregationView, EventSource } from '@forebay/definitions';
import { type Column, type CompiledExpression, compileExpression, type Value } from '@forebay/expressions';

/** An event as the world knows it: the source's fields, and the position that orders it among equal times. */
export interface OracleEvent {
  readonly row: readonly Value[];
  readonly eventTimeMs: number;
  /** The tie of docs/CODEC.md as an unsigned 64-bit integer. */
  readonly tie: bigint;
}

export type OracleValue = number | bigint | string | readonly (number | bigint | string)[] | null;

/** Tolerance belongs to a value: the magnitudes that its error bound is made from. */
export interface OracleResult {
  readonly value: OracleValue;
  /** Σ|x| of the inputs, their number and mean: 0 where the operation has no numeric input. */
  readonly absoluteSum: number;
  readonly count: number;
  readonly mean: number;
}

interface Input {
  readonly value: Value;
  readonly event: OracleEvent;
}

const compiled = new Map<string, CompiledExpression>();

/** Parsing costs more than all the rest of a small case. */
function compile(text: string, columns: readonly Column[]): CompiledExpression {
  const key = `${text}\0${columns.map(({ name, type }) => `${name} ${type}`).join()}`;
  const held = compiled.get(key) ?? compileExpression(text, columns.slice(), 'oracle');
  compiled.set(key, held);
  return held;
}

const DEFAULT_TYPES = {
  int32: 'int',
  int64: 'int',
  double: 'double',
  bool: 'bool',
  string: 'string',
  timestamp: 'timestamp',
} as const;

export interface OracleValues {
  /** By feature. */
  readonly results: readonly OracleResult[];
  /** Times of the events that pass the view's filter. */
  readonly eventTimes: readonly number[];
}

/** Values of every feature of the view for the events of ONE entity, at instant t. */
export function oracleFeatures(
  view: AggregationView,
  source: EventSource,
  events: readonly OracleEvent[],
  tMs: number,
): OracleValues {
  const columns: Column[] = source.fields.map((field) => ({
    name: field.name,
    type: DEFAULT_TYPES[field.type],
  }));
  const rows = events.map((event) => event.row.map(finite));
  for (const derived of view.derived) {
    const expression = compile(derived.expression, columns);
    for (const row of rows) row.push(expression.evaluate(row));
    columns.push({ name: derived.name, type: expression.type });
  }
  const passes = view.filter === null ? null : compile(view.filter, columns);
  const passing = events
    .map((event, i) => ({ event, row: rows[i] as Value[] }))
    .filter(({ row }) => passes === null || passes.evaluate(row) === true);
  const results = view.features.map((feature) => {
    const edge = leftEdge(feature, tMs);
    const inputs: Input[] = [];
    const filter = feature.filter === null ? null : compile(feature.filter, columns);
    const input = feature.input === null ? null : compile(feature.input, columns);
    for (const { event, row } of passing) {
      if (event.eventTimeMs < edge || event.eventTimeMs >= tMs) continue;
      if (filter !== null && filter.evaluate(row) !== true) continue;
      const value = input === null ? true : finite(input.evaluate(row));
      if (value !== null) inputs.push({ value, event });
    }
    return compute(feature, inputs, tMs);
  });
  return { results, eventTimes: passing.map(({ event }) => event.eventTimeMs) };
}

/** NaN and infinities are null, and −0.0 is 0.0. */
function finite(value: Value): Value {
  if (typeof value !== 'number') return value;
  return Number.isFinite(value) ? value + 0 : null;
}

/** floorTo(t − W, hop), written out. */
function leftEdge(feature: AggregationFeature, tMs: number): number {
  if (feature.window.kind === 'lifetime') return Number.NEGATIVE_INFINITY;
  const from = tMs - feature.window.lengthMs;
  let edge = from - (from % feature.window.hopMs);
  if (edge > from) edge -= feature.window.hopMs;
  return edge;
}

function inOrder(a: Input, b: Input): number {
  if (a.event.eventTimeMs !== b.event.eventTimeMs) return a.event.eventTimeMs - b.event.eventTimeMs;
  if (a.event.tie !== b.event.tie) return a.event.tie < b.event.tie ? -1 : 1;
  if (typeof a.value === 'string')
    return Buffer.compare(Buffer.from(a.value), Buffer.from(b.value as string));
  return a.value === b.value ? 0 : (a.value as number) < (b.value as number) ? -1 : 1;
}

const plain = (value: Value): number | bigint | string =>
  typeof value === 'boolean' ? Number(value) : (value as number | bigint | string);

function compute(feature: AggregationFeature, inputs: readonly Input[], tMs: number): OracleResult {
  const numbers = inputs.map(({ value }) => (typeof value === 'string' ? 0 : Number(value)));
  const count = inputs.length;
  const absoluteSum = numbers.reduce((sum, x) => sum + Math.abs(x), 0);
  const mean = exactSum(inputs) / count;
  const ordered = [...inputs].sort(inOrder);
  const sizes = { absoluteSum, count, mean: count === 0 ? 0 : mean };
  return { ...sizes, value: valueFrom(feature, ordered, numbers, mean, tMs) };
}

/** Integers by BigInt, doubles by sorted magnitude with Neumaier's correction. */
function exactSum(inputs: readonly Input[]): number {
  const values = inputs.map(({ value }) => value);
  if (values.every((value) => typeof value === 'bigint' || Number.isSafeInteger(value))) {
    return Number(values.reduce((sum: bigint, value) => sum + BigInt(value as number | bigint), 0n));
  }
  let sum = 0;
  let correction = 0;
  for (const value of values) {
    const x = Number(value);
    const next = sum + x;
    correction += Math.abs(sum) >= Math.abs(x) ? sum - next + x : x - next + sum;
    sum = next;
  }
  return sum + correction;
}

function valueFrom(
  feature: AggregationFeature,
  ordered: readonly Input[],
  numbers: readonly number[],
  mean: number,
  tMs: number,
): OracleValue {
  const n = ordered.length;
  const nothing = n === 0;
  switch (feature.operation) {
    case 'count':
      return n;
    case 'sum':
      return exactSum(ordered);
    case 'mean':
      return nothing ? null : mean;
    case 'min':
    case 'max': {
      if (nothing) return null;
      const sorted = ordered.map(({ value }) => plain(value)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      return (feature.operation === 'min' ? sorted[0] : sorted[n - 1]) as number;
    }
    case 'variance':
    case 'stddev': {
      const divisor = feature.parameters.sample === 1 ? n - 1 : n;
      if (divisor <= 0) return null;
      const m2 = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0);
      const variance = m2 <= n * (1e-14 * mean) ** 2 ? 0 : m2 / divisor;
      return feature.operation === 'variance' ? variance : Math.sqrt(variance);
    }
    case 'first':
      return nothing ? null : plain((ordered[0] as Input).value);
    case 'last':
      return nothing ? null : plain((ordered[n - 1] as Input).value);
    case 'last_n':
      return ordered
        .slice(-(feature.parameters.n as number))
        .reverse()
        .map(({ value }) => plain(value));
    case 'distinct_count':
      return new Set(ordered.map(({ value }) => plain(value))).size;
    case 'time_since_last':
      return nothing ? null : (tMs - (ordered[n - 1] as Input).event.eventTimeMs) / 1000;
  }
}

/** Whether an engine's value is the oracle's, within the error bound of the operation. */
export function agrees(feature: AggregationFeature, oracle: OracleResult, actual: OracleValue): boolean {
  const expected = oracle.value;
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((value, i) => value === actual[i])
    );
  }
  if (typeof expected !== 'number' || typeof actual !== 'number') return expected === actual;
  return Math.abs(expected - actual) <= tolerance(feature, oracle);
}

/** Sums 1e-9·Σ|x|, means that ÷ n, variances 1e-9·var + 1e-12·|mean|·sd; all else is equal bit for bit. */
function tolerance(feature: AggregationFeature, oracle: OracleResult): number {
  const { absoluteSum, count, mean } = oracle;
  switch (feature.operation) {
    case 'sum':
      return feature.type === 'double' ? 1e-9 * absoluteSum : 0;
    case 'mean':
      return (1e-9 * absoluteSum) / Math.max(count, 1);
    case 'variance': {
      const variance = oracle.value as number;
      return 1e-9 * variance + 1e-12 * Math.abs(mean) * Math.sqrt(variance);
    }
    case 'stddev': {
      const sd = oracle.value as number;
      return 1e-9 * sd + 1e-12 * Math.abs(mean);
    }
    case 'distinct_count':
      return (oracle.value as number) <= (feature.parameters.exact as number)
        ? 0
        : 2 + 0.08 * (oracle.value as number);
    default:
      return 0;
  }
}
