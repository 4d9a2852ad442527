import { delayQuantiles } from './delay-quantiles';

const BOUNDS = [0.01, 0.02, 0.1, 1];

test('there is none of nothing', () => {
  expect(delayQuantiles(BOUNDS, [0, 0, 0, 0, 0])).toBeNull();
});

test('they lie within the bucket of their rank, as far in as their rank is', () => {
  expect(delayQuantiles(BOUNDS, [0, 100, 0, 0, 0])).toEqual({ p50Ms: 15, p99Ms: 20 });
  expect(delayQuantiles(BOUNDS, [50, 0, 48, 2, 0])).toEqual({ p50Ms: 10, p99Ms: 550 });
});

test('what is beyond the last bound counts as the last bound', () => {
  expect(delayQuantiles(BOUNDS, [1, 0, 0, 0, 99])).toEqual({ p50Ms: 1000, p99Ms: 1000 });
});
