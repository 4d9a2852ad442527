/** What is wrong with rows of training sets, and how it is told. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RowField, type RowFormat, stageRows } from '@forebay/training-set';
import { uniqueName } from '../support/stack';
import { keyOf, requestOf, useRows } from './training-rows-fixture';

const use = useRows();

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
    await expect(use.rows.text(format, text)).rejects.toMatchObject({
      reason: 'invalid_request',
      message: expect.stringContaining(message),
    });
  });

  test('is told of a key that comes late, and of a list that becomes another', async () => {
    const lines = Array.from({ length: 90_000 }, () => `{"a":[1],"padding":"${'x'.repeat(60)}"}`);
    await expect(use.rows.text('NDJSON', `${[...lines, '{"a":[1],"late":1}'].join('\n')}\n`)).rejects.toThrow(
      /can't be read at row 90001: .*late.*a key that only late rows have is added to the first one/,
    );
    await expect(use.rows.text('NDJSON', `${[...lines, '{"a":["x"]}'].join('\n')}\n`)).rejects.toThrow(
      /can't be read at row 90001: .*key a.*lists and objects of one key are alike/,
    );
  });

  test('is told of values of one key that are no one type', async () => {
    await expect(use.rows.text('NDJSON', '{"a":[1]}\n{"a":"x"}\n')).rejects.toThrow(
      /can't be read: .*String for column 'a' in row 1 differs .*Array\(Int64\); every line is one JSON object/,
    );
  });

  test('is told of a file that is not there, an Arrow stream, and a cut Parquet file', async () => {
    await expect(use.rows.file(join(use.rows.directory, 'none'), 'CSV')).rejects.toThrow('no such file');
    const stream = await use.rows.fileOf('ArrowStream', 'SELECT 1 AS a');
    await expect(use.rows.file(stream, 'Arrow')).rejects.toThrow('it is a stream): write it as a file');
    const whole = await readFile(await use.rows.fileOf('Parquet', 'SELECT number AS a FROM numbers(1000)'));
    const cut = join(use.rows.directory, 'cut');
    await writeFile(cut, whole.subarray(0, -20));
    await expect(use.rows.file(cut, 'Parquet')).rejects.toThrow('not a Parquet file');
    await writeFile(cut, Buffer.concat([whole.subarray(0, 40), whole.subarray(200)]));
    await expect(use.rows.file(cut, 'Parquet')).rejects.toThrow(`rows file "${cut}" can't be read`);
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
    await expect(use.rows.query(query)).rejects.toMatchObject({
      reason: 'invalid_request',
      message: expect.stringContaining(message),
    });
  });

  test('leaves no table behind', async () => {
    await expect(use.rows.text('CSV', 'a,b\n1\n')).rejects.toThrow();
    const tables = await use.rows.store.rows<{ rows: number }>(
      "SELECT toFloat64(count()) AS rows FROM system.tables WHERE database = currentDatabase() AND name = 'never'",
    );
    expect(tables).toEqual([{ rows: 0 }]);
    const name = uniqueName('rows');
    await expect(
      stageRows(use.rows.store, { query: 'SELECT throwIf(number = 5) AS a FROM numbers(9)' }, name),
    ).rejects.toThrow();
    expect(await use.rows.store.rows(`EXISTS TABLE ${name}`)).toEqual([{ result: 0 }]);
  });

  test('ends with the signal', async () => {
    const name = uniqueName('rows');
    const abort = new AbortController();
    const file = await use.rows.fileOf(
      'CSV',
      'SELECT number AS a, toString(number) AS b FROM numbers(1000000)',
    );
    const staging = stageRows(
      use.rows.store,
      { file, format: 'CSV' },
      name,
      () => abort.abort(new Error('enough')),
      abort.signal,
    );
    await expect(staging).rejects.toThrow('enough');
    expect(await use.rows.store.rows(`EXISTS TABLE ${name}`)).toEqual([{ result: 0 }]);
  });
});

describe('keys, instants and request fields are checked before anything is computed:', () => {
  const check = async (csv: string, at: string, ...fields: RowField[]) => {
    const rows = await use.rows.text('CSV', csv);
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
    const rows = await use.rows.query(
      'SELECT 1.5::Float64 AS at, [1] AS list, 9007199254740993::Int64 AS big, 1.5 AS part, 3000000000::Int64 AS wide',
    );
    const problem = (...fields: RowField[]) => rows.check('at', fields).catch(({ message }) => message);
    expect(await problem(keyOf('string', 'list'))).toMatch(
      /column "at" is Float64, but the instant of a row takes one of DateTime64, DateTime, Date, Date32, Int64, UInt64, String: convert it; column "list" is Array\(UInt8\), but join key "key" \(string\) takes one of String, Enum8, Enum16, UUID: convert it/,
    );
    const others = await use.rows.query(
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
