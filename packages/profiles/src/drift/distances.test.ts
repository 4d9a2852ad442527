import type { NumericDistribution } from '../feature-profile';
import { jensenShannonDistance, kolmogorovSmirnov, populationStabilityIndex } from './distances';

const bins = (baseline: readonly number[], current: readonly number[]) =>
  baseline.map((share, i) => ({ baseline: share, current: current[i] as number }));
/** The empirical distribution of some values. */
const sample = (values: readonly number[]): NumericDistribution => {
  const uppers = [...new Set(values)].sort((a, b) => a - b);
  return { kind: 'numeric', uppers, counts: uppers.map((upper) => values.filter((v) => v === upper).length) };
};

describe('the population stability index', () => {
  test('of two halves that become 0.6 and 0.4 is 0.1 · ln 1.5', () => {
    expect(populationStabilityIndex(bins([0.5, 0.5], [0.6, 0.4]))).toBeCloseTo(0.1 * Math.log(1.5), 12);
  });

  test('sums over the bins, by hand', () => {
    // (0.2-0.1)·ln 2 + (0.2-0.4)·ln ½ + (0.6-0.5)·ln 1.2
    const expected = 0.1 * Math.log(2) + 0.2 * Math.log(2) + 0.1 * Math.log(1.2);
    expect(populationStabilityIndex(bins([0.1, 0.4, 0.5], [0.2, 0.2, 0.6]))).toBeCloseTo(expected, 12);
  });

  test('is 0 of equal shares, also of 0', () => {
    expect(populationStabilityIndex(bins([0.5, 0.5, 0], [0.5, 0.5, 0]))).toBe(0);
  });

  test('is finite where a bin was empty: its share counts as 0.0001', () => {
    expect(populationStabilityIndex(bins([0], [0.1]))).toBeCloseTo(0.0999 * Math.log(1000), 12);
  });
});

describe('the Jensen–Shannon distance', () => {
  // known answers: the documentation of scipy.spatial.distance.jensenshannon, whose default is the natural logarithm
  test('of distributions that share nothing is 1', () => {
    expect(jensenShannonDistance(bins([1, 0, 0], [0, 1, 0]))).toBe(1);
  });

  test('of (1, 0) and (0.5, 0.5) is 0.46450140402245893 with natural logarithms', () => {
    const natural = jensenShannonDistance(bins([1, 0], [0.5, 0.5])) * Math.sqrt(Math.LN2);
    expect(natural).toBeCloseTo(0.46450140402245893, 14);
  });

  test('of equal ones is 0', () => {
    expect(jensenShannonDistance(bins([1, 0, 0], [1, 0, 0]))).toBe(0);
  });
});

describe('the Kolmogorov–Smirnov statistic', () => {
  test('of 1 2 3 4 and 3 4 5 6 is 0.5', () => {
    expect(kolmogorovSmirnov(sample([1, 2, 3, 4]), sample([3, 4, 5, 6]))).toBe(0.5);
  });

  test('is the largest difference at any value, with ties and unequal sizes', () => {
    // at 2: 3/4 against 1/5; everywhere else less
    expect(kolmogorovSmirnov(sample([1, 2, 2, 7]), sample([2, 3, 3, 4, 9]))).toBeCloseTo(0.55, 12);
  });

  test('is 1 of samples that do not overlap, 0 of equal ones, symmetric', () => {
    expect(kolmogorovSmirnov(sample([1, 2]), sample([3]))).toBe(1);
    expect(kolmogorovSmirnov(sample([1, 2, 2]), sample([2, 1, 2, 1, 2, 2]))).toBe(0);
    const [a, b] = [sample([1, 5, 9]), sample([2, 5, 5])];
    expect(kolmogorovSmirnov(a, b)).toBe(kolmogorovSmirnov(b, a));
  });

  test('is null where a side has no values', () => {
    expect(kolmogorovSmirnov(sample([]), sample([1]))).toBeNull();
  });
});
