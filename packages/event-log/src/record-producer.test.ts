import { splitBySize } from './record-producer';

const record = (bytes: number) => ({ topic: 't', key: null, value: Buffer.alloc(bytes) });
const sizes = (bytes: readonly number[]) => [...splitBySize(bytes.map(record))].map((part) => part.length);

test('records are cut into requests below the broker limit, in order, none left out', () => {
  expect(sizes([])).toEqual([]);
  expect(sizes([10, 10, 10])).toEqual([3]);
  expect(sizes([400_000, 400_000, 400_000])).toEqual([2, 1]);
  expect(sizes([10, 2_000_000, 10])).toEqual([1, 1, 1]);
  expect(sizes(new Array(25_000).fill(1))).toEqual([10_000, 10_000, 5_000]);
});

test('headers and keys count', () => {
  const heavy = {
    topic: 't',
    key: 'k'.repeat(200_000),
    value: null,
    headers: { h: ['x'.repeat(200_000), 'y'] },
  };
  expect([...splitBySize([heavy, heavy, heavy])].map((part) => part.length)).toEqual([2, 1]);
});
