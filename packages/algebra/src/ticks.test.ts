import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { tickAt } from './boundaries';
import { firstTickOf, newestRunTick } from './ticks';

const NOON = Date.UTC(2026, 4, 10, 12);
const schedule = { intervalMs: HOUR_MS, waitMs: 5 * MINUTE_MS, delayMs: 20 * MINUTE_MS };

test('a read answers for a tick from its delay on', () => {
  expect(tickAt(schedule, NOON + 20 * MINUTE_MS)).toBe(NOON);
  expect(tickAt(schedule, NOON + 20 * MINUTE_MS - 1)).toBe(NOON - HOUR_MS);
});

test('ticks before the epoch are multiples too', () => {
  expect(tickAt(schedule, -1)).toBe(-HOUR_MS);
  expect(firstTickOf(schedule, -HOUR_MS - 1, -HOUR_MS - 1)).toBe(-HOUR_MS);
});

test('a run may begin when everything that counts has become known', () => {
  expect(newestRunTick(schedule, NOON + 5 * MINUTE_MS)).toBe(NOON);
  expect(newestRunTick(schedule, NOON + 5 * MINUTE_MS - 1)).toBe(NOON - HOUR_MS);
});

test('a run is at most one tick ahead of the readers, however long their delay', () => {
  const slow = { intervalMs: MINUTE_MS, waitMs: 0, delayMs: 10 * MINUTE_MS };
  expect(newestRunTick(slow, NOON)).toBe(NOON - 9 * MINUTE_MS);
});

test('a row is seen by the first tick at or after its event time that knows it', () => {
  expect(firstTickOf(schedule, NOON, NOON)).toBe(NOON);
  expect(firstTickOf(schedule, NOON + 1, NOON + 1)).toBe(NOON + HOUR_MS);
  expect(firstTickOf(schedule, NOON, NOON + 5 * MINUTE_MS)).toBe(NOON);
  expect(firstTickOf(schedule, NOON, NOON + 5 * MINUTE_MS + 1)).toBe(NOON + HOUR_MS);
  expect(firstTickOf(schedule, NOON, NOON - 9 * HOUR_MS)).toBe(NOON);
});
