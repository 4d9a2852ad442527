/** What docs/AGGREGATIONS.md says of each operation, beside what its traits and its components tell. */
import type { OperationName } from '@forebay/definitions';

export interface AggregationText {
  /** A sentence. */
  readonly meaning: string;
  /** Over the events that the feature takes: x is an event's input, T its event time, n the number of events. */
  readonly formula: string;
  /** What null does to it, where it is not just skipped. */
  readonly nulls?: string;
  /** What decides between events of one event time, or between equal values. */
  readonly ties: string;
  /** How far a value may lie from the formula in exact arithmetic. */
  readonly error: string;
}

const EXACT = 'none';
const NO_TIES = 'none: the value does not depend on the order of events';
const EVENT_ORDER =
  'by the order of events: event time, event id (without one the position), then the value; the larger one is the later';
const INEXACT = 'of integers none while \\|sum\\| < 2^53, else the nearest double, DEGRADED with `inexact`';
const BUCKETS =
  'the midpoint of a bucket, 64 to a power of two, clamped to the smallest and the largest value: within 1/128 of the value of that rank; equal on all paths';
const NOISE = 'where M2 ≤ n · (1e-14 · mean)² it is rounding noise: M2 is taken for 0 on every path';
const OVERFLOW =
  'with more than `max_keys` different keys in the window nothing is known: null, DEGRADED with `overflow`';
const KEYS_ASCEND = 'keys ascend: integers by value, strings by their UTF-8 bytes';
const SESSION =
  'A session is a run of events with less than the gap from each to the next; the current one is the last of the window, unless t − its last event ≥ gap.';

export const AGGREGATION_TEXTS = {
  count: {
    meaning: 'How many events there are; with an input, in how many it is not null.',
    formula: 'n',
    ties: NO_TIES,
    error: EXACT,
  },
  sum: {
    meaning: 'The sum of the input.',
    formula: 'Σ x',
    ties: NO_TIES,
    error: `${INEXACT}; of doubles 1e-9 · Σ\\|x\\| (summed with compensation)`,
  },
  mean: {
    meaning: 'The mean of the input.',
    formula: '(Σ x) / n',
    ties: NO_TIES,
    error: '1e-9 · Σ\\|x\\| / n; of integers the exact sum is divided',
  },
  min: { meaning: 'The smallest value.', formula: 'min x', ties: NO_TIES, error: EXACT },
  max: { meaning: 'The largest value.', formula: 'max x', ties: NO_TIES, error: EXACT },
  variance: {
    meaning: 'The variance of the population, with `sample: true` of the sample.',
    formula: 'M2 / n, or M2 / (n − 1), with M2 = Σ (x − mean)²; merged by Chan, Golub and LeVeque (1979)',
    nulls: 'of the sample null for n < 2',
    ties: NO_TIES,
    error: `1e-9 · variance + 1e-12 · \\|mean\\| · stddev; ${NOISE}`,
  },
  stddev: {
    meaning: 'The standard deviation of the population, with `sample: true` of the sample.',
    formula: '√variance',
    nulls: 'of the sample null for n < 2',
    ties: NO_TIES,
    error: `1e-9 · stddev + 1e-12 · \\|mean\\|; ${NOISE}`,
  },
  skewness: {
    meaning: 'How lopsided the values are: positive with a long tail to the right.',
    formula: '(M3 / n) / (M2 / n)^1.5, with Mk = Σ (x − mean)^k; merged by Pébay (2008)',
    nulls: 'null where the variance is 0',
    ties: NO_TIES,
    error: `1e-9 + 1e-12 · \\|mean\\| / stddev where stddev > 1e-13 · \\|mean\\|; ${NOISE}, and the skewness is null`,
  },
  first: {
    meaning: 'The value of the earliest event.',
    formula: 'x of the first event',
    ties: EVENT_ORDER,
    error: EXACT,
  },
  last: {
    meaning: 'The value of the latest event.',
    formula: 'x of the last event',
    ties: EVENT_ORDER,
    error: EXACT,
  },
  first_n: {
    meaning: 'The values of the n earliest events, the earliest first.',
    formula: 'x of the first min(`n`, n) events',
    ties: EVENT_ORDER,
    error: EXACT,
  },
  last_n: {
    meaning: 'The values of the n latest events, the latest first.',
    formula: 'x of the last min(`n`, n) events',
    ties: EVENT_ORDER,
    error: EXACT,
  },
  distinct_count: {
    meaning: 'How many different values there are.',
    formula:
      '\\|{xxHash64(x)}\\| up to `exact` hashes; beyond it HyperLogLog with 4,096 registers made from all of them, with the improved raw estimator of Ertl (2017)',
    ties: NO_TIES,
    error:
      'none up to `exact` values; beyond it a standard error of 1.6 %, with the same estimate on all paths',
  },
  quantile: {
    meaning: 'The value below which a share of q of the values lies.',
    formula: 'the value of rank ⌊q · (n − 1)⌋, counted from the smallest; buckets after DDSketch (2019)',
    ties: NO_TIES,
    error: BUCKETS,
  },
  quantiles: {
    meaning: 'Several quantiles of one input, in the order in which they were asked for.',
    formula: 'of each q the value of rank ⌊q · (n − 1)⌋, counted from the smallest',
    ties: NO_TIES,
    error: BUCKETS,
  },
  top_k: {
    meaning: 'The most frequent values, the most frequent first.',
    formula: 'the `k` values with the largest counts',
    ties: 'of equally frequent values the smaller first (strings by their UTF-8 bytes)',
    error: `none; ${OVERFLOW}`,
  },
  histogram: {
    meaning:
      'How many values lie before the first bound, from each bound to before the next, and from the last on.',
    formula: 'bin i counts the x with bound(i−1) ≤ x < bound(i)',
    ties: 'a value that equals a bound is in the bin that begins there',
    error: EXACT,
  },
  count_by: {
    meaning: 'How many events each value of the input has.',
    formula: 'key → n of its events',
    ties: KEYS_ASCEND,
    error: `none; ${OVERFLOW}`,
  },
  sum_by: {
    meaning: 'The sum of the input in each category.',
    formula: 'key → Σ x of its events',
    nulls: 'an event whose input or category is null is skipped',
    ties: KEYS_ASCEND,
    error: `of each sum as of sum (one inexact sum degrades the map); ${OVERFLOW}`,
  },
  mean_by: {
    meaning: 'The mean of the input in each category.',
    formula: 'key → (Σ x) / n of its events',
    nulls: 'an event whose input or category is null is skipped',
    ties: KEYS_ASCEND,
    error: `of each mean as of mean; ${OVERFLOW}`,
  },
  decayed_sum: {
    meaning: 'A sum in which an event counts half after each half-life.',
    formula:
      'Σ x · 2^(−(t − T) / half-life); a state is relative to the newest T in it, so no exponent is ever positive',
    ties: NO_TIES,
    error:
      '1e-9 · Σ\\|x · 2^…\\|; for values below 1e-300 also 2^−1070 · Σ\\|x\\| + 2^−1073 · half-life in ms',
  },
  decayed_count: {
    meaning: 'A count in which an event counts half after each half-life.',
    formula: 'Σ 2^(−(t − T) / half-life)',
    ties: NO_TIES,
    error: '1e-9 · itself; for values below 1e-300 also 2^−1070 · n + 2^−1073 · half-life in ms',
  },
  rate: {
    meaning: 'Events per second, over the declared length of the window.',
    formula: 'n / (length of the window in seconds)',
    ties: NO_TIES,
    error: 'that of the division',
  },
  time_since_last: {
    meaning: 'Seconds from the latest event to t.',
    formula: '(t − max T) / 1000',
    ties: NO_TIES,
    error: EXACT,
  },
  session_events: {
    meaning: `Events of the current session. ${SESSION}`,
    formula: 'n of the current session; 0 without one',
    ties: NO_TIES,
    error: EXACT,
  },
  session_sum: {
    meaning: `The sum of the input over the current session. ${SESSION}`,
    formula: 'Σ x of the current session; 0 without one',
    nulls: 'an event whose input is null is in no session',
    ties: NO_TIES,
    error: `${INEXACT}; of doubles 1e-9 · Σ\\|x\\|`,
  },
  session_duration: {
    meaning: `Seconds from the first to the last event of the current session. ${SESSION}`,
    formula: '(last T − first T) / 1000; null without one',
    ties: NO_TIES,
    error: EXACT,
  },
  session_count: {
    meaning: `Sessions in the window, the current one among them. ${SESSION}`,
    formula: 'the number of runs; one that began before the window counts from the window on',
    ties: NO_TIES,
    error: EXACT,
  },
} as const satisfies Record<OperationName, AggregationText>;
