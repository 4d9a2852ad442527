import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { timeZoneProblem, zoneOffset } from './time-zone';

test.each([
  ['America/Chicago', '2001-04-01T07:59:59.999Z', -6 * HOUR_MS],
  ['America/Chicago', '2001-04-01T08:00:00.000Z', -5 * HOUR_MS],
  ['America/Chicago', '2001-10-28T06:59:59.999Z', -5 * HOUR_MS],
  ['America/Chicago', '2001-10-28T07:00:00.000Z', -6 * HOUR_MS],
  ['Australia/Lord_Howe', '2024-04-06T14:59:59.999Z', 11 * HOUR_MS],
  ['Australia/Lord_Howe', '2024-04-06T15:00:00.000Z', 10.5 * HOUR_MS],
  ['Asia/Kolkata', '2024-04-06T15:00:00.000Z', 5.5 * HOUR_MS],
  ['Asia/Kathmandu', '1980-01-01T00:00:00.000Z', 5.5 * HOUR_MS],
  ['Asia/Kathmandu', '2000-01-01T00:00:00.000Z', 5.5 * HOUR_MS + 15 * MINUTE_MS],
  ['UTC', '2000-01-01T00:00:00.000Z', 0],
])('%s at %s', (zone, instant, offsetMs) => {
  expect(zoneOffset(zone)(Date.parse(instant))).toBe(offsetMs);
});

test('an offset that is remembered is the one that was computed', () => {
  const offset = zoneOffset('Europe/London');
  const instants = Array.from({ length: 3_000 }, (_, i) => Date.UTC(2020, 0, 1) + i * 17 * HOUR_MS);
  const first = instants.map(offset);
  expect(instants.map(offset)).toEqual(first);
  expect(new Set(first)).toEqual(new Set([0, HOUR_MS]));
});

test('names of zones must be exact, because ClickHouse wants them so', () => {
  for (const zone of ['UTC', 'America/Chicago', 'Asia/Kolkata', 'Etc/GMT+5', 'America/Port-au-Prince']) {
    expect(timeZoneProblem(zone)).toBeNull();
  }
  expect(timeZoneProblem('america/chicago')).toMatch('did you mean "America/Chicago"?');
  for (const zone of ['', '+01:00', 'Mars/Olympus', 'asia/kolkata', "UTC'", 'local time']) {
    expect(timeZoneProblem(zone)).toMatch('is not a time zone');
  }
});
