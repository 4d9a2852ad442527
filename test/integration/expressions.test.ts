import { type ClickHouseClient, createClient } from '@clickhouse/client';
import {
  type CompiledExpression,
  compileExpression,
  EXPRESSION_TYPES,
  type ExpressionType,
  type FunctionSpec,
  type Row,
  type Value,
} from '@forebay/expressions';
import fc from 'fast-check';
import { sharedStack, useDatabase } from '../support/stack';
import {
  callsOf,
  callText,
  compiles,
  literalArguments,
  memoExpressionOf,
  TABLE,
  valueTypes,
} from './expressions-calls';
import { COLUMNS, edgeRows, LITERAL_ARGUMENTS, TRANSCENDENTAL } from './expressions-cases';
import { close, difference, fromWire, wireValue } from './expressions-wire';

const SQL_TYPES: Readonly<Record<ExpressionType, string>> = {
  bool: 'Bool',
  int: 'Int64',
  double: 'Float64',
  string: 'String',
  timestamp: 'Int64',
};

const EXPRESSIONS_PER_QUERY = 40;
/** Of those that a signature's columns, literals and computed values make; some have thousands. */
const CALLS_PER_SIGNATURE = 150;

const ROWS: readonly Row[] = edgeRows();

const database = useDatabase();
let client: ClickHouseClient;

beforeAll(async () => {
  client = createClient({ url: sharedStack.clickhouseUrl, database: database.name });
  const columns = COLUMNS.map(({ name, type }) => `${name} Nullable(${SQL_TYPES[type]})`);
  await client.command({
    query: `CREATE TABLE edges (id UInt32, ${columns.join(', ')}) ENGINE = MergeTree ORDER BY id`,
  });
  // Doubles travel as their bits: ClickHouse reads decimal text without rounding it exactly.
  const read = COLUMNS.map(({ name, type }) => (type === 'double' ? `reinterpretAsFloat64(${name})` : name));
  const sent = COLUMNS.map(
    ({ name, type }) => `${name} Nullable(${type === 'double' ? 'UInt64' : SQL_TYPES[type]})`,
  );
  await client.command({ query: `CREATE TABLE sent (id UInt32, ${sent.join(', ')}) ENGINE = Memory` });
  await client.insert({
    table: 'sent',
    values: ROWS.map((row, id) => [
      id,
      ...row.map((value, i) => wireValue(COLUMNS[i]?.type as ExpressionType, value)),
    ]),
    format: 'JSONCompactEachRow',
  });
  await client.command({ query: `INSERT INTO edges SELECT id, ${read.join(', ')} FROM sent` });
});

afterAll(async () => {
  await client.close();
});

/** The values of the expressions in ClickHouse, by expression and row. */
async function sqlValues(expressions: readonly CompiledExpression[]): Promise<Value[][]> {
  const selected = expressions.map((expression, i) => {
    const sql = expression.toSql((name) => `edges.${name}`);
    return `${expression.type === 'double' ? `reinterpretAsUInt64(${sql})` : sql} AS result${i}`;
  });
  const answer = await client.query({
    query: `SELECT ${selected.join(', ')} FROM edges ORDER BY id`,
    format: 'JSONCompactEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
  });
  const rows = await answer.json<(string | number | boolean | null)[]>();
  return expressions.map(({ type }, i) => rows.map((row) => fromWire(type, row[i] ?? null)));
}

/** Runs all of the texts over all rows on both paths, and says where they first differ. */
async function expectEqualPaths(
  texts: readonly string[],
  equal: (a: Value, b: Value) => boolean = Object.is,
): Promise<void> {
  for (let from = 0; from < texts.length; from += EXPRESSIONS_PER_QUERY) {
    const compiled = texts
      .slice(from, from + EXPRESSIONS_PER_QUERY)
      .map((text) => compileExpression(text, COLUMNS, 'parity test'));
    const inSql = await sqlValues(compiled);
    compiled.forEach((expression, i) => {
      const values = inSql[i] as Value[];
      expect(values).toHaveLength(ROWS.length);
      ROWS.forEach((row, r) => {
        const closure = expression.evaluate(row);
        if (!equal(closure, values[r] as Value))
          throw new Error(difference(expression, COLUMNS, row, closure, values[r] as Value));
      });
    });
  }
}

describe('each signature of the function table gives the same value in the closure and in ClickHouse', () => {
  test.each([...TABLE.keys()])('%s', async (name) => {
    const { signatures } = TABLE.get(name) as FunctionSpec;
    for (const signature of signatures) {
      const calls = callsOf(name, signature);
      expect(calls).not.toHaveLength(0);
      await expectEqualPaths(
        sample(calls, CALLS_PER_SIGNATURE),
        TRANSCENDENTAL.has(name) ? close : Object.is,
      );
    }
  });
});

/** At most `count`, spread evenly. */
function sample(texts: readonly string[], count: number): string[] {
  const step = Math.max(1, texts.length / count);
  return Array.from(
    { length: Math.min(count, texts.length) },
    (_, i) => texts[Math.floor(i * step)] as string,
  );
}

test('random composed expressions give the same value in the closure and in ClickHouse', async () => {
  const expression = fc.oneof(...EXPRESSION_TYPES.map((type) => memoExpressionOf(type, 3)));
  await fc.assert(
    fc.asyncProperty(fc.array(expression, { minLength: 10, maxLength: 20 }), async (texts) => {
      await expectEqualPaths(texts.filter((text) => text.length <= 4_096));
    }),
    { numRuns: 25, seed: Number(process.env.FOREBAY_SEED ?? 20_261_121) },
  );
});

// Found by the property above: ClickHouse reads `not(a) IN …` as `not (a IN …)`.
test('a negation binds as tightly in SQL as in the expression', async () => {
  await expectEqualPaths([
    '(!bool1) in [true, false]',
    '!(timestamp1 == timestamp1) in [true, false]',
    '(!bool1) == bool2',
    '(!bool1) ? int1 : int2',
    '!bool1 && !bool2',
    '!(bool1 in [true])',
  ]);
});

/** With a text in place of itself, twice as long at each level. */
const GROWING: ReadonlySet<string> = new Set(['replace']);

test('the deepest expressions that are allowed are within the limits of ClickHouse', async () => {
  const deepest = [...TABLE].flatMap(([name, { signatures }]) =>
    signatures.flatMap((signature): [name: string, text: string][] => {
      const at = signature.parameters.indexOf(signature.result);
      if (at === -1) return [];
      const type = signature.result === 'T' ? 'int' : signature.result;
      const other = signature.parameters.map((parameter, i) =>
        typeof parameter === 'object' && 'literal' in parameter
          ? (literalArguments(parameter.name)[0] as string)
          : `${parameter === 'T' ? 'int' : (valueTypes(parameter, signature)[0] as string)}${(i % 2) + 1}`,
      );
      let text = `${type}1`;
      for (let depth = 2; depth <= 64; depth++) text = callText(name, other.with(at, text));
      return [[name, text]];
    }),
  );
  expect(deepest.length).toBeGreaterThan(20);
  for (const [name, text] of deepest) {
    if (text.length > 4_096 || GROWING.has(name)) continue;
    // 64 roundings add up.
    await expectEqualPaths([text], TRANSCENDENTAL.has(name) ? () => true : Object.is);
  }
});

const RANDOM_COLUMNS = [
  // Any bits, and doubles near one another.
  {
    name: 'x',
    type: 'double',
    sql: 'number % 2 = 0 ? reinterpretAsFloat64(rand64(1)) : rand64(1) / pow(2, 60) - 8',
  },
  {
    name: 'y',
    type: 'double',
    sql: 'number % 3 = 0 ? reinterpretAsFloat64(rand64(2)) : rand64(2) / pow(2, 60) - 8',
  },
  {
    name: 'i',
    type: 'int',
    sql: 'reinterpretAsInt64(bitShiftRight(rand64(3), number % 64)) * (number % 5 = 0 ? -1 : 1)',
  },
  {
    name: 'j',
    type: 'int',
    sql: 'reinterpretAsInt64(bitShiftRight(rand64(4), number % 61)) * (number % 7 = 0 ? -1 : 1)',
  },
  // On Earth, and near one another.
  { name: 'lat', type: 'double', sql: 'rand64(6) / pow(2, 64) * 180 - 90' },
  { name: 'lon', type: 'double', sql: 'rand64(7) / pow(2, 64) * 360 - 180' },
  {
    name: 's',
    type: 'string',
    sql: "number % 2 = 0 ? toString(x) : concat(toString(j), '.', toString(rand64(5)))",
  },
] as const;

test.each<[string, readonly string[], (a: Value, b: Value) => boolean]>([
  [
    'exactly',
    ['x + y', 'x - y', 'x * y', 'x / y', '-x', 'abs(x)', 'ceil(x)', 'floor(x)', 'round(x)'],
    Object.is,
  ],
  [
    'exactly',
    ['sqrt(x)', 'int(x)', 'x < y', 'least(x, y)', 'double(i)', 'double(s)', 'int(s)', 'i + x'],
    Object.is,
  ],
  [
    'exactly',
    ['i + j', 'i - j', 'i * j', 'i / j', 'i % j', '-i', 'abs(i)', 'i < x', 'double(i) == i'],
    Object.is,
  ],
  [
    'exactly',
    ['hash_bucket(i, 1048575)', 'hash_bucket(s, 1048575)', 'size(s)', 'substring(s, 3, 9)', 'string(i)'],
    Object.is,
  ],
  [
    'exactly',
    ['round(x, 2)', 'round(x, -3)', 'truncate(x)', 'sign(x)', 'mod(i, j)', 'is_even(i)', 'xxhash64(s)'],
    Object.is,
  ],
  [
    'exactly',
    ['geohash(lat, lon, 12)', 'geohash(lat, lon, 5)', 'ratio(i, j)', 'zscore(x, y, lat)', 'from_epoch_ms(i)'],
    Object.is,
  ],
  [
    'exactly',
    ['index_of(s, "1")', 'replace(s, "1", "<>")', 'split_part(s, ".", 1)', 'reverse(s)', 'radians(x)'],
    Object.is,
  ],
  [
    'within 1e-12',
    ['sin(x)', 'cos(x)', 'tan(x)', 'asin(x)', 'acos(x)', 'atan(x)', 'atan2(x, y)', 'tanh(x)', 'sinh(x)'],
    close,
  ],
  [
    'within 1e-12',
    ['cosh(x)', 'log10(x)', 'log1p(x)', 'cbrt(x)', 'sigmoid(x)', 'geo_distance(lat, lon, lat + 1e-7, lon)'],
    close,
  ],
  [
    'within 1e-12',
    [
      'geo_distance(lat, lon, 41.98, -87.9)',
      'geo_distance(lat, lon, -lat, lon < 0.0 ? lon + 180.0 : lon - 180.0)',
      'geo_distance(lat, lon, 1e-9 - lat, lon < 0.0 ? lon + 180.0 : lon - 180.0)',
    ],
    close,
  ],
  ['within 1e-12', ['exp(x)', 'log(x)', 'log2(x)', 'pow(x, y)', 'pow(abs(x), y)'], close],
])('random numbers give the same value %s: %p', async (_how, texts, equal) => {
  const compiled = texts.map((text) => compileExpression(text, RANDOM_COLUMNS, 'parity test'));
  const inputs = RANDOM_COLUMNS.map(({ name, type, sql }) =>
    type === 'double'
      ? `toNullable(ifNotFinite(${sql} + 0.0, 0.0)) AS ${name}`
      : `toNullable(${sql}) AS ${name}`,
  );
  const types = [...RANDOM_COLUMNS, ...compiled].map(({ type }) => type);
  const selected = [
    ...RANDOM_COLUMNS.map(({ name }) => name),
    ...compiled.map((one) => one.toSql((name) => name)),
  ];
  const answer = await client.query({
    query: `
      SELECT ${selected.map((sql, i) => (types[i] === 'double' ? `reinterpretAsUInt64(${sql})` : sql)).join(', ')}
      FROM (SELECT ${inputs.join(', ')} FROM numbers(20000))`,
    format: 'JSONCompactEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
  });
  for (const wire of await answer.json<(string | number | boolean | null)[]>()) {
    const values = wire.map((value, i) => fromWire(types[i] as ExpressionType, value));
    const row = values.slice(0, RANDOM_COLUMNS.length);
    compiled.forEach((expression, i) => {
      const closure = expression.evaluate(row);
      const sql = values[RANDOM_COLUMNS.length + i] as Value;
      if (!equal(closure, sql)) throw new Error(difference(expression, RANDOM_COLUMNS, row, closure, sql));
    });
  }
});

const UNITS = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'];
const PARTS = ['hour', 'minute', 'second', 'day_of_week', 'day_of_month', 'month', 'year', 'day_of_year'];
const MORE_PARTS = ['quarter', 'week', 'week_year', 'is_weekend'];
const HALF_HOUR_MS = 1_800_000;
const DAY_MS = 86_400_000;
const HALF_HOURS = 366 * 48;
const INSTANTS_AT_RANDOM = 6_000;

/**
 * Half hours of a year, and the millisecond before each: all of those that begin a day in the zone, all of a day before and after its
 * clocks change, and of the others one in seven, so that every half hour of the day comes up once a week.
 */
function halfHoursOfAYear(zone: string): string {
  const inZone = (ms: string) => `toDateTime(intDiv(${ms}, 1000), ${zone.replaceAll('"', "'")})`;
  const from = Date.UTC(2024, 0, 1);
  return `
    SELECT arrayJoin([half_hour - 1, half_hour]) AS at
    FROM (SELECT number, toInt64(${from} + number * ${HALF_HOUR_MS}) AS half_hour FROM numbers(${HALF_HOURS}))
    WHERE number % 7 = 0
      OR toDate(${inZone('half_hour')}) != toDate(${inZone('half_hour - 1')})
      OR timezoneOffset(${inZone(`half_hour - ${DAY_MS}`)}) != timezoneOffset(${inZone(`half_hour + ${DAY_MS}`)})`;
}

test.each(LITERAL_ARGUMENTS.zone ?? [])(
  'the calendar in %s is the same around half hours of a year, and at random',
  async (zone) => {
    const column = { name: 'at', type: 'timestamp' } as const;
    const texts = [
      ...[...PARTS, ...MORE_PARTS].map((name) => `${name}(at, ${zone})`),
      ...UNITS.map((unit) => `date_trunc(at, "${unit}", ${zone})`),
      ...UNITS.slice(3).map((unit) => `date_diff(timestamp("2020-05-17T00:00:00Z"), at, "${unit}", ${zone})`),
    ];
    const compiled = texts.map((text) => compileExpression(text, [column], 'parity test'));
    const [first, end] = [Date.UTC(1960, 0, 1), Date.UTC(2310, 0, 1)];
    const answer = await client.query({
      query: `
        SELECT at, ${compiled.map((part) => part.toSql((name) => name)).join(', ')}
        FROM (
          ${halfHoursOfAYear(zone)}
          UNION ALL
          SELECT toInt64(${first} + rand64() % ${end - first}) AS at FROM numbers(${INSTANTS_AT_RANDOM})
        )`,
      format: 'JSONCompactEachRow',
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
    });
    const rows = await answer.json<(number | null)[]>();
    expect(rows.length).toBeGreaterThan((2 / 7) * HALF_HOURS + INSTANTS_AT_RANDOM);
    const wrong = rows.flatMap(([at, ...parts]) =>
      compiled.flatMap((part, i) => {
        const value = part.evaluate([at as number]);
        const same = typeof value === 'boolean' ? Number(value) === parts[i] : value === parts[i];
        return same ? [] : [`${part.text} at ${at}: closure ${value}, SQL ${parts[i]}`];
      }),
    );
    expect(wrong.slice(0, 10)).toEqual([]);
  },
);

test('every time zone that is accepted is known to ClickHouse', async () => {
  const answer = await client.query({
    query: 'SELECT time_zone FROM system.time_zones',
    format: 'JSONCompactEachRow',
  });
  const known = (await answer.json<[string]>()).map(([zone]) => zone);
  const accepted = known.filter((zone) => compiles(`hour(timestamp1, "${zone}")`));
  expect(accepted.length).toBeGreaterThan(known.length - 5);
});
