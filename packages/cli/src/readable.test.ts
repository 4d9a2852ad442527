import { perSecond, readableBytes, readableCount, readableDuration } from './readable';

test.each([
  [0, '0ms'],
  [250, '250ms'],
  [1_250, '1.2s'],
  [59_999, '59.9s'],
  [65_000, '1m 5s'],
  [3_600_000, '1h'],
  [90_061_000, '1d 1h'],
  [-250, '-250ms'],
])('%d ms reads %s', (durationMs, text) => {
  expect(readableDuration(durationMs)).toBe(text);
});

test('counts, sizes and rates', () => {
  expect(readableCount(1_234_567)).toBe('1,234,567');
  expect([12, 1_536, 5 * 1024 ** 3].map(readableBytes)).toEqual(['12 B', '1.5 KiB', '5.0 GiB']);
  expect(perSecond(500, 250)).toBe(2_000);
  expect(perSecond(500, 0)).toBe(0);
});
