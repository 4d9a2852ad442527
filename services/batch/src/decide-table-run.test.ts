import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { decideTableRun, type TableRunFacts } from './decide-table-run';

const NOON = Date.UTC(2026, 4, 10, 12);
const schedule = { intervalMs: HOUR_MS, waitMs: 5 * MINUTE_MS, delayMs: 20 * MINUTE_MS };

const decide = (more: Partial<TableRunFacts>) =>
  decideTableRun({
    schedule,
    runClockMs: NOON + 6 * MINUTE_MS,
    finishedTickMs: null,
    requestedTickMs: null,
    full: false,
    ...more,
  });

test('a run is for the newest tick up to whose wait the clock has come', () => {
  expect(decide({})).toEqual({ kind: 'run', tickMs: NOON, baseMs: null });
  expect(decide({ runClockMs: NOON + 5 * MINUTE_MS - 1 })).toEqual({
    kind: 'run',
    tickMs: NOON - HOUR_MS,
    baseMs: null,
  });
});

test('it adds to the newest finished run, however many ticks were missed, unless every value is wanted', () => {
  const finishedTickMs = NOON - 7 * HOUR_MS;
  expect(decide({ finishedTickMs })).toEqual({ kind: 'run', tickMs: NOON, baseMs: finishedTickMs });
  expect(decide({ finishedTickMs, full: true })).toEqual({ kind: 'run', tickMs: NOON, baseMs: null });
  expect(decide({ finishedTickMs: NOON })).toEqual({ kind: 'run', tickMs: NOON, baseMs: NOON });
});

test('a finished run of a later tick stands', () => {
  const later = { kind: 'older', tickMs: NOON, finishedTickMs: NOON + HOUR_MS };
  expect(decide({ finishedTickMs: NOON + HOUR_MS })).toEqual(later);
  expect(decide({ finishedTickMs: NOON + HOUR_MS, full: true })).toEqual(later);
});

test.each([
  [NOON + 1, /the tick 2026-05-10T12:00:00.001Z is no multiple of the view's interval 1h/],
  [
    NOON + HOUR_MS,
    /13:00:00.000Z is later than 2026-05-10T12:00:00.000Z, the newest whose rows are all known/,
  ],
  [NOON - 2 * HOUR_MS, /nobody reads the values of the tick 2026-05-10T10:00.*it is 2026-05-10T11:00/],
])('a tick set by hand is refused where it means nothing (%#)', (requestedTickMs, reason) => {
  expect(decide({ requestedTickMs })).toEqual({
    kind: 'refused',
    reason: expect.stringMatching(reason),
  });
});

test('the tick that is still being read can be run again by hand', () => {
  expect(decide({ requestedTickMs: NOON - HOUR_MS })).toMatchObject({ kind: 'run', tickMs: NOON - HOUR_MS });
});
