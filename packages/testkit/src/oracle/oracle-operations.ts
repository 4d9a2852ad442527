/** Every operation by its definition, over the events that a feature takes: no segments, no merging. */
import { type AggregationFeature, OPERATIONS, type OperationName, parameterList } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { centralMoments, exactNumbers, nearestDouble, sumOf } from './exact-numbers';
import { compareValues, type TakenEvent } from './oracle-inputs';
import { BOUND, exact, type OracleResult, type OracleScalar, within } from './oracle-value';
import { currentSession, sessionsOf } from './sessions';
import { distinctEstimate, sketchedQuantile } from './sketches';

export interface Taken {
  readonly feature: AggregationFeature;
  /** In the order of (event time, tie, value). */
  readonly events: readonly TakenEvent[];
  readonly tMs: number;
}

const MOST_EXACT = 2 ** 53;
const OF_MEAN = 1e-12;
/** Below this share of its mean a standard deviation is rounding noise. */
const NOISE = 1e-14;
/** And below this one nothing is promised of a skewness. */
const NO_SKEWNESS = 1e-13;

/** Booleans are 0 and 1; an integer is a number where that is exact. */
function plain(value: Value): OracleScalar {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
  return value as OracleScalar;
}

const numeric = (events: readonly TakenEvent[]) => events.map(({ value }) => value as number | bigint);
const doubles = (events: readonly TakenEvent[]) => events.map(({ value }) => Number(value));
const absoluteSum = (events: readonly TakenEvent[]) =>
  doubles(events).reduce((sum, x) => sum + Math.abs(x), 0);
const isInteger = (feature: AggregationFeature) =>
  feature.type === 'int64' || feature.type.endsWith(',int64>');

function exactSum(events: readonly TakenEvent[]): number {
  const { values, exponent } = exactNumbers(numeric(events));
  return nearestDouble(sumOf(values), 1n, exponent);
}

function exactMean(events: readonly TakenEvent[]): number {
  const { values, exponent } = exactNumbers(numeric(events));
  return nearestDouble(sumOf(values), BigInt(values.length), exponent);
}

/** Integers exactly, or DEGRADED and the nearest double; doubles within 1e-9·Σ|x|. */
function sum({ feature, events }: Taken): OracleResult {
  const value = exactSum(events);
  if (!isInteger(feature)) return within(value, BOUND * absoluteSum(events));
  return { ...exact(value), degraded: isInexact(events) ? 'inexact' : null };
}

/** By the sum itself: one beyond 2^53 may round to it. */
function isInexact(events: readonly TakenEvent[]): boolean {
  const total = numeric(events).reduce((held: bigint, x) => held + BigInt(x), 0n);
  return (total < 0n ? -total : total) >= BigInt(MOST_EXACT);
}

function mean({ events }: Taken): OracleResult {
  return within(exactMean(events), (BOUND * absoluteSum(events)) / events.length);
}

function spread(events: readonly TakenEvent[]) {
  const n = events.length;
  const average = exactMean(events);
  const { m2, m3 } = centralMoments(exactNumbers(numeric(events)));
  return { n, average, m2: m2 <= n * (NOISE * average) ** 2 ? 0 : m2, m3 };
}

/** @returns null where there are too few events */
function variance({ feature, events }: Taken): { readonly value: number; readonly average: number } | null {
  const { n, average, m2 } = spread(events);
  const divisor = feature.parameters.sample === 1 ? n - 1 : n;
  return divisor === 0 ? null : { value: m2 / divisor, average };
}

function skewness({ events }: Taken): OracleResult {
  const { n, average, m2, m3 } = spread(events);
  const sd = Math.sqrt(m2 / n);
  if (m2 === 0) return exact(null);
  const value = m3 / n / (m2 / n) ** 1.5;
  const bound = BOUND + (OF_MEAN * Math.abs(average)) / sd;
  return { ...within(value, bound), unbounded: sd <= NO_SKEWNESS * Math.abs(average) };
}

function extreme({ events }: Taken, sign: 1 | -1): OracleResult {
  const sorted = numeric(events).sort((a, b) => sign * compareValues(a, b));
  return exact(plain(sorted[0] as Value));
}

/** Of each category, by the order of the keys: its events. */
function byCategory(
  events: readonly TakenEvent[],
  keyOf: (event: TakenEvent) => Value,
): Map<OracleScalar, TakenEvent[]> {
  const keys = events.map((event) => plain(keyOf(event))).sort(compareValues);
  const groups = new Map<OracleScalar, TakenEvent[]>(keys.map((key) => [key, []]));
  for (const event of events) (groups.get(plain(keyOf(event))) as TakenEvent[]).push(event);
  return groups;
}

const OVERFLOW: OracleResult = { ...exact(null), degraded: 'overflow' };

function categories(
  { feature, events, tMs }: Taken,
  keyOf: (event: TakenEvent) => Value,
  resultOf: (taken: Taken) => OracleResult,
): OracleResult {
  const groups = byCategory(events, keyOf);
  if (groups.size > (feature.parameters.max_keys as number)) return OVERFLOW;
  const results = [...groups].map(
    ([key, group]) => [key, resultOf({ feature, events: group, tMs })] as const,
  );
  return {
    value: new Map(results.map(([key, { value }]) => [key, value as OracleScalar])),
    bounds: results.map(([, { bounds }]) => bounds as number),
    degraded: results.some(([, { degraded }]) => degraded === 'inexact') ? 'inexact' : null,
    unbounded: false,
  };
}

function topK({ feature, events }: Taken): OracleResult {
  const groups = byCategory(events, ({ value }) => value);
  if (groups.size > (feature.parameters.max_keys as number)) return OVERFLOW;
  const ranked = [...groups].sort(([a, of], [b, other]) => other.length - of.length || compareValues(a, b));
  return exact(ranked.slice(0, feature.parameters.k).map(([key]) => key));
}

function histogram({ feature, events }: Taken): OracleResult {
  const bounds = parameterList('histogram', feature.parameters);
  const binOf = (x: number) => bounds.filter((bound) => bound <= x).length;
  const bins = doubles(events).map(binOf);
  return exact([...bounds, Number.NaN].map((_, bin) => bins.filter((each) => each === bin).length));
}

/** What a factor below the normal doubles is off, for each 1 that it is multiplied with. */
const FACTOR_UNDERFLOW = 2 ** -1070;
/** ClickHouse divides a decayed sum by the half-life and multiplies it again: what that rounds off below the normal doubles. */
const DIVISION_UNDERFLOW = 2 ** -1073;

/** Σ x · 2^(−age / half-life); the bound is that of the numbers that are summed. */
function decayed({ feature, events, tMs }: Taken, weighs: (event: TakenEvent) => number): OracleResult {
  const halfLifeMs = feature.parameters.half_life_ms as number;
  // in two steps, as the factor alone may be too small for a double
  const terms = events.map((event) => {
    const halfFactor = 2 ** (-(tMs - event.timeMs) / halfLifeMs / 2);
    return weighs(event) * halfFactor * halfFactor;
  });
  const inputs = events.reduce((sum, event) => sum + Math.abs(weighs(event)), 0);
  const { values, exponent } = exactNumbers(terms);
  const size = terms.reduce((sum, term) => sum + Math.abs(term), 0);
  const bound = BOUND * size + FACTOR_UNDERFLOW * inputs + DIVISION_UNDERFLOW * halfLifeMs;
  return within(nearestDouble(sumOf(values), 1n, exponent), bound);
}

const quantiles = (events: readonly TakenEvent[], ranks: readonly number[]) => {
  const ascending = doubles(events).sort((a, b) => a - b);
  return ranks.map((q) => sketchedQuantile(ascending, q));
};

const values = (events: readonly TakenEvent[]) => events.map(({ value }) => plain(value));

function rate({ feature: { window }, events }: Taken): OracleResult {
  const seconds =
    window.kind === 'sliding' || window.kind === 'tumbling' ? window.lengthMs / 1000 : Number.NaN;
  return within(events.length / seconds, (BOUND * events.length) / seconds);
}

/** Over at least one event. */
const COMPUTE = {
  count: ({ events }) => exact(events.length),
  sum,
  mean,
  min: (taken) => extreme(taken, 1),
  max: (taken) => extreme(taken, -1),
  variance: (taken) => {
    const held = variance(taken);
    if (held === null) return exact(null);
    const { value, average } = held;
    return within(value, BOUND * value + OF_MEAN * Math.abs(average) * Math.sqrt(value));
  },
  stddev: (taken) => {
    const held = variance(taken);
    if (held === null) return exact(null);
    const sd = Math.sqrt(held.value);
    return within(sd, BOUND * sd + OF_MEAN * Math.abs(held.average));
  },
  skewness,
  first: ({ events }) => exact(values(events)[0] as OracleScalar),
  last: ({ events }) => exact(values(events).at(-1) as OracleScalar),
  first_n: ({ feature, events }) => exact(values(events).slice(0, feature.parameters.n)),
  last_n: ({ feature, events }) => exact(values(events).reverse().slice(0, feature.parameters.n)),
  distinct_count: ({ feature, events }) =>
    exact(
      distinctEstimate(
        events.map(({ value }) => value),
        feature.parameters.exact as number,
      ),
    ),
  quantile: ({ feature, events }) => exact(quantiles(events, [feature.parameters.q as number])[0] as number),
  quantiles: ({ feature, events }) =>
    exact(quantiles(events, parameterList('quantiles', feature.parameters))),
  top_k: topK,
  histogram,
  count_by: (taken) =>
    categories(
      taken,
      ({ value }) => value,
      ({ events }) => exact(events.length),
    ),
  sum_by: (taken) => categories(taken, ({ by }) => by, sum),
  mean_by: (taken) => categories(taken, ({ by }) => by, mean),
  decayed_sum: (taken) => decayed(taken, ({ value }) => Number(value)),
  decayed_count: (taken) => decayed(taken, () => 1),
  rate,
  time_since_last: ({ events, tMs }) => exact((tMs - (events.at(-1) as TakenEvent).timeMs) / 1000),
  session_events: (taken) => exact(currentSession(taken).length),
  session_sum: (taken) => sum({ ...taken, events: currentSession(taken) }),
  session_duration: (taken) => {
    const session = currentSession(taken);
    const [first, last] = [session[0], session.at(-1)];
    return exact(first === undefined || last === undefined ? null : (last.timeMs - first.timeMs) / 1000);
  },
  session_count: (taken) => exact(sessionsOf(taken).length),
} as const satisfies Record<OperationName, (taken: Taken) => OracleResult>;

const EMPTY = {
  zero: () => 0,
  null: () => null,
  empty_list: () => [],
  zero_list: (feature) => new Array(parameterList(feature.operation, feature.parameters).length + 1).fill(0),
  empty_map: () => new Map(),
} as const satisfies Record<
  (typeof OPERATIONS)[OperationName]['empty'],
  (feature: AggregationFeature) => OracleResult['value']
>;

/** The value of a feature over the events that it takes. */
export function valueOver(taken: Taken): OracleResult {
  const { feature, events } = taken;
  if (events.length === 0) return exact(EMPTY[OPERATIONS[feature.operation].empty](feature));
  return COMPUTE[feature.operation](taken);
}
