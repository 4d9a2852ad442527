import { DueBuckets } from './due-buckets';

const MINUTE_MS = 60_000;

test('one bucket is due four times a second', () => {
  const due = new DueBuckets(1, MINUTE_MS);
  const times = Array.from({ length: 100 }, (_, i) => 1_000_000 + 10 * i);
  expect(times.filter((nowMs) => due.take(nowMs).length > 0).map((nowMs) => nowMs - 1_000_000)).toEqual([
    0, 250, 500, 750,
  ]);
});

test('many are due at once at first, then spread over five seconds; one that is written to within a second', () => {
  const due = new DueBuckets(1_000, MINUTE_MS);
  expect(due.take(0)).toHaveLength(1_000);
  const taken = Array.from({ length: 40 }, (_, i) => {
    due.wrote([7]);
    return due.take(250 * (i + 1));
  });
  expect(Math.max(...taken.map((buckets) => buckets.length))).toBeLessThan(60);
  const counts = new Map<number, number>();
  for (const bucket of taken.flat()) counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  expect([counts.get(7), counts.get(8), counts.get(999)]).toEqual([10, 2, 2]);
});

test('a source whose values are stale soon is told of sooner', () => {
  const due = new DueBuckets(1_000, 2_000);
  due.take(0);
  const taken = [250, 500].flatMap((nowMs) => due.take(nowMs));
  expect(new Set(taken).size).toBe(1_000);
});

test('a clock that was set back does not stop it', () => {
  const due = new DueBuckets(1, MINUTE_MS);
  due.take(1_000_000);
  expect(due.take(0)).toEqual([0]);
});
