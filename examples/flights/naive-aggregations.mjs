/**
 * Aggregations over the values of a window, in order. Each gives the value and how far a served value may be from
 * it: 0 where both must be equal; else what the order of floating-point additions may change.
 */

/**
 * @typedef {number | string | null | (number | string)[]} Value
 * @typedef {{ value: Value, tolerance: number }} Expected
 */

/**
 * @param {Value} value
 * @returns {Expected}
 */
const exactly = (value) => ({ value, tolerance: 0 });

/** @param {unknown[]} values */
export const count = (values) => exactly(values.length);

/** @param {number[]} values */
function total(values) {
  let result = 0;
  for (const value of values) result += value;
  return result;
}

/** @param {number[]} values */
function totalSize(values) {
  let result = 0;
  for (const value of values) result += Math.abs(value);
  return result;
}

/** Of integers: exact, as the total is far below 2^53. @param {number[]} values */
export const sum = (values) => exactly(total(values));

/** @param {number[]} values */
export function mean(values) {
  if (values.length === 0) return exactly(null);
  const tolerance = (1e-9 * totalSize(values)) / values.length;
  return { value: total(values) / values.length, tolerance };
}

/** @param {number[]} values */
export function min(values) {
  if (values.length === 0) return exactly(null);
  let result = Number.POSITIVE_INFINITY;
  for (const value of values) if (value < result) result = value;
  return exactly(result);
}

/** @param {number[]} values */
export function max(values) {
  if (values.length === 0) return exactly(null);
  let result = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > result) result = value;
  return exactly(result);
}

/**
 * The sum of squared deviations divided by `divisor`, in two passes.
 * @param {number[]} values
 * @param {number} divisor
 */
function spread(values, divisor) {
  const average = total(values) / values.length;
  let squares = 0;
  for (const value of values) squares += (value - average) ** 2;
  const value = squares / divisor;
  return { value, tolerance: 1e-9 * value + 1e-12 * Math.abs(average) * Math.sqrt(value) };
}

/** @param {{ value: number, tolerance: number }} of a variance */
function root({ value, tolerance }) {
  const deviation = Math.sqrt(value);
  return { value: deviation, tolerance: deviation === 0 ? 0 : tolerance / deviation };
}

/** Of the population. @param {number[]} values */
export const variance = (values) => (values.length === 0 ? exactly(null) : spread(values, values.length));

/** Of the population. @param {number[]} values */
export const stddev = (values) => (values.length === 0 ? exactly(null) : root(spread(values, values.length)));

/** Of the sample: divides by n − 1. @param {number[]} values */
export const sampleStddev = (values) =>
  values.length < 2 ? exactly(null) : root(spread(values, values.length - 1));

/** @param {(number | string)[]} values */
export const first = (values) => exactly(values.at(0) ?? null);

/** @param {(number | string)[]} values */
export const last = (values) => exactly(values.at(-1) ?? null);

/** The n last, newest first. @param {(number | string)[]} values @param {number} n */
export const lastN = (values, n) => exactly(values.slice(-n).reverse());

/** @param {(number | string)[]} values */
export const distinctCount = (values) => exactly(new Set(values).size);

/** @param {{ time: number }[]} events @param {number} asOf */
export function secondsSinceLast(events, asOf) {
  const newest = events.at(-1);
  return exactly(newest === undefined ? null : (asOf - newest.time) / 1000);
}

/**
 * Whether a served value is the expected one.
 * @param {unknown} served
 * @param {Expected} expected
 */
export function agrees(served, { value, tolerance }) {
  if (Array.isArray(value)) {
    return (
      Array.isArray(served) && served.length === value.length && value.every((item, i) => item === served[i])
    );
  }
  if (typeof value === 'number') return typeof served === 'number' && Math.abs(served - value) <= tolerance;
  return served === value;
}
