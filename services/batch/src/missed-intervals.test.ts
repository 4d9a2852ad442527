import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { missedWarning } from './missed-intervals';

const LAST = Date.UTC(2026, 0, 31, 12);
const after = (ms: number) =>
  missedWarning({ place: 'view "v@1"', intervalMs: HOUR_MS, lastMs: LAST, nowMs: LAST + ms });

test('a run that comes a little late has missed nothing', () => {
  expect(after(HOUR_MS)).toBeNull();
  expect(after(2 * HOUR_MS - 1)).toBeNull();
});

test('runs that did not come are counted', () => {
  expect(after(2 * HOUR_MS)).toBe(
    'view "v@1": 1 run of its schedule (every 1h) did not come: the last one was of 2026-01-31T12:00:00.000Z',
  );
  expect(after(5 * HOUR_MS + MINUTE_MS)).toContain('4 runs of its schedule');
});

test('the first run of all has missed nothing', () => {
  expect(missedWarning({ place: '', intervalMs: HOUR_MS, lastMs: null, nowMs: LAST })).toBeNull();
});
