import { RecentCounts } from './recent-counts';

const MINUTE_MS = 60_000;

/** What a process says each 5 s that counts `perStep` events in them, from its start at 0 on. */
function toldAt(minutes: number, perStep: (atMs: number) => number) {
  const counted = {
    totals: { events: 7 },
    deadLetters: {} as Record<string, number>,
    delays: Float64Array.of(7, 0),
  };
  const counts = new RecentCounts(0, counted);
  let told = counts.recent(0, counted);
  for (let atMs = 5_000; atMs <= minutes * MINUTE_MS; atMs += 5_000) {
    counted.totals.events += perStep(atMs);
    counted.deadLetters.not_json = (counted.deadLetters.not_json ?? 0) + perStep(atMs);
    counted.delays[1] = (counted.delays[1] as number) + perStep(atMs);
    told = counts.recent(atMs, counted);
  }
  return told;
}

test('what was counted before the process began to look is not of the last minutes', () => {
  expect(toldAt(0, () => 1)).toEqual({ spanMs: 0, totals: { events: 0 }, deadLetters: {}, delays: [0, 0] });
});

test('at the beginning all of it is recent, and the span says how long that is', () => {
  expect(toldAt(3, () => 2)).toEqual({
    spanMs: 3 * MINUTE_MS,
    totals: { events: 72 },
    deadLetters: { not_json: 72 },
    delays: [0, 72],
  });
});

test('later the last ten minutes are, to a step', () => {
  const { spanMs, totals } = toldAt(60, () => 1);
  expect(spanMs).toBeGreaterThanOrEqual(10 * MINUTE_MS);
  expect(spanMs).toBeLessThanOrEqual(10.5 * MINUTE_MS);
  expect(totals.events).toBe(spanMs / 5_000);
});

test('what is long past is forgotten', () => {
  const { totals, deadLetters } = toldAt(12, (atMs) => (atMs <= MINUTE_MS ? 100 : 0));
  expect([totals.events, deadLetters.not_json]).toEqual([0, 0]);
});
