import type { Column, ExpressionType, Row, Value } from '@forebay/expressions';

/** Values at which implementations differ, of each type; null belongs to every type. */
export const EDGE_VALUES = {
  int: [
    null,
    ...[0, 1, -1, 2, -2, 3, 7, -7, 10, 15, 59, 1_000, -100_000, 2_147_483_647, -2_147_483_648, 4_294_967_296],
    ...[9_007_199_254_740_990, 9_007_199_254_740_991, -9_007_199_254_740_991],
    ...[
      9_007_199_254_740_992n,
      9_007_199_254_740_993n,
      -9_007_199_254_740_993n,
      3_037_000_500,
      4_611_686_018_427_387_904n,
    ],
    ...[9_223_372_036_854_775_807n, 9_223_372_036_854_774_784n, -9_223_372_036_854_775_808n],
  ],
  double: [
    null,
    ...[0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 0.1, 0.49999999999999994, -0.2, 3, 1e-10, 123.456, -710.5],
    // Degrees at which cells of a geohash meet, and beyond the Earth.
    ...[90, -90, 180, -180, 45, -33.75, 40.64, -73.78, 90.00000000000001, 2.675, 1.005],
    ...[2_251_799_813_685_248.5, 9_007_199_254_740_991, 9_007_199_254_740_992, 9.223372036854776e18],
    ...[
      -9.223372036854776e18, 9.223372036854774e18, 1e300, -1.7976931348623157e308, 5e-324,
      2.2250738585072014e-308,
    ],
  ],
  string: [
    null,
    ...[
      '2024-02-29T23:59:59.999Z',
      '2023-02-29T00:00:00Z',
      '1900-01-01T00:00:00.5-23:59',
      '2299-12-31T23:59:59.99+00:01',
      '1899-12-31T23:59:59Z',
      '2000-01-01T24:00:00Z',
      '2000-00-10T00:00:00Z',
      '2000-01-01 00:00:00Z',
    ],
    ...[
      '',
      'a',
      'ORD',
      'ord',
      'héllo ÀÉß',
      '😀a😀',
      '\u{ffff}',
      '\u{10000}z',
      '日本語テキスト',
      ' \t padded \n\r\v\f ',
      'it\'s \\ "q"\n\0',
    ],
    ...[
      '0',
      '-0',
      '007',
      '42',
      '-42',
      '+5',
      ' 5',
      '5\n',
      '9223372036854775807',
      '-9223372036854775808',
      '9223372036854775808',
    ],
    ...[
      '1.5',
      '-2e-3',
      '1E5',
      '.5',
      '1.',
      '01.5',
      '1e999',
      '-1e-999',
      '12345678901234567890123',
      '0.30000000000000004',
    ],
    ...[
      '2.2250738585072011e-308',
      '9007199254740993',
      '9007199254740993.00000000001',
      'NaN',
      'true',
      'false',
      '"1"',
      '٣',
      'xOR',
      'A'.repeat(70),
      'a-b--c',
      'ab'.repeat(3),
    ],
  ],
  timestamp: [
    null,
    ...[0, -1, -999, -1_000, -1_001, 1, 999, 86_399_999, 86_400_000, -86_400_000, 978_307_200_000],
    // The days on which Chicago, Lord Howe and London change their clocks, to the millisecond.
    ...[
      986_111_999_999, 986_112_000_000, 1_004_255_999_999, 1_004_256_000_000, 954_000_000_000,
      1_712_411_999_999,
    ],
    ...[
      1_712_412_000_000, 1_711_846_799_999, 1_711_846_800_000, 951_782_400_000, -310_608_000_000,
      4_102_444_800_000,
    ],
    ...[-2_208_902_400_001, -2_208_902_400_000, 10_413_619_199_999, 10_413_619_200_000, 8.64e15, -8.64e15],
  ],
  bool: [null, true, false],
} as const satisfies Record<ExpressionType, readonly Value[]>;

/** Two columns of each type. */
export const COLUMNS: readonly Column[] = Object.keys(EDGE_VALUES).flatMap((type) =>
  [1, 2].map((n) => ({ name: `${type}${n}`, type: type as ExpressionType })),
);

/**
 * Every pair of edge values of one type, and pairs of different types as the lengths of their lists, which have few
 * common factors, bring them together.
 */
export function edgeRows(): Row[] {
  const pairs = Math.max(...Object.values(EDGE_VALUES).map((values) => values.length)) ** 2;
  return Array.from({ length: pairs }, (_, row) =>
    Object.values(EDGE_VALUES).flatMap((values: readonly Value[]) => [
      values[row % values.length] as Value,
      values[Math.floor(row / values.length) % values.length] as Value,
    ]),
  );
}

/** CEL for a value. */
export function celLiteral(type: ExpressionType, value: Exclude<Value, null>): string {
  if (type === 'timestamp') return `timestamp("${new Date(Number(value)).toISOString()}")`;
  if (type === 'string') return JSON.stringify(value);
  if (type !== 'double') return String(value);
  return Number.isInteger(value) ? (value as number).toExponential() : String(value);
}

/** The literals of a type that stand in random expressions. */
export function celLiterals(type: ExpressionType): string[] {
  const values: readonly Value[] = EDGE_VALUES[type];
  return values
    .filter((value) => value !== null)
    .filter(
      (value) =>
        type !== 'timestamp' || (Number(value) >= -62_135_596_800_000 && Number(value) < 253_402_300_800_000),
    )
    .map((value) => celLiteral(type, value));
}

/** CEL for the literal parameters of functions, by the parameter's name. */
export const LITERAL_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  zone: [
    'UTC',
    'America/Chicago',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Europe/London',
    'America/St_Johns',
    'Pacific/Apia',
  ].map((zone) => JSON.stringify(zone)),
  buckets: ['1', '7', '1000', '1048576'],
  instant: ['"2001-01-01T00:00:00Z"', '"1969-12-31T23:59:59.999-05:30"'],
  digits: ['0', '2', '-2', '15'],
  unit: ['"second"', '"minute"', '"hour"', '"day"', '"week"', '"month"', '"quarter"', '"year"'],
  date_unit: ['"day"', '"week"', '"month"', '"quarter"', '"year"'],
  separator: ['"-"', '"ab"', '"😀"', '"\\n"'],
  size: ['1', '5', '70'],
  fill: ['"0"', '"é😀"'],
  precision: ['1', '5', '12'],
  length: ['"90m"', '"0s"', '"365d"'],
};

/** Functions whose last bits may differ; they are compared by themselves, within a relative 1e-12. */
export const TRANSCENDENTAL: ReadonlySet<string> = new Set([
  ...['cbrt', 'exp', 'log', 'log10', 'log1p', 'log2', 'pow', 'sigmoid', 'geo_distance'],
  ...['sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2', 'sinh', 'cosh', 'tanh'],
]);
