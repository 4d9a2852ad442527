import { Sql, SqlScope, sqlLiteral, sqlString } from './sql';

test('strings are escaped', () => {
  expect(sqlString("it's \\ a\nb\tc\0")).toBe("'it\\'s \\\\ a\\nb\\tc\\0'");
});

test('literals have the types of columns', () => {
  expect(sqlLiteral('int', -(2n ** 63n))).toBe('toInt64(-9223372036854775808)');
  expect(sqlLiteral('double', 3)).toBe('toFloat64(3e+0)');
  expect(sqlLiteral('bool', true)).toBe('toUInt8(1)');
  expect(sqlLiteral('string', null)).toBe('CAST(NULL AS Nullable(String))');
});

test('an operand that may not be repeated is given a name', () => {
  const scope = new SqlScope();
  const twice = (a: Sql, b: Sql) => `f(${a}, ${a}, ${b}, ${b})`;
  expect(scope.bind([new Sql('x', true), new Sql('y', true)], twice)).toBe('f(x, x, y, y)');
  expect(scope.bind([new Sql('x', true), new Sql('g(y)', false)], twice)).toBe(
    'arrayMap((forebay_v0) -> f(x, x, forebay_v0, forebay_v0), [g(y)])[1]',
  );
  expect(scope.bind([new Sql('g(y)', false)], String)).toContain('forebay_v1');
});
