import { slicesOf } from './slices';

const month = (i: number) => Date.UTC(2026, i, 1);
const untilMs = Date.UTC(2026, 5, 10);

test('months go together until they have too many events, and cover the range without gap or overlap', () => {
  const months = [30, 30, 50, 200, 10].map((events, i) => ({ monthMs: month(i), events }));
  expect(slicesOf(months, { fromMs: null, untilMs, most: 100 })).toEqual([
    { fromMs: null, untilMs: month(2), events: 60 },
    { fromMs: month(2), untilMs: month(3), events: 50 },
    { fromMs: month(3), untilMs: month(4), events: 200 },
    { fromMs: month(4), untilMs, events: 10 },
  ]);
});

test('a range that begins within a month begins there', () => {
  const fromMs = Date.UTC(2026, 0, 20);
  expect(slicesOf([{ monthMs: month(0), events: 5 }], { fromMs, untilMs, most: 1 })).toEqual([
    { fromMs, untilMs, events: 5 },
  ]);
});

test('without events there is nothing to stage', () => {
  expect(slicesOf([], { fromMs: null, untilMs, most: 1 })).toEqual([]);
});
