import { resultColumn } from './result-column';

test('a sum beyond int64 is null, and its map holds the limit: neither wraps around', () => {
  const column = resultColumn('int64');
  for (const value of [2 ** 63, -(2 ** 63), 2 ** 53, -(2 ** 64)]) column.push(value);
  const [nulls, values] = column.parts() as [Buffer, Buffer];
  expect([...nulls]).toEqual([1, 0, 0, 1]);
  expect([values.readBigInt64LE(8), values.readBigInt64LE(16)]).toEqual([-(2n ** 63n), 2n ** 53n]);

  const map = resultColumn('map<string,int64>');
  map.push(new Map([['a', 2 ** 63]]));
  const parts = Buffer.concat(map.parts());
  expect(parts.readBigInt64LE(parts.length - 8)).toBe(2n ** 63n - 1n);
});
