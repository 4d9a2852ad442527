import { spanOf } from './source-topics';

test('the numbers of partitions span an array, in which some are none', () => {
  expect(spanOf([])).toEqual({ partitions: 0, absent: [] });
  expect(spanOf([1, 0, 2])).toEqual({ partitions: 3, absent: [] });
  expect(spanOf([512, 0, 1, 256])).toEqual({
    partitions: 513,
    absent: [
      { from: 2, to: 256 },
      { from: 257, to: 512 },
    ],
  });
});
