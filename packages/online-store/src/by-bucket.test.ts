import { allOf, byBucket } from './by-bucket';

test('items are grouped in their order; those of one bucket are not copied', () => {
  const items = [3, 1, 4, 1, 5, 9, 2, 6];
  expect(byBucket(items, 3, (item) => item % 3)).toEqual([
    { bucket: 0, items: [3, 9, 6] },
    { bucket: 1, items: [1, 4, 1] },
    { bucket: 2, items: [5, 2] },
  ]);
  expect(byBucket(items, 1, () => 0)[0]?.items).toBe(items);
  expect(byBucket([], 1, () => 0)).toEqual([]);
});

test('a failure is told when nothing is under way any more', async () => {
  let ended = false;
  const slow = new Promise<void>((resolve) => {
    setImmediate(() => {
      ended = true;
      resolve();
    });
  });
  await expect(allOf([Promise.reject(new Error('first')), slow])).rejects.toThrow('first');
  expect(ended).toBe(true);
});
