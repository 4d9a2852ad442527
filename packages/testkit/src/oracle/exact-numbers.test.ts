import { centralMoments, exactNumbers, nearestDouble, sumOf } from './exact-numbers';

const sum = (numbers: readonly (number | bigint)[]) => {
  const { values, exponent } = exactNumbers(numbers);
  return nearestDouble(sumOf(values), 1n, exponent);
};

describe('exact numbers', () => {
  it('add what doubles lose', () => {
    expect(sum([1e15, 1e-9, -1e15])).toBe(1e-9);
    expect(sum([5e-324, 1e300, -1e300])).toBe(5e-324);
    expect(sum([2n ** 63n - 1n, 1])).toBe(2 ** 63);
    expect(sum([])).toBe(0);
  });

  it('round quotients to the nearest double, ties to even', () => {
    for (const [a, b] of [
      [1n, 3n],
      [-2n, 3n],
      [10n ** 30n, 7n],
      [1n, 10n ** 20n],
    ] as const)
      expect(nearestDouble(a, b, 0)).toBeCloseTo(Number(a) / Number(b), 12);
    expect(nearestDouble(2n ** 53n + 1n, 1n, 0)).toBe(2 ** 53);
    expect(nearestDouble((2n ** 53n + 1n) * 2n + 1n, 1n, -1)).toBe(2 ** 53 + 2);
    expect(nearestDouble(3n, 1n, -1074)).toBe(1.5e-323);
  });

  it('have the moments of numbers whose mean is far away', () => {
    expect(centralMoments(exactNumbers([1e15, 1e15 + 2]))).toEqual({ m2: 2, m3: 0 });
    expect(centralMoments(exactNumbers([0, 0, 3]))).toEqual({ m2: 6, m3: 6 });
    expect(centralMoments(exactNumbers([0.1, 0.1]))).toEqual({ m2: 0, m3: 0 });
  });
});
