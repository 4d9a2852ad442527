import fc from 'fast-check';
import {
  absInt,
  addInt,
  canonicalInt,
  divideInt,
  INT64_MAX,
  INT64_MIN,
  type Int,
  intFromDouble,
  multiplyInt,
  negateInt,
  parseInt64,
  remainderInt,
  subtractInt,
} from './int64';

const edges = [
  0n,
  1n,
  -1n,
  2n ** 31n,
  2n ** 53n - 1n,
  2n ** 53n,
  -(2n ** 53n),
  2n ** 53n + 1n,
  INT64_MAX,
  INT64_MIN,
];
const anyInt = fc
  .oneof(
    fc.bigInt(INT64_MIN, INT64_MAX),
    fc.bigInt(-100n, 100n),
    fc.constantFrom(...edges),
    fc.bigInt(-(2n ** 33n), 2n ** 33n),
  )
  .map((exact) => canonicalInt(exact) as Int);

test('an int is a number where that is exact, else a bigint, and null beyond 64 bits', () => {
  expect(canonicalInt(2n ** 53n - 1n)).toBe(9_007_199_254_740_991);
  expect(canonicalInt(2n ** 53n)).toBe(2n ** 53n);
  expect(canonicalInt(INT64_MIN)).toBe(INT64_MIN);
  expect(canonicalInt(INT64_MAX + 1n)).toBeNull();
});

test('arithmetic is that of exact integers, null where the result is not an int64', () => {
  fc.assert(
    fc.property(anyInt, anyInt, (a, b) => {
      const [x, y] = [BigInt(a), BigInt(b)];
      expect(addInt(a, b)).toBe(canonicalInt(x + y));
      expect(subtractInt(a, b)).toBe(canonicalInt(x - y));
      expect(multiplyInt(a, b)).toBe(canonicalInt(x * y));
      expect(divideInt(a, b)).toBe(y === 0n ? null : canonicalInt(x / y));
      expect(remainderInt(a, b)).toBe(y === 0n ? null : canonicalInt(x % y));
      expect(negateInt(a)).toBe(canonicalInt(-x));
      expect(absInt(a)).toBe(canonicalInt(x < 0n ? -x : x));
    }),
    { numRuns: 5_000 },
  );
});

test('division truncates toward zero, and no result is -0', () => {
  expect(divideInt(-7, 2)).toBe(-3);
  expect(remainderInt(-7, 2)).toBe(-1);
  expect(divideInt(-1, 2)).toBe(0);
  expect(remainderInt(-4, 2)).toBe(0);
  expect(multiplyInt(0, -5)).toBe(0);
  expect(negateInt(0)).toBe(0);
  expect(divideInt(INT64_MIN, -1)).toBeNull();
});

test('a text is an int only in plain decimal digits', () => {
  expect(parseInt64('-007')).toBe(-7);
  expect(parseInt64('-0')).toBe(0);
  expect(parseInt64('9223372036854775807')).toBe(INT64_MAX);
  for (const text of ['', '-', '+5', ' 5', '5\n', '5.0', '0x1F', '9223372036854775808', '٣', '1e3']) {
    expect(parseInt64(text)).toBeNull();
  }
});

test('a double becomes the int toward zero, null when out of range', () => {
  expect(intFromDouble(-1.9)).toBe(-1);
  expect(intFromDouble(-0.5)).toBe(0);
  expect(intFromDouble(2 ** 62)).toBe(2n ** 62n);
  expect(intFromDouble(-(2 ** 63))).toBe(INT64_MIN);
  expect(intFromDouble(2 ** 63)).toBeNull();
});
