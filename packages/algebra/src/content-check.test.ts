import { contentCheck } from './content-check';

const check = (...row: Parameters<typeof contentCheck>[0]) => contentCheck(row, row.length);

test('equal contents have equal checks, and the bits of a stored one never change', () => {
  expect(check(1, 'a', null, true, 9_007_199_254_740_993n)).toBe(
    check(1, 'a', null, true, 9_007_199_254_740_993n),
  );
  expect(check(-0)).toBe(check(0));
  expect([check(), check(1.5, 'Zürich', null, false, -9_007_199_254_740_993n)]).toEqual([7_385, 30_105]);
});

test('other contents have other checks, but for one in 65,536', () => {
  const rows = [
    [0],
    [1],
    [2],
    [null],
    [''],
    ['1'],
    [0, 0],
    ['a', 'b'],
    ['b', 'a'],
    ['ab', ''],
    [1n << 60n],
    [1e300],
  ];
  expect(new Set(rows.map((row) => check(...row))).size).toBe(rows.length);
});

test('columns that are derived from the content do not count', () => {
  expect(contentCheck([1, 'a', 'derived'], 2)).toBe(contentCheck([1, 'a', 'otherwise'], 2));
});
