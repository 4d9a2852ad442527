/** Rows of training sets on a real ClickHouse: every format in and out, and what is refused. */
import { createWriteStream, existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ScalarType } from '@forebay/definitions';
import { type OfflineStore, openOfflineStore } from '@forebay/offline-store';
import {
  type LabelRows,
  ROW_FORMATS,
  type RowField,
  type RowFormat,
  stageRows,
  writeTrainingFile,
} from '@forebay/training-set';
import { sharedStack, uniqueName, useDatabase } from '../support/stack';

const database = useDatabase('rows');
let store: OfflineStore;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'forebay-rows-'));
  store = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: database.name });
});
afterAll(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

const CLICKHOUSE = {
  Parquet: 'Parquet',
  CSV: 'CSVWithNames',
  NDJSON: 'JSONEachRow',
  Arrow: 'Arrow',
} as const;

/** A file that ClickHouse writes from a SELECT. */
async function fileOf(format: RowFormat, select: string): Promise<string> {
  const file = join(directory, uniqueName('file'));
  const { bytes } = await store.stream(`${select} FORMAT ${CLICKHOUSE[format]}`);
  await pipeline(bytes, createWriteStream(file));
  return file;
}

const stageFile = (file: string, format: RowFormat) => stageRows(store, { file, format }, uniqueName('rows'));
const stageQuery = (query: string) => stageRows(store, { query }, uniqueName('rows'));

async function stageText(format: RowFormat, text: string): Promise<LabelRows> {
  const file = join(directory, uniqueName('file'));
  await writeFile(file, text);
  return stageFile(file, format);
}

const typesOf = ({ columns }: LabelRows) => Object.fromEntries(columns.map(({ name, type }) => [name, type]));

/** Rows as they leave, in order, without their numbers. */
async function keptRows({ rowsSql }: LabelRows): Promise<Record<string, unknown>[]> {
  const kept = await store.rows<Record<string, unknown>>(rowsSql, {}, { date_time_output_format: 'iso' });
  expect(kept.map((row) => Number(row._forebay_row))).toEqual(kept.map((_, i) => i));
  return kept.map(({ _forebay_row, ...row }) => row);
}

const keyOf = (type: ScalarType, column: string): RowField => ({ name: 'key', column, type, required: true });
const requestOf = (type: ScalarType, column: string): RowField => ({
  ...keyOf(type, column),
  required: false,
});

/** Instants and values of the fields, by row. */
async function valuesOf(rows: LabelRows, at: string, ...fields: RowField[]): Promise<unknown[][]> {
  await rows.check(at, fields);
  const selected = await store.rows<Record<string, unknown>>(
    `SELECT * FROM (${rows.select(at, fields)}) ORDER BY n`,
  );
  return selected.map(({ n, ...values }) => Object.values(values));
}

describe('rows of text files', () => {
  test('have the types that all of their values have, and leave as they came', async () => {
    const rows = await stageText(
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
    const kept = await keptRows(rows);
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
    const rows = await stageText('CSV', `a,b,c,d\n${lines.join('\n')}\n`);
    expect(Object.values(typesOf(rows))).toEqual([
      'Nullable(Int64)',
      ...['Nullable(String)', 'Nullable(String)', 'Nullable(String)'],
    ]);
    expect((await keptRows(rows))[29_000]).toEqual({
      a: 29_000,
      b: 'none',
      c: '12345678901234567890',
      d: '2024-01-01T25:00:00Z',
    });
  });

  test('NDJSON keeps what JSON calls text, and lists and objects; what a row lacks is null', async () => {
    const rows = await stageText(
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
    expect(await keptRows(rows)).toEqual([
      { n: 1, s: '1', list: [1, 2.5], object: { x: 'y' }, b: true, at: '2024-01-01T00:00:00.000Z' },
      { n: null, s: null, list: [], object: { x: null }, b: null, at: null },
    ]);
  });

  test('may begin with a byte order mark and end lines with CR LF; an index column without a name has one', async () => {
    const rows = await stageText('CSV', '\uFEFF,a\r\n0,x\r\n1,y\r\n');
    expect(await keptRows(rows)).toEqual([
      { 'Unnamed: 0': 0, a: 'x' },
      { 'Unnamed: 0': 1, a: 'y' },
    ]);
  });

  test('give join keys as they are written, though the column has another type', async () => {
    const rows = await stageText('CSV', 'user,at\n1.50,2024-01-01\n20,1704067200001\n');
    expect(typesOf(rows).user).toBe('Nullable(Float64)');
    expect(await valuesOf(rows, 'at', keyOf('string', 'user'))).toEqual([
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
    const rows = await stageFile(await fileOf(format, SELECT), format);
    expect(typesOf(rows)).toMatchObject({
      i: 'Int32',
      u: 'UInt8',
      d: 'Float64',
      s: 'Nullable(String)',
      fine: "DateTime64(6, 'UTC')",
      list: 'Array(UInt64)',
    });
    expect((await keptRows(rows))[1]).toMatchObject({ i: 1, d: 0.5, s: null, list: [1] });
  });

  test('give their instants in ms, rounded down', async () => {
    const rows = await stageQuery(SELECT);
    const first = async (column: string) => (await valuesOf(rows, column))[0]?.[0];
    expect(await first('second')).toBe(1_704_067_201_000);
    expect(await first('fine')).toBe(1_704_067_200_999);
    expect(await first('day')).toBe(1_704_153_600_000);
    expect(await first('ms')).toBe(1_704_067_200_000);
    const early = await stageQuery(
      "SELECT toDateTime64('1969-12-31 23:59:59.9995', 4, 'UTC') AS at, '1969-12-31T23:59:59.9995Z' AS text",
    );
    expect(await valuesOf(early, 'at')).toEqual([[-1]]);
    expect(await valuesOf(early, 'text')).toEqual([[-1]]);
  });

  test('give each field its value from every column that has it without loss', async () => {
    const rows = await stageQuery(
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
    expect(await valuesOf(rows, 'at', ...fields)).toEqual([
      [
        ...[1_704_067_200_000, 7, null, 5, 9, 1, null, '61f0c404-5cb3-11e7-907b-a6006ad3dba0', 3, 'x', 1.5],
        1_704_067_200_000,
      ],
    ]);
    await expect(rows.check('at', [last])).rejects.toThrow('"9" in row 1 is not true or false');
  });

  test('leave with types that every format has', async () => {
    const rows = await stageQuery(
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
    expect((await keptRows(rows))[0]).toMatchObject({ big: '1', e: 'a', ip: '1.2.3.4', x: null });
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
    const file = await fileOf(
      format,
      `SELECT ${quoted.join(', ')} UNION ALL SELECT ${NAMES.map((_, i) => i + 10).join(', ')}`,
    );
    const rows = await stageFile(file, format);
    const names = format === 'CSV' ? NAMES.map((name) => name.trim()) : NAMES;
    expect(rows.columns.map(({ name }) => name)).toEqual(names);
    const kept = await keptRows(rows);
    expect(kept.map((row) => Object.values(row).map(Number))).toContainEqual(NAMES.map((_, i) => i));
    expect(Object.keys(kept[0] as object)).toEqual(names);
  });
});

test('a file may have a thousand columns', async () => {
  const names = Array.from({ length: 1_000 }, (_, i) => `a column with a long name, ${i}`);
  const rows = await stageText(
    'NDJSON',
    `${JSON.stringify(Object.fromEntries(names.map((name, i) => [name, i])))}\n`,
  );
  expect(rows.columns.map(({ name }) => name)).toEqual(names);
  expect((await keptRows(rows))[0]).toMatchObject({ 'a column with a long name, 999': 999 });
});

describe('order', () => {
  const BIG = 200_000;
  /** Every row is there twice, in an order of its own. */
  const SHUFFLED = `SELECT toInt64(intDiv(number, 2)) AS id, concat('u', toString(number % 1000)) AS user,
    fromUnixTimestamp64Milli(toInt64(1704067200000 + number), 'UTC') AS at, number / 3 AS x FROM numbers(${BIG}) ORDER BY cityHash64(intDiv(number, 2)), number`;

  test.each(ROW_FORMATS)('and duplicates survive %s both ways', async (format) => {
    const query = await stageQuery(SHUFFLED);
    expect(query.count).toBe(BIG);
    const file = join(directory, `big.${format}`);
    const kept = query.columns.map(({ name }) => name).join(', ');
    const progress: number[] = [];
    await writeTrainingFile(
      store,
      { query: `SELECT ${kept} FROM (${query.rowsSql})`, parameters: {} },
      { file, format },
      (bytes) => progress.push(bytes),
    );
    expect(progress.at(-1)).toBe((await readFile(file)).length);
    const rows = await stageFile(file, format);
    expect(rows.count).toBe(BIG);
    const digest = async (of: LabelRows) => {
      const values = `toInt64(id) AS id, user, toUnixTimestamp64Milli(at) AS at, toFloat64(x) AS x`;
      const [row] = await store.rows(
        `SELECT sum(cityHash64(_forebay_row, assumeNotNull(id), assumeNotNull(user), assumeNotNull(at), assumeNotNull(x))) AS sum, count() AS count
         FROM (SELECT _forebay_row, ${values} FROM (${of.rowsSql}))`,
      );
      return row;
    };
    expect(await digest(rows)).toEqual(await digest(query));
  });

  test('of a query is that of its result; it may end with a semicolon and a comment', async () => {
    const rows = await stageQuery('SELECT number AS n FROM numbers(5) ORDER BY n DESC -- newest first');
    expect((await keptRows(rows)).map(({ n }) => n)).toEqual([4, 3, 2, 1, 0]);
    expect((await stageQuery('SELECT 1 AS n ;\n')).count).toBe(1);
  });

  test('none is an order too', async () => {
    const rows = await stageText('CSV', 'user,at\n');
    expect(rows.count).toBe(0);
    await rows.check('at', [keyOf('string', 'user')]);
    const empty = await stageFile(await fileOf('Parquet', 'SELECT 1 AS a WHERE 0'), 'Parquet');
    expect([empty.count, typesOf(empty)]).toEqual([0, { a: 'UInt8' }]);
  });
});

describe('what is wrong with rows', () => {
  test.each<[string, RowFormat, string, string]>([
    ['a row with too few fields', 'CSV', 'a,b\n1,2\n3\n', "can't be read at row 2: "],
    [
      'a row with too many fields',
      'CSV',
      'a,b\n1,2\n3,4,5\n',
      'every row has the 2 fields of the line of names',
    ],
    ['two columns of one name', 'CSV', 'a,b,a\n1,2,3\n', 'two columns are named "a": rename one'],
    ['a taken name', 'CSV', 'a,_forebay_row\n1,2\n', 'a column "_forebay_row" is made here: rename yours'],
    ['an empty file', 'CSV', '', 'is empty'],
    ['no JSON', 'NDJSON', '[1]\n', "can't be read: Cannot parse input: expected '{'"],
    ['no key', 'NDJSON', '{}\n', "can't be read: Cannot read rows from the data"],
    ['no Parquet', 'Parquet', 'a,b\n1,2\n', 'not a Parquet file (it does not end with PAR1)'],
    ['no Arrow', 'Arrow', 'a,b\n1,2\n3,4\n5,6\n', 'not an Arrow IPC file (it does not begin with ARROW1)'],
  ])('is told of %s', async (_what, format, text, message) => {
    await expect(stageText(format, text)).rejects.toMatchObject({
      reason: 'invalid_request',
      message: expect.stringContaining(message),
    });
  });

  test('is told of a key that comes late, and of a list that becomes another', async () => {
    const lines = Array.from({ length: 90_000 }, () => `{"a":[1],"padding":"${'x'.repeat(60)}"}`);
    await expect(stageText('NDJSON', `${[...lines, '{"a":[1],"late":1}'].join('\n')}\n`)).rejects.toThrow(
      /can't be read at row 90001: .*late.*a key that only late rows have is added to the first one/,
    );
    await expect(stageText('NDJSON', `${[...lines, '{"a":["x"]}'].join('\n')}\n`)).rejects.toThrow(
      /can't be read at row 90001: .*key a.*lists and objects of one key are alike/,
    );
  });

  test('is told of values of one key that are no one type', async () => {
    await expect(stageText('NDJSON', '{"a":[1]}\n{"a":"x"}\n')).rejects.toThrow(
      /can't be read: .*String for column 'a' in row 1 differs .*Array\(Int64\); every line is one JSON object/,
    );
  });

  test('is told of a file that is not there, an Arrow stream, and a cut Parquet file', async () => {
    await expect(stageFile(join(directory, 'none'), 'CSV')).rejects.toThrow('no such file');
    const stream = join(directory, 'stream');
    await pipeline((await store.stream('SELECT 1 AS a FORMAT ArrowStream')).bytes, createWriteStream(stream));
    await expect(stageFile(stream, 'Arrow')).rejects.toThrow('it is a stream): write it as a file');
    const whole = await readFile(await fileOf('Parquet', 'SELECT number AS a FROM numbers(1000)'));
    const cut = join(directory, 'cut');
    await writeFile(cut, whole.subarray(0, -20));
    await expect(stageFile(cut, 'Parquet')).rejects.toThrow('not a Parquet file');
    await writeFile(cut, Buffer.concat([whole.subarray(0, 40), whole.subarray(200)]));
    await expect(stageFile(cut, 'Parquet')).rejects.toThrow(`rows file "${cut}" can't be read`);
  });

  test.each([
    ['SELECT x FROM nowhere', "rows query can't be read: Unknown table"],
    ['SELECT 1 AS a, 2 AS a', ''],
    ['INSERT INTO t VALUES (1)', "rows query can't be read: Syntax error"],
    [
      "SELECT '{}'::JSON AS j",
      'column "j" is JSON, which a training set can\'t keep: convert it, or leave it out',
    ],
  ])('is told of the query %s', async (query, message) => {
    await expect(stageQuery(query)).rejects.toMatchObject({
      reason: 'invalid_request',
      message: expect.stringContaining(message),
    });
  });

  test('leaves no table behind', async () => {
    await expect(stageText('CSV', 'a,b\n1\n')).rejects.toThrow();
    const tables = await store.rows<{ rows: number }>(
      "SELECT toFloat64(count()) AS rows FROM system.tables WHERE database = currentDatabase() AND name = 'never'",
    );
    expect(tables).toEqual([{ rows: 0 }]);
    const name = uniqueName('rows');
    await expect(
      stageRows(store, { query: 'SELECT throwIf(number = 5) AS a FROM numbers(9)' }, name),
    ).rejects.toThrow();
    expect(await store.rows(`EXISTS TABLE ${name}`)).toEqual([{ result: 0 }]);
  });

  test('ends with the signal', async () => {
    const name = uniqueName('rows');
    const abort = new AbortController();
    const file = await fileOf('CSV', 'SELECT number AS a, toString(number) AS b FROM numbers(1000000)');
    const staging = stageRows(
      store,
      { file, format: 'CSV' },
      name,
      () => abort.abort(new Error('enough')),
      abort.signal,
    );
    await expect(staging).rejects.toThrow('enough');
    expect(await store.rows(`EXISTS TABLE ${name}`)).toEqual([{ result: 0 }]);
  });
});

describe('keys, instants and request fields are checked before anything is computed:', () => {
  const check = async (csv: string, at: string, ...fields: RowField[]) => {
    const rows = await stageText('CSV', csv);
    return rows.check(at, fields).then(
      () => null,
      ({ reason, message }) => ({ reason, message: message.replace(/^rows file "[^"]*": /, '') }),
    );
  };

  test('columns that are missing, each, with those that there are', async () => {
    expect(await check('a,b\n1,2\n', 'when', keyOf('string', 'who'))).toEqual({
      reason: 'invalid_request',
      message:
        'there is no column "when" for the instant of a row: name another one (--timestamp-column); the columns are "a", "b"; ' +
        'there is no column "who" for join key "key" (string): name another one (--column key=COLUMN); the columns are "a", "b"',
    });
  });

  test('nulls and wrong values, with the first rows and how many there are', async () => {
    const csv =
      'user,at,age\n,2024-01-01,1\nu,,2\nu,soon,x\nu,9999-01-01,\n,2024-01-01,3.5\n,2024-01-01,2147483648\n,2024-01-01,5\n';
    expect(
      (await check(csv, 'at', keyOf('string', 'user'), requestOf('int32', 'age')))?.message.split('; '),
    ).toEqual([
      'column "at" for the instant of a row: "soon" in rows 3 and 4 is not an instant from 1900 to 2299 (ISO 8601, or milliseconds since the epoch)',
      'column "at" for the instant of a row: it is null in row 2',
      'column "user" for join key "key" (string): it is null in rows 1, 5, 6 and 1 more',
      'column "age" for request field "key" (int32): "x" in rows 3, 5 and 6 is not an int32',
      'rows are counted from 1, without the line of names',
    ]);
  });

  test('types that lose something, with what is taken', async () => {
    const rows = await stageQuery(
      'SELECT 1.5::Float64 AS at, [1] AS list, 9007199254740993::Int64 AS big, 1.5 AS part, 3000000000::Int64 AS wide',
    );
    const problem = (...fields: RowField[]) => rows.check('at', fields).catch(({ message }) => message);
    expect(await problem(keyOf('string', 'list'))).toMatch(
      /column "at" is Float64, but the instant of a row takes one of DateTime64, DateTime, Date, Date32, Int64, UInt64, String: convert it; column "list" is Array\(UInt8\), but join key "key" \(string\) takes one of String, Enum8, Enum16, UUID: convert it/,
    );
    const others = await stageQuery(
      "SELECT today() AS at, 9007199254740993::Int64 AS big, 1.5 AS part, 3000000000::Int64 AS wide, '\\xff' AS bytes",
    );
    const values = (...fields: RowField[]) => others.check('at', fields).catch(({ message }) => message);
    expect(await values(requestOf('double', 'big'))).toContain(
      '"9007199254740993" in row 1 is not an integer that a double holds exactly',
    );
    expect(await values(keyOf('int64', 'part'))).toContain('"1.5" in row 1 is not an int64');
    expect(await values(keyOf('int32', 'wide'))).toContain('"3000000000" in row 1 is not an int32');
    expect(await values(keyOf('string', 'bytes'))).toContain('in row 1 is not UTF-8 text');
  });
});

describe('a training set', () => {
  const QUERY = `SELECT 'é, "x"\n' AS text, CAST(if(number = 1, NULL, number), 'Nullable(Int64)') AS n, number / 2 AS d, number = 1 AS yes,
    fromUnixTimestamp64Milli(toInt64(1704067200000 + number), 'UTC') AS at, [1.5, toFloat64(number)] AS list FROM numbers(2) ORDER BY d`;

  test('in CSV has empty fields for null and instants in ISO 8601; in NDJSON numbers are numbers', async () => {
    const csv = join(directory, 'out.csv');
    await writeTrainingFile(store, { query: QUERY, parameters: {} }, { file: csv, format: 'CSV' });
    expect(await readFile(csv, 'utf8')).toBe(
      '"text","n","d","yes","at","list"\n"é, ""x""\n",0,0,0,"2024-01-01T00:00:00.000Z","[1.5,0]"\n"é, ""x""\n",,0.5,1,"2024-01-01T00:00:00.001Z","[1.5,1]"\n',
    );
    const ndjson = join(directory, 'out.ndjson');
    await writeTrainingFile(store, { query: QUERY, parameters: {} }, { file: ndjson, format: 'NDJSON' });
    expect((await readFile(ndjson, 'utf8')).split('\n')[1]).toBe(
      '{"text":"é, \\"x\\"\\n","n":null,"d":0.5,"yes":1,"at":"2024-01-01T00:00:00.001Z","list":[1.5,1]}',
    );
  });

  test('in Parquet has UTF-8 texts, instants in UTC, and Zstandard', async () => {
    const file = join(directory, 'out.parquet');
    await writeTrainingFile(store, { query: QUERY, parameters: {} }, { file, format: 'Parquet' });
    const bytes = (await readFile(file)).toString('base64');
    const [metadata] = await store.rows<{ columns: Record<string, string>[] }>(
      `SELECT columns FROM format('ParquetMetadata', base64Decode('${bytes}'))`,
    );
    const typeOf = (name: string) => metadata?.columns.find((column) => column.name === name);
    expect(typeOf('text')).toMatchObject({ physical_type: 'BYTE_ARRAY', logical_type: 'String' });
    expect(typeOf('n')).toMatchObject({
      physical_type: 'INT64',
      max_definition_level: 1,
      compression: 'ZSTD',
    });
    expect(typeOf('at')?.logical_type).toMatch(/isAdjustedToUTC=true, timeUnit=milliseconds/);
  });

  test('that fails or is interrupted leaves nothing, and an older file as it was', async () => {
    const file = join(directory, 'kept.csv');
    await writeFile(file, 'older');
    const late = 'SELECT throwIf(number = 3000000) AS a FROM numbers(5000000)';
    for (const format of ROW_FORMATS) {
      await expect(
        writeTrainingFile(store, { query: late, parameters: {} }, { file, format }),
      ).rejects.toThrow();
    }
    const abort = new AbortController();
    const long = 'SELECT number, sleepEachRow(0.00003) FROM numbers(1000000)';
    const writing = writeTrainingFile(
      store,
      { query: long, parameters: {} },
      { file, format: 'NDJSON' },
      undefined,
      abort.signal,
    );
    setTimeout(() => abort.abort(new Error('enough')), 200);
    await expect(writing).rejects.toThrow('enough');
    const nowhere = join(directory, 'nowhere', 'x.csv');
    await expect(
      writeTrainingFile(store, { query: QUERY, parameters: {} }, { file: nowhere, format: 'CSV' }),
    ).rejects.toThrow(`training set "${nowhere}" can't be written: ENOENT`);
    expect(await readFile(file, 'utf8')).toBe('older');
    expect(readdirSync(directory).filter((name) => name.endsWith('.partial'))).toEqual([]);
    expect(existsSync(nowhere)).toBe(false);
  });
});
