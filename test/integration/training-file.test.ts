/** Files of training sets, as a real ClickHouse writes them. */
import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileTarget, ROW_FORMATS, writeTrainingFile } from '@forebay/training-set';
import { useRows } from './training-rows-fixture';

const use = useRows();

describe('a training set', () => {
  const QUERY = `SELECT 'é, "x"\n' AS text, CAST(if(number = 1, NULL, number), 'Nullable(Int64)') AS n, number / 2 AS d, number = 1 AS yes,
    fromUnixTimestamp64Milli(toInt64(1704067200000 + number), 'UTC') AS at, [1.5, toFloat64(number)] AS list FROM numbers(2) ORDER BY d`;

  test('in CSV has empty fields for null and instants in ISO 8601; in NDJSON numbers are numbers', async () => {
    const csv = join(use.rows.directory, 'out.csv');
    await writeTrainingFile(
      use.rows.store,
      { query: QUERY, parameters: {} },
      fileTarget({ file: csv, format: 'CSV' }),
    );
    expect(await readFile(csv, 'utf8')).toBe(
      '"text","n","d","yes","at","list"\n"é, ""x""\n",0,0,0,"2024-01-01T00:00:00.000Z","[1.5,0]"\n"é, ""x""\n",,0.5,1,"2024-01-01T00:00:00.001Z","[1.5,1]"\n',
    );
    const ndjson = join(use.rows.directory, 'out.ndjson');
    await writeTrainingFile(
      use.rows.store,
      { query: QUERY, parameters: {} },
      fileTarget({ file: ndjson, format: 'NDJSON' }),
    );
    expect((await readFile(ndjson, 'utf8')).split('\n')[1]).toBe(
      '{"text":"é, \\"x\\"\\n","n":null,"d":0.5,"yes":1,"at":"2024-01-01T00:00:00.001Z","list":[1.5,1]}',
    );
  });

  test('in Parquet has UTF-8 texts, instants in UTC, and Snappy', async () => {
    const file = join(use.rows.directory, 'out.parquet');
    await writeTrainingFile(
      use.rows.store,
      { query: QUERY, parameters: {} },
      fileTarget({ file, format: 'Parquet' }),
    );
    const bytes = (await readFile(file)).toString('base64');
    const [metadata] = await use.rows.store.rows<{ columns: Record<string, string>[] }>(
      `SELECT columns FROM format('ParquetMetadata', base64Decode('${bytes}'))`,
    );
    const typeOf = (name: string) => metadata?.columns.find((column) => column.name === name);
    expect(typeOf('text')).toMatchObject({ physical_type: 'BYTE_ARRAY', logical_type: 'String' });
    expect(typeOf('n')).toMatchObject({
      physical_type: 'INT64',
      max_definition_level: 1,
      compression: 'SNAPPY',
    });
    expect(typeOf('at')?.logical_type).toMatch(/isAdjustedToUTC=true, timeUnit=milliseconds/);
  });

  test('that fails or is interrupted leaves nothing, and an older file as it was', async () => {
    const file = join(use.rows.directory, 'kept.csv');
    await writeFile(file, 'older');
    const late = 'SELECT throwIf(number = 3000000) AS a FROM numbers(5000000)';
    for (const format of ROW_FORMATS) {
      await expect(
        writeTrainingFile(use.rows.store, { query: late, parameters: {} }, fileTarget({ file, format })),
      ).rejects.toThrow();
    }
    const abort = new AbortController();
    const long = 'SELECT number, sleepEachRow(0.00003) FROM numbers(1000000)';
    const writing = writeTrainingFile(
      use.rows.store,
      { query: long, parameters: {} },
      fileTarget({ file, format: 'NDJSON' }),
      undefined,
      abort.signal,
    );
    setTimeout(() => abort.abort(new Error('enough')), 200);
    await expect(writing).rejects.toThrow('enough');
    const nowhere = join(use.rows.directory, 'nowhere', 'x.csv');
    await expect(
      writeTrainingFile(
        use.rows.store,
        { query: QUERY, parameters: {} },
        fileTarget({ file: nowhere, format: 'CSV' }),
      ),
    ).rejects.toThrow(`training set "${nowhere}" can't be written: ENOENT`);
    expect(await readFile(file, 'utf8')).toBe('older');
    expect(readdirSync(use.rows.directory).filter((name) => name.endsWith('.partial'))).toEqual([]);
    expect(existsSync(nowhere)).toBe(false);
  });
});
