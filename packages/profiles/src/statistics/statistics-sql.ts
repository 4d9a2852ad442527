/** The statements that a profile is read from: each reads one column, so that memory is that of one feature's values. */
import { QUANTILE_LEVELS } from '../feature-profile';

/** Steps of a distribution of numbers; what has no more different values is held value by value. */
export const MOST_STEPS = 1_000;
/** Categories that are held by name. */
export const MOST_HELD_CATEGORIES = 200;
export const HISTOGRAM_BINS = 30;

/** One feature's values: rows of `v`, null where there is none. */
export interface ValuesQuery {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export function momentsSql({ sql }: ValuesQuery): string {
  const value = (aggregate: string) => `if(values = 0, NULL, ${aggregate})`;
  return `SELECT toFloat64(count()) AS rows, toFloat64(count(v)) AS values, toFloat64(uniqExact(v)) AS distinct,
      ${value('min(v)')} AS min, ${value('max(v)')} AS max, ${value('avg(v)')} AS mean,
      ${value('stddevPopStable(v)')} AS stddev,
      if(values = 0, [], quantilesExactInclusive(${QUANTILE_LEVELS.join(', ')})(v)) AS quantiles
    FROM (${sql})`;
}

export function categoryCountsSql({ sql }: ValuesQuery): string {
  return `SELECT toFloat64(count()) AS rows, toFloat64(count(v)) AS values, toFloat64(uniqExact(v)) AS distinct FROM (${sql})`;
}

/** The commonest first, equally common ones by their bytes. */
export function categoriesSql({ sql }: ValuesQuery): string {
  return `SELECT v AS category, toFloat64(count()) AS count FROM (${sql}) WHERE isNotNull(v)
    GROUP BY v ORDER BY count DESC, v LIMIT ${MOST_HELD_CATEGORIES}`;
}

/** Each value lies in one step whole, so that the count up to a step's upper end is exact. */
export function stepsSql({ sql }: ValuesQuery): string {
  return `SELECT max(x) AS upper, toFloat64(sum(c)) AS count FROM (
      SELECT x, c, if(different <= ${MOST_STEPS}, toUInt64(number), toUInt64(intDiv((upTo - 1) * ${MOST_STEPS}, n))) AS step FROM (
        SELECT x, c, sum(c) OVER (ORDER BY x ROWS UNBOUNDED PRECEDING) AS upTo, row_number() OVER (ORDER BY x) AS number,
          count() OVER () AS different, sum(c) OVER () AS n
        FROM (SELECT assumeNotNull(v) AS x, count() AS c FROM (${sql}) WHERE isNotNull(v) GROUP BY v)))
    GROUP BY step ORDER BY upper`;
}

/** Parameters `least` and `greatest`, Float64; bins without a value are not among the rows. */
export function histogramSql({ sql }: ValuesQuery): string {
  const width = '({greatest:Float64} - {least:Float64})';
  return `SELECT least(${HISTOGRAM_BINS - 1}, toUInt32(floor((assumeNotNull(v) - {least:Float64}) / ${width} * ${HISTOGRAM_BINS}))) AS bin,
      toFloat64(count()) AS count
    FROM (${sql}) WHERE isNotNull(v) GROUP BY bin`;
}
