import { NumberColumn } from './number-column';

function numbersOf(
  type: 'int32' | 'int64' | 'double',
  pushed: readonly (number | bigint | null)[],
): unknown[] {
  const column = new NumberColumn(type);
  for (const value of pushed) {
    if (typeof value === 'number') column.pushFrom(Float64Array.of(Number.NaN, value), 1);
    else column.push(value);
  }
  const [nulls, values] = column.parts() as [Buffer, Buffer];
  const read = {
    int32: (row: number) => values.readInt32LE(4 * row),
    int64: (row: number) => values.readBigInt64LE(8 * row),
    double: (row: number) => values.readDoubleLE(8 * row),
  }[type];
  return Array.from({ length: nulls.length }, (_, row) => (nulls[row] === 1 ? null : read(row)));
}

test('numbers of every type are written as they are, and NaN and null as null', () => {
  expect(numbersOf('int32', [-5, 0, null, 2_147_483_647])).toEqual([-5, 0, null, 2_147_483_647]);
  expect(numbersOf('double', [0.1, -1e300, Number.NaN])).toEqual([0.1, -1e300, null]);
  expect(numbersOf('int64', [-1, 4_294_967_296, -4_294_967_297, 2 ** 53, null])).toEqual([
    -1n,
    4_294_967_296n,
    -4_294_967_297n,
    2n ** 53n,
    null,
  ]);
});

test('integers beyond doubles keep all their digits', () => {
  const values = [2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, -(2n ** 53n) - 1n];
  expect(numbersOf('int64', values)).toEqual(values);
});

test('a sum beyond int64 is null, and does not wrap around', () => {
  expect(numbersOf('int64', [2 ** 63, -(2 ** 63), -(2 ** 64)])).toEqual([null, -(2n ** 63n), null]);
});

test('a column grows, and is empty after it was cleared', () => {
  const column = new NumberColumn('int64');
  const numbers = Float64Array.from({ length: 5_000 }, (_, i) => i - 2_500);
  for (let i = 0; i < numbers.length; i++) column.pushFrom(numbers, i);
  const [nulls, values] = column.parts() as [Buffer, Buffer];
  expect(nulls).toHaveLength(5_000);
  expect([0, 1_023, 1_024, 4_999].map((row) => values.readBigInt64LE(8 * row))).toEqual([
    -2_500n,
    -1_477n,
    -1_476n,
    2_499n,
  ]);
  column.clear();
  expect(column.parts().map(({ length }) => length)).toEqual([0, 0]);
});
