/** Rows of training sets on a real ClickHouse: every format in, any name, in their order. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fileTarget,
  type LabelRows,
  ROW_FORMATS,
  type RowField,
  writeTrainingFile,
} from '@forebay/training-set';
import { keyOf, requestOf, typesOf, useRows } from './training-rows-fixture';

const use = useRows();

describe('rows of text files', () => {
  test('have the types that all of their values have, and leave as they came', async () => {
    const rows = await use.rows.text(
      'CSV',
      `whole,large,part,code,yes,at,fine,day,text,empty
1,18446744073709551615,0.5,007,True,2024-01-01T10:00:00+02:00,2024-01-01 00:00:00.123456,2024-01-05,"a, ""b""\nc",
-3,0,1e-7,12,false,1969-12-31,1970-01-01,1900-01-01,,
,,,,,,,,"",
`,
    );
    expect(typesOf(rows)).toEqual({
      whole: 'Nullable(Int64)',
      large: 'Nullable(UInt64)',
      part: 'Nullable(Float64)',
      code: 'Nullable(String)',
      yes: 'Nullable(Bool)',
      at: "Nullable(DateTime64(3, 'UTC'))",
      fine: "Nullable(DateTime64(6, 'UTC'))",
      day: 'Nullable(Date32)',
      text: 'Nullable(String)',
      empty: 'Nullable(String)',
    });
    const kept = await use.rows.kept(rows);
    expect(kept[0]).toMatchObject({
      code: '007',
      yes: true,
      at: '2024-01-01T08:00:00.000Z',
      text: 'a, "b"\nc',
    });
    expect(kept[1]).toMatchObject({ whole: -3, part: 1e-7, day: '1900-01-01', text: null, empty: null });
    expect(kept[2]).toMatchObject({ whole: null, at: null, text: '' });
  });

  test('are text if a single late value needs it, and numbers that a double would change are text', async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `${i},${i},${i}.5,2024-01-01T00:00:00Z`);
    lines[29_000] = '29000,none,12345678901234567890,2024-01-01T25:00:00Z';
    const rows = await use.rows.text('CSV', `a,b,c,d\n${lines.join('\n')}\n`);
    expect(Object.values(typesOf(rows))).toEqual([
      'Nullable(Int64)',
      ...['Nullable(String)', 'Nullable(String)', 'Nullable(String)'],
    ]);
    expect((await use.rows.kept(rows))[29_000]).toEqual({
      a: 29_000,
      b: 'none',
      c: '12345678901234567890',
      d: '2024-01-01T25:00:00Z',
    });
  });

  test('NDJSON keeps what JSON calls text, and lists and objects; what a row lacks is null', async () => {
    const rows = await use.rows.text(
      'NDJSON',
      '{"n":1,"s":"1","list":[1,2.5],"object":{"x":"y"},"b":true,"at":"2024-01-01T00:00:00Z"}\n{"n":null,"list":[]}\n',
    );
    expect(typesOf(rows)).toEqual({
      n: 'Nullable(Int64)',
      s: 'Nullable(String)',
      list: 'Array(Nullable(Float64))',
      object: 'Tuple(x Nullable(String))',
      b: 'Nullable(Bool)',
      at: "Nullable(DateTime64(3, 'UTC'))",
    });
    expect(await use.rows.kept(rows)).toEqual([
      { n: 1, s: '1', list: [1, 2.5], object: { x: 'y' }, b: true, at: '2024-01-01T00:00:00.000Z' },
      { n: null, s: null, list: [], object: { x: null }, b: null, at: null },
    ]);
  });

  test('may begin with a byte order mark and end lines with CR LF; an index column without a name has one', async () => {
    const rows = await use.rows.text('CSV', '\uFEFF,a\r\n0,x\r\n1,y\r\n');
    expect(await use.rows.kept(rows)).toEqual([
      { 'Unnamed: 0': 0, a: 'x' },
      { 'Unnamed: 0': 1, a: 'y' },
    ]);
  });

  test('give join keys as they are written, though the column has another type', async () => {
    const rows = await use.rows.text('CSV', 'user,at\n1.50,2024-01-01\n20,1704067200001\n');
    expect(typesOf(rows).user).toBe('Nullable(Float64)');
    expect(await use.rows.values(rows, 'at', keyOf('string', 'user'))).toEqual([
      [1_704_067_200_000, '1.50'],
      [1_704_067_200_001, '20'],
    ]);
  });
});

describe('typed rows', () => {
  const SELECT = `SELECT toInt32(number) AS i, toUInt8(number) AS u, number / 2 AS d, if(number = 1, NULL, toString(number)) AS s,
    number = 1 AS b, toDateTime('2024-01-01 00:00:01', 'UTC') AS second, toDateTime64(1704067200.9999, 4, 'UTC') AS fine,
    toDate('2024-01-02') AS day, toInt64(1704067200000 + number) AS ms, [number] AS list FROM numbers(2)`;

  test.each(['Parquet', 'Arrow'] as const)('of %s keep their types', async (format) => {
    const rows = await use.rows.file(await use.rows.fileOf(format, SELECT), format);
    expect(typesOf(rows)).toMatchObject({
      i: 'Int32',
      u: 'UInt8',
      d: 'Float64',
      s: 'Nullable(String)',
      fine: "DateTime64(6, 'UTC')",
      list: 'Array(UInt64)',
    });
    expect((await use.rows.kept(rows))[1]).toMatchObject({ i: 1, d: 0.5, s: null, list: [1] });
  });

  test('give their instants in ms, rounded down', async () => {
    const rows = await use.rows.query(SELECT);
    const first = async (column: string) => (await use.rows.values(rows, column))[0]?.[0];
    expect(await first('second')).toBe(1_704_067_201_000);
    expect(await first('fine')).toBe(1_704_067_200_999);
    expect(await first('day')).toBe(1_704_153_600_000);
    expect(await first('ms')).toBe(1_704_067_200_000);
    const early = await use.rows.query(
      "SELECT toDateTime64('1969-12-31 23:59:59.9995', 4, 'UTC') AS at, '1969-12-31T23:59:59.9995Z' AS text",
    );
    expect(await use.rows.values(early, 'at')).toEqual([[-1]]);
    expect(await use.rows.values(early, 'text')).toEqual([[-1]]);
  });

  test('give each field its value from every column that has it without loss', async () => {
    const rows = await use.rows.query(
      `SELECT toInt64(1704067200000) AS at, 7::Float64 AS whole, nan AS none, 5::UInt8 AS small, '9' AS text, true AS yes, NULL AS null,
       toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0') AS id, 3::Int64 AS long, toLowCardinality('x') AS low, 1.5::Float32 AS single`,
    );
    const fields = [
      ...[
        keyOf('int64', 'whole'),
        requestOf('int32', 'none'),
        keyOf('int32', 'small'),
        keyOf('int64', 'text'),
      ],
      ...[
        keyOf('bool', 'yes'),
        requestOf('double', 'null'),
        keyOf('string', 'id'),
        requestOf('double', 'long'),
      ],
      ...[
        keyOf('string', 'low'),
        requestOf('double', 'single'),
        requestOf('timestamp', 'at'),
        requestOf('bool', 'text'),
      ],
    ];
    const last = fields.pop() as RowField;
    expect(await use.rows.values(rows, 'at', ...fields)).toEqual([
      [
        ...[1_704_067_200_000, 7, null, 5, 9, 1, null, '61f0c404-5cb3-11e7-907b-a6006ad3dba0', 3, 'x', 1.5],
        1_704_067_200_000,
      ],
    ]);
    await expect(rows.check('at', [last])).rejects.toThrow('"9" in row 1 is not true or false');
  });

  test('leave with types that every format has', async () => {
    const rows = await use.rows.query(
      `SELECT now() AS n, now('Asia/Tokyo') AS z, today() AS d, toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0') AS u, 1::Int128 AS big,
       CAST('a', 'Enum8(\\'a\\' = 1)') AS e, NULL AS x, toIPv4('1.2.3.4') AS ip, toLowCardinality(5) AS low`,
    );
    expect(typesOf(rows)).toEqual({
      n: "DateTime64(3, 'UTC')",
      z: "DateTime64(3, 'UTC')",
      d: 'Date32',
      u: 'String',
      big: 'String',
      e: 'String',
      x: 'Nullable(String)',
      ip: 'String',
      low: 'UInt8',
    });
    expect((await use.rows.kept(rows))[0]).toMatchObject({ big: '1', e: 'a', ip: '1.2.3.4', x: null });
  });
});

describe('names', () => {
  const NAMES = [
    '_row',
    'c0',
    '_part',
    '_row_exists',
    'a.b',
    'q`u"o\\t\'e',
    'SELECT',
    'größe 大',
    '_forebay_rows',
    ' x ',
  ];

  test.each(ROW_FORMATS)('may be anything in %s, and leave as they are', async (format) => {
    const quoted = NAMES.map((name, i) => `${i} AS \`${name.replace(/[\\`]/g, '\\$&')}\``);
    const file = await use.rows.fileOf(
      format,
      `SELECT ${quoted.join(', ')} UNION ALL SELECT ${NAMES.map((_, i) => i + 10).join(', ')}`,
    );
    const rows = await use.rows.file(file, format);
    const names = format === 'CSV' ? NAMES.map((name) => name.trim()) : NAMES;
    expect(rows.columns.map(({ name }) => name)).toEqual(names);
    const kept = await use.rows.kept(rows);
    expect(kept.map((row) => Object.values(row).map(Number))).toContainEqual(NAMES.map((_, i) => i));
    expect(Object.keys(kept[0] as object)).toEqual(names);
  });
});

test('a file may have a thousand columns', async () => {
  const names = Array.from({ length: 1_000 }, (_, i) => `a column with a long name, ${i}`);
  const rows = await use.rows.text(
    'NDJSON',
    `${JSON.stringify(Object.fromEntries(names.map((name, i) => [name, i])))}\n`,
  );
  expect(rows.columns.map(({ name }) => name)).toEqual(names);
  expect((await use.rows.kept(rows))[0]).toMatchObject({ 'a column with a long name, 999': 999 });
});

describe('order', () => {
  const BIG = 200_000;
  /** Every row is there twice, in an order of its own. */
  const SHUFFLED = `SELECT toInt64(intDiv(number, 2)) AS id, concat('u', toString(number % 1000)) AS user,
    fromUnixTimestamp64Milli(toInt64(1704067200000 + number), 'UTC') AS at, number / 3 AS x FROM numbers(${BIG}) ORDER BY cityHash64(intDiv(number, 2)), number`;

  test.each(ROW_FORMATS)('and duplicates survive %s both ways', async (format) => {
    const query = await use.rows.query(SHUFFLED);
    expect(query.count).toBe(BIG);
    const file = join(use.rows.directory, `big.${format}`);
    const kept = query.columns.map(({ name }) => name).join(', ');
    const progress: number[] = [];
    await writeTrainingFile(
      use.rows.store,
      { query: `SELECT ${kept} FROM (${query.rowsSql})`, parameters: {} },
      fileTarget({ file, format }),
      (bytes) => progress.push(bytes),
    );
    expect(progress.at(-1)).toBe((await readFile(file)).length);
    const rows = await use.rows.file(file, format);
    expect(rows.count).toBe(BIG);
    const digest = async (of: LabelRows) => {
      const values = `toInt64(id) AS id, user, toUnixTimestamp64Milli(at) AS at, toFloat64(x) AS x`;
      const [row] = await use.rows.store.rows(
        `SELECT sum(cityHash64(_forebay_row, assumeNotNull(id), assumeNotNull(user), assumeNotNull(at), assumeNotNull(x))) AS sum, count() AS count
         FROM (SELECT _forebay_row, ${values} FROM (${of.rowsSql}))`,
      );
      return row;
    };
    expect(await digest(rows)).toEqual(await digest(query));
  });

  test('of a query is that of its result; it may end with a semicolon and a comment', async () => {
    const rows = await use.rows.query('SELECT number AS n FROM numbers(5) ORDER BY n DESC -- newest first');
    expect((await use.rows.kept(rows)).map(({ n }) => n)).toEqual([4, 3, 2, 1, 0]);
    expect((await use.rows.query('SELECT 1 AS n ;\n')).count).toBe(1);
  });

  test('none is an order too', async () => {
    const rows = await use.rows.text('CSV', 'user,at\n');
    expect(rows.count).toBe(0);
    await rows.check('at', [keyOf('string', 'user')]);
    const empty = await use.rows.file(await use.rows.fileOf('Parquet', 'SELECT 1 AS a WHERE 0'), 'Parquet');
    expect([empty.count, typesOf(empty)]).toEqual([0, { a: 'UInt8' }]);
  });
});
