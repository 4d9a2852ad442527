import { pauseMs } from './retry';

test('pauses grow from 20 ms to a second, spread by half either way', () => {
  expect([1, 2, 3, 4, 5, 50].map((attempt) => pauseMs(attempt, 0.5))).toEqual([
    20, 80, 320, 1_000, 1_000, 1_000,
  ]);
  expect([pauseMs(1, 0), pauseMs(1, 1), pauseMs(9, 0), pauseMs(9, 1)]).toEqual([10, 30, 500, 1_500]);
});
