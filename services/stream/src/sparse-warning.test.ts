import { SparseWarning } from './sparse-warning';

test('a trouble is told at once, seldom while it lasts, and at once when it comes again', () => {
  let nowMs = 0;
  const warning = new SparseWarning(() => nowMs);
  const told: number[] = [];
  const find = () => warning.found(() => told.push(nowMs));
  for (; nowMs < 21_000; nowMs += 500) find();
  expect(told).toEqual([0, 10_000, 20_000]);
  warning.over();
  find();
  expect(told).toHaveLength(4);
});
