import { DAY_MS } from '@forebay/contract';
import fc from 'fast-check';
import { CALENDAR_PARTS } from './calendar';
import { CALENDAR_FROM_MS, CALENDAR_TO_MS } from './limits';

test('the parts are those of a Date in UTC, before and after 1970', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: CALENDAR_FROM_MS - 400 * 365 * DAY_MS, max: CALENDAR_TO_MS }),
      (instantMs) => {
        const date = new Date(instantMs);
        expect(CALENDAR_PARTS.year(instantMs)).toBe(date.getUTCFullYear());
        expect(CALENDAR_PARTS.month(instantMs)).toBe(date.getUTCMonth() + 1);
        expect(CALENDAR_PARTS.day_of_month(instantMs)).toBe(date.getUTCDate());
        expect(CALENDAR_PARTS.day_of_week(instantMs)).toBe(date.getUTCDay() === 0 ? 7 : date.getUTCDay());
        expect(CALENDAR_PARTS.hour(instantMs)).toBe(date.getUTCHours());
        expect(CALENDAR_PARTS.minute(instantMs)).toBe(date.getUTCMinutes());
        expect(CALENDAR_PARTS.second(instantMs)).toBe(date.getUTCSeconds());
      },
    ),
    { numRuns: 5_000 },
  );
});
