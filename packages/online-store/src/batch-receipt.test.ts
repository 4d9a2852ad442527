import { chunksOfBucket } from './batch-receipt';

test('the only bucket of a server has entities of every chunk; of a cluster, a bucket is in one chunk', () => {
  expect(chunksOfBucket(0, 3, 1)).toEqual([0, 1, 2]);
  expect([0, 1, 2, 3, 1_023].map((bucket) => chunksOfBucket(bucket, 3, 1_024))).toEqual([
    [0],
    [1],
    [2],
    [0],
    [0],
  ]);
});

test('a run that writes nothing has no chunks', () => {
  expect(chunksOfBucket(0, 0, 1)).toEqual([]);
  expect(chunksOfBucket(5, 0, 1_024)).toEqual([]);
});
