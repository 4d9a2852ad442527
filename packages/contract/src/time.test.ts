import fc from 'fast-check';
import {
  ceilTo,
  DAY_MS,
  floorTo,
  formatDuration,
  formatInstant,
  HOUR_MS,
  MINUTE_MS,
  parseDuration,
} from './time';

describe('floorTo and ceilTo', () => {
  it.each([
    [7_200_001, HOUR_MS, 7_200_000, 10_800_000],
    [7_200_000, HOUR_MS, 7_200_000, 7_200_000],
    [-1, HOUR_MS, -HOUR_MS, -0],
    [-HOUR_MS, HOUR_MS, -HOUR_MS, -HOUR_MS],
    [0, DAY_MS, 0, 0],
  ])('of %p by %p are %p and %p', (instant, hop, floor, ceil) => {
    expect(floorTo(instant, hop)).toBe(floor);
    expect(ceilTo(instant, hop)).toBe(ceil);
  });

  it('enclose any instant between neighbouring multiples', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -8.64e15, max: 8.64e15 }),
        fc.integer({ min: 1, max: DAY_MS }),
        (instant, hop) => {
          const [floor, ceil] = [floorTo(instant, hop), ceilTo(instant, hop)];
          expect(floor <= instant && instant <= ceil).toBe(true);
          expect(ceil - floor === (floor === instant ? 0 : hop)).toBe(true);
          expect(Math.abs(floor % hop)).toBe(0);
        },
      ),
    );
  });
});

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['15m', 15 * MINUTE_MS],
    ['1h', HOUR_MS],
    ['30d', 30 * DAY_MS],
    [' 0s ', 0],
  ])('reads %p', (text, expected) => {
    expect(parseDuration(text, 'here')).toBe(expected);
  });

  it.each(['', '1', 'h', '1.5h', '-1h', '1 h', '1w', '1H', '1h30m'])(
    'refuses %p, naming the place',
    (text) => {
      expect(() => parseDuration(text, 'view "v", horizon')).toThrow(
        `view "v", horizon: "${text}" is not a duration such as 500ms, 90s, 15m, 1h or 30d`,
      );
    },
  );

  it('refuses one that milliseconds cannot count exactly', () => {
    expect(() => parseDuration('999999999999d', 'here')).toThrow('here: "999999999999d" is too long');
  });
});

describe('formatDuration', () => {
  it.each([
    [5_400_000, '90m'],
    [90 * DAY_MS, '90d'],
    [1_500, '1500ms'],
    [0, '0ms'],
  ])('writes %p as %p', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });

  it('is read back as the same duration', () => {
    fc.assert(
      fc.property(fc.nat(1e12), (durationMs) => {
        expect(parseDuration(formatDuration(durationMs), 'here')).toBe(durationMs);
      }),
    );
  });
});

describe('formatInstant', () => {
  it.each([
    [0, '1970-01-01T00:00:00.000Z'],
    [Number.NEGATIVE_INFINITY, 'the beginning'],
    [Number.NaN, 'NaN'],
    [9e15, '9000000000000000'],
  ])('writes %p as %p', (instant, text) => {
    expect(formatInstant(instant)).toBe(text);
  });
});
