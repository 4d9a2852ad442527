import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { readCron } from './cron';

test.each([
  ['*/15 * * * *', 15 * MINUTE_MS, 15 * MINUTE_MS],
  ['7 * * * *', HOUR_MS, HOUR_MS],
  ['15 2 * * *', DAY_MS, DAY_MS],
  ['0 6,18 * * *', 12 * HOUR_MS, 12 * HOUR_MS],
  ['0 6,8 * * *', 22 * HOUR_MS, 2 * HOUR_MS],
  ['50/5 * * * *', 55 * MINUTE_MS, 5 * MINUTE_MS],
  ['0 3 * * 1-5', 3 * DAY_MS, DAY_MS],
  ['0 3 * * 0', 7 * DAY_MS, 7 * DAY_MS],
  ['0 3 * * 7', 7 * DAY_MS, 7 * DAY_MS],
  ['0 0 1 * *', 31 * DAY_MS, 28 * DAY_MS],
  ['0 0 31 * *', 61 * DAY_MS, 31 * DAY_MS],
  // one of both is enough where both are named
  ['0 0 1 * 1', 7 * DAY_MS, DAY_MS],
  ['0 0 1-7 1,7 *', 178 * DAY_MS, DAY_MS],
])('the times of "%s" lie at most and at least so far apart', (rule, longestGapMs, shortestGapMs) => {
  expect(readCron(rule)).toEqual({ kind: 'times', longestGapMs, shortestGapMs });
});

test('29 February comes every four years, but for a century that is no leap year', () => {
  const found = readCron('0 0 29 2 *');
  expect(found).toMatchObject({ kind: 'times', longestGapMs: 1_461 * DAY_MS });
});

test.each([
  ['* * * *', 'does not have the five fields minute, hour, day of month, month, day of week'],
  ['0 0 * * * *', 'does not have the five fields'],
  ['60 * * * *', '"60" is no minute: it is *, or numbers from 0 to 59'],
  ['* 5-3 * * *', '"5-3" is no hour'],
  ['* * 0 * *', '"0" is no day of month'],
  ['* * * JAN *', '"JAN" is no month'],
  ['*/0 * * * *', '"*/0" is no minute'],
  ['1,,2 * * * *', '"1,,2" is no minute'],
  ['0 0 31 2 *', '"0 0 31 2 *" has no day: no month has it'],
])('"%s" is refused: %s', (rule, reason) => {
  expect(readCron(rule)).toEqual({ kind: 'refused', reason: expect.stringContaining(reason) });
});
