import { ForebayError } from '@forebay/contract';
import { compileExpression } from './compile-expression';
import { FUNCTIONS } from './function-table';
import type { Column, Row, Value } from './value';

const COLUMNS: readonly Column[] = [
  { name: 'delay', type: 'int' },
  { name: 'distance', type: 'double' },
  { name: 'origin', type: 'string' },
  { name: 'date', type: 'timestamp' },
  { name: 'cancelled', type: 'bool' },
  { name: 'landed', type: 'timestamp' },
  { name: 'scheduled', type: 'timestamp' },
  { name: 'flight_number', type: 'int' },
];
const ROW: Row = [17, 1.5, 'ORD', 978_307_200_000, false, 978_310_800_000, 978_309_000_000, 42];
const NULLS: Row = COLUMNS.map(() => null);

function compile(text: string) {
  return compileExpression(text, COLUMNS, 'view "v": filter');
}

function evaluate(text: string, row: Row = ROW): Value {
  return compile(text).evaluate(row);
}

describe('three-valued logic', () => {
  const boolean = (value: Value): string => (value === null ? '(1 / 0 == 0)' : String(value));
  const columns: Column[] = [
    { name: 'a', type: 'bool' },
    { name: 'b', type: 'bool' },
  ];
  test.each([
    [true, true, true, true],
    [true, false, false, true],
    [true, null, null, true],
    [false, false, false, false],
    [false, null, false, null],
    [null, null, null, null],
  ])('%s with %s: and is %s, or is %s', (a, b, and, or) => {
    for (const [x, y] of [
      [a, b],
      [b, a],
    ] as const) {
      expect(compileExpression('a && b', columns, 'test').evaluate([x, y])).toBe(and);
      expect(compileExpression('a || b', columns, 'test').evaluate([x, y])).toBe(or);
      expect(evaluate(`${boolean(x)} && ${boolean(y)}`)).toBe(and);
      expect(evaluate(`${boolean(x)} || ${boolean(y)}`)).toBe(or);
    }
  });

  test('not null is null, and a null condition takes the second branch', () => {
    expect(evaluate('!cancelled', NULLS)).toBeNull();
    expect(evaluate('!cancelled')).toBe(true);
    expect(evaluate('cancelled ? 1 : 2', NULLS)).toBe(2);
  });
});

test('null tests are never null, everything else is null where an argument is', () => {
  expect(evaluate('delay == null', NULLS)).toBe(true);
  expect(evaluate('null != delay', NULLS)).toBe(false);
  expect(evaluate('delay != null')).toBe(true);
  expect(evaluate('null == null')).toBe(true);
  for (const text of [
    'delay == 1',
    'delay in [1]',
    'delay in []',
    'delay + 1',
    'origin + "a"',
    'size(origin)',
    '-delay',
  ]) {
    expect(evaluate(text, NULLS)).toBeNull();
  }
  for (const text of [
    'hour(date, "UTC")',
    'least(delay, 1)',
    'clamp(1, 2, delay)',
    'hash_bucket(origin, 10)',
  ]) {
    expect(evaluate(text, NULLS)).toBeNull();
  }
  expect(evaluate('coalesce(delay, flight_number, 5)', NULLS)).toBe(5);
});

test('an int and a double meet as doubles, but compare exactly', () => {
  expect(compile('cancelled ? delay : distance').type).toBe('double');
  expect(compile('delay + distance').type).toBe('double');
  expect(evaluate('9007199254740993 + 0.0')).toBe(9_007_199_254_740_992);
  expect(evaluate('9007199254740993 == 9007199254740992.0')).toBe(false);
  expect(evaluate('9007199254740992 == 9007199254740992.0')).toBe(true);
  expect(evaluate('9223372036854775807 < 9223372036854775808.0')).toBe(true);
  expect(evaluate('delay in [16.5, 17.0]')).toBe(true);
  expect(evaluate('9007199254740992.0 in [9007199254740993]')).toBe(false);
});

test.each<[string, Value]>([
  ['9223372036854775807 + 1', null],
  ['-9223372036854775808 - 1', null],
  ['9007199254740991 + 1', 2n ** 53n],
  ['-9223372036854775808 / -1', null],
  ['-7 / 2', -3],
  ['-7 % 2', -1],
  ['1 / 0', null],
  ['1 % 0', null],
  ['1.0 / 0.0', null],
  ['0.0 * -1.0', 0],
  ['1e308 * 10.0', null],
  ['sqrt(-1.0)', null],
  ['log(0.0)', null],
  ['abs(-9223372036854775808)', null],
  ['clamp(5, 10, 3)', 3],
  ['date + duration("1h") - date', 3_600_000],
  ['epoch_ms(timestamp("1969-12-31T23:59:59Z") - 1)', -1_001],
  ['hour(date, "America/Chicago")', 18],
  ['day_of_week(date, "UTC")', 1],
  ['day_of_week(date, "America/Chicago")', 7],
  ['year(timestamp("1969-12-31T23:59:59.999Z"), "UTC")', 1969],
  ['year(timestamp("1969-12-31T23:59:59.999Z"), "America/Chicago")', null],
  ['second(timestamp("1969-12-31T23:59:59.999Z"), "UTC")', 59],
  ['year(timestamp("2300-01-01T00:00:00Z"), "UTC")', null],
  ['string(-9223372036854775808)', '-9223372036854775808'],
  ['string(1 == 1)', 'true'],
  ['int(9223372036854775808.0)', null],
  ['int("9223372036854775808")', null],
  ['int(true)', 1],
  // From clickhouse: SELECT xxHash64('ORD') % 1000, xxHash64(toInt64(-1)) % 1000
  ['hash_bucket("ORD", 1000)', 458],
  ['hash_bucket(-1, 1000)', 761],
])('%s is %p', (text, value) => {
  expect(evaluate(text)).toBe(value);
});

test('every example of the reference compiles', () => {
  for (const { example } of Object.values(FUNCTIONS)) expect(() => compile(example)).not.toThrow();
});

test('the columns that are read are listed in the order of their declaration', () => {
  expect(compile('origin == "ORD" && delay > 15 && delay < 90').columns).toEqual(['delay', 'origin']);
});

describe('canonical text', () => {
  test.each([
    ['delay>15&&(origin in["ORD",\'ATL\'])', '(delay > 15) && (origin in ["ORD", "ATL"])'],
    ['(delay) + 0x1F * 2 // comment', 'delay + (31 * 2)'],
    ['origin.trim().size()', 'size(trim(origin))'],
    ['cancelled && (cancelled && (true || false))', 'cancelled && cancelled && (true || false)'],
    ['1e3 + 1.50', '1000.0 + 1.5'],
    ['- 5', '-5'],
    ['-(delay)', '-delay'],
    ['"\\u00e9\\n" + r\'\\d\'', '"é\\n" + "\\\\d"'],
    ['cancelled ? 1 : cancelled ? 2 : 3', 'cancelled ? 1 : (cancelled ? 2 : 3)'],
    ['!(!cancelled)', '!(!cancelled)'],
  ])('%s', (text, canonical) => {
    expect(compile(text).canonical).toBe(canonical);
    expect(compile(canonical).canonical).toBe(canonical);
  });
});

describe('errors name the place, the offending text and what to do', () => {
  function message(text: string): string {
    try {
      compile(text);
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(ForebayError);
      expect((thrown as ForebayError).reason).toBe('invalid_definition');
      return (thrown as ForebayError).message;
    }
    throw new Error(`${text} compiled`);
  }

  test('an unknown column suggests the nearest and lists all', () => {
    expect(message('origin == "ORD" &&\n\tdely > 15')).toBe(
      [
        'view "v": filter: unknown column "dely" (did you mean "delay"?); the columns are delay, distance, origin, date, cancelled, landed, scheduled, flight_number (line 2, column 2)',
        '  \tdely > 15',
        '  \t^',
      ].join('\n'),
    );
  });

  test.each([
    ['lowr(origin)', /unknown function "lowr" \(did you mean "lower"\?\); the functions are abs, acos/],
    ['origin + delay', /"\+" does not take string \+ int; it takes int \+ int or .*convert with/],
    ['delay && cancelled', /does not take int && bool/],
    ['cancelled ? 1 : "a"', /does not take bool \? int : string/],
    ['coalesce(1)', /does not take coalesce\(int\); it takes coalesce\(T, T, …\)/],
    ['coalesce(delay, null)', /does not take coalesce\(int, null\)/],
    ['least("a", "b")', /it takes least\(T, T\) \(T: int, double, timestamp\)/],
    ['null', /nothing but null/],
    ['cancelled ? null : null', /does not take bool \? null : null/],
    ['1 +', /unexpected end.*\(column 4\)/],
    ["'abc", /unterminated string/],
    ['   ', /the expression is empty/],
    ['origin.name', /columns have no fields/],
    ['origin[0]', /maps and indexing are not supported/],
    ['[1, 2]', /a list stands only on the right of "in"/],
    ['delay in [1, "a"]', /item 2 of the list is of type string; give literals of type int/],
    ['delay in [1, delay]', /item 2 of the list is not a literal/],
    ['delay in [null]', /item 1 of the list is not a literal/],
    ['5u', /unsigned integers are not supported/],
    ['b"a"', /bytes are not supported/],
    ['9223372036854775808', /is not an int64/],
    ['hour(date, origin)', /zone is read when the expression is compiled; write a string literal/],
    ['hour(date, "Mars/Olympus")', /"Mars\/Olympus" is not a time zone/],
    ['hash_bucket(origin, 0)', /0 is not a number of buckets; give 1 to 1048576/],
    ['timestamp("2001-02-30T00:00:00Z")', /is not a timestamp/],
    ['duration("1 hour")', /"1 hour" is not a duration such as/],
    ['matches(origin, "a")', /unknown function "matches"/],
    ['[1].all(x, x > 0)', /unknown function "all"/],
  ])('%s', (text, expected) => {
    expect(message(text)).toMatch(/^view "v": filter: /);
    expect(message(text)).toMatch(expected);
  });

  test('limits name themselves', () => {
    expect(message(`delay == ${'1'.repeat(4_096)}`)).toMatch('4105 characters, more than 4096');
    expect(message(`delay in [${Array(1_001).fill('1')}]`)).toMatch(
      'the list has 1001 items, more than 1000',
    );
    expect(message(`${'-('.repeat(64)}delay${')'.repeat(64)}`)).toMatch('nested more than 64 deep');
    expect(message(`${'('.repeat(1_000)}delay${')'.repeat(1_000)}`)).toMatch('nested more than 64 deep');
    expect(compile(Array(300).fill('cancelled').join(' || ')).type).toBe('bool');
    expect(compile(`${'-('.repeat(63)}delay${')'.repeat(63)}`).type).toBe('int');
  });
});

test('SQL names each column as the caller says', () => {
  expect(compile('delay > 15 && origin in ["O\'Hare"]').toSql((name) => `e.${name}`)).toBe(
    "and((e.delay > toInt64(15)), (e.origin IN ('O\\'Hare')))",
  );
  expect(compile('delay > 15').toSql(() => 'a + b')).toBe('((a + b) > toInt64(15))');
});

test('constant parts are folded', () => {
  expect(compile('delay > 24 * 60').toSql((name) => name)).toBe('(delay > toInt64(1440))');
});

test.each(Object.entries(FUNCTIONS))(
  '%s reads each argument once, so that what is nested costs no more',
  (_name, { example }) => {
    const reads = COLUMNS.map(() => 0);
    const counting = new Proxy(ROW as Value[], {
      get: (row, index) => {
        reads[Number(index)]!++;
        return Reflect.get(row, index);
      },
    });
    compile(example).evaluate(counting);
    const written = COLUMNS.map(({ name }) => example.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0);
    for (const [i, count] of reads.entries()) expect(count).toBeLessThanOrEqual(written[i] as number);
  },
);
