import { canonicalDouble, parseDouble, roundHalfAway } from './double';

test('NaN and the infinities are null, and -0 is 0', () => {
  for (const x of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    expect(canonicalDouble(x)).toBeNull();
  expect(canonicalDouble(-0)).toBe(0);
  expect(canonicalDouble(-Number.MIN_VALUE)).toBe(-Number.MIN_VALUE);
});

test.each([
  [0.5, 1],
  [-0.5, -1],
  [2.5, 3],
  [-2.5, -3],
  [0.49999999999999994, 0],
  [2_251_799_813_685_248.5, 2_251_799_813_685_249],
  [9_007_199_254_740_991, 9_007_199_254_740_991],
  [-0.2, -0],
])('%d rounds to %d', (x, rounded) => {
  expect(roundHalfAway(x)).toBe(rounded);
});

test('a text is a double only in the grammar of JSON', () => {
  expect(parseDouble('-1.5e-3')).toBe(-0.0015);
  expect(parseDouble('12345678901234567890123')).toBe(1.2345678901234568e22);
  expect(parseDouble('-0')).toBe(0);
  for (const text of ['', '.5', '1.', '01', '+1', ' 1', '1 ', 'NaN', 'Infinity', '1e999', '0x1F', '1e1000']) {
    expect(parseDouble(text)).toBeNull();
  }
});
