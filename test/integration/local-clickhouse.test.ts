import { once } from 'node:events';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { uniqueName, useOwnClickHouse, waitFor } from '../support/stack';

const FLIGHTS = resolve(__dirname, '../../node_modules/vega-datasets/data/flights-3m.parquet');
const FLIGHTS_COUNT = 3_000_000;
const ENDLESS = 'SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1';

const own = useOwnClickHouse();
const database = uniqueName('local');
let client: ClickHouseClient;
let zipped: ClickHouseClient;

beforeAll(async () => {
  const silent = { log: { level: ClickHouseLogLevel.OFF } };
  const first = createClient({ url: own.url, ...silent });
  await first.command({ query: `CREATE DATABASE ${database}` });
  await first.close();
  client = createClient({ url: own.url, database, ...silent });
  zipped = createClient({
    url: own.url,
    database,
    compression: { request: true, response: true },
    ...silent,
  });
});

afterAll(async () => {
  await client.close();
  await zipped.close();
});

async function rows<T = Record<string, unknown>>(query: string, options: object = {}): Promise<T[]> {
  return (await client.query({ query, format: 'JSONEachRow', ...options })).json<T>();
}

async function createTable(columns: string, settings = ''): Promise<string> {
  const table = uniqueName('t');
  const column = columns.split(' ')[0];
  await client.command({
    query: `CREATE TABLE ${table} (${columns}) ENGINE = MergeTree ORDER BY ${column} ${settings}`,
  });
  return table;
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function insertRaw(statement: string, body: Buffer): Promise<void> {
  const { stream } = await client.exec({ query: statement, values: Readable.from([body]) });
  await readAll(stream as unknown as AsyncIterable<Buffer>);
}

async function exportRaw(query: string): Promise<Buffer> {
  return readAll((await client.exec({ query })).stream as unknown as AsyncIterable<Buffer>);
}

/** Resident memory of the server; 0 where there is no /proc. */
function serverMemoryMb(): number {
  try {
    const status = readFileSync(`/proc/${own.server.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

async function waitUntilNothingRuns(): Promise<void> {
  const others = `SELECT query FROM system.processes WHERE query NOT LIKE '%system.processes%'`;
  await waitFor(async () => (await rows(others)).length === 0, {
    deadlineMs: 10_000,
    message: 'the cancelled query has left system.processes',
  });
}

describe('inserting', () => {
  test.each([
    ['plain', () => client],
    ['gzip', () => zipped],
  ])('takes objects and streams of objects (%s)', async (_name, use) => {
    const table = await createTable('n UInt64, s String');
    await use().insert({
      table,
      values: [{ n: '18446744073709551615', s: "it's\n\u0000é" }],
      format: 'JSONEachRow',
    });
    const many = Readable.from(
      (function* () {
        for (let n = 0; n < 10_000; n++) yield { n, s: `row ${n}` };
      })(),
    );
    const { summary } = await use().insert({ table, values: many, format: 'JSONEachRow' });
    expect(summary?.written_rows).toBe('10000');
    await use().insert({ table, values: [], format: 'JSONEachRow' });
    expect(await rows(`SELECT count() AS c, sum(n) > 0 AS positive FROM ${table}`)).toEqual([
      { c: 10_001, positive: 1 },
    ]);
    expect(await rows(`SELECT s FROM ${table} WHERE n = 18446744073709551615`)).toEqual([
      { s: "it's\n\u0000é" },
    ]);
  });

  test('keeps every byte of RowBinary, in both directions', async () => {
    const table = await createTable('n UInt64, d Float64, s String');
    const row = Buffer.concat([
      Buffer.alloc(8, 0xff),
      Buffer.from([0, 0, 0, 0, 0, 0, 0, 0x80]), // −0.0
      Buffer.from([4, 0xff, 0x00, 0xfe, 0x0a]),
    ]);
    await insertRaw(`INSERT INTO ${table} (n, d, s) FORMAT RowBinary`, row);
    expect(await exportRaw(`SELECT * FROM ${table} FORMAT RowBinary`)).toEqual(row);
  });

  test('computes from the body with input()', async () => {
    const table = await createTable('n Int64, s String');
    const body = Buffer.from('{"a":5}\n{"a":6}\n');
    await insertRaw(
      `INSERT INTO ${table} SELECT a + 1, toString(a) FROM input('a Int64') FORMAT JSONEachRow`,
      body,
    );
    expect(await rows(`SELECT * FROM ${table} ORDER BY n`)).toEqual([
      { n: 6, s: '5' },
      { n: 7, s: '6' },
    ]);
  });

  test('takes data that is part of the statement', async () => {
    const table = await createTable('n Int64, s String');
    await client.command({ query: `INSERT INTO ${table} VALUES (1, 'FORMAT CSV'), (2, 'VALUES')` });
    await client.command({ query: `INSERT INTO ${table} FORMAT JSONEachRow {"n":3,"s":"é"}` });
    expect(await rows(`SELECT groupArray(s) AS s FROM (SELECT s FROM ${table} ORDER BY n)`)).toEqual([
      { s: ['FORMAT CSV', 'VALUES', 'é'] },
    ]);
  });

  test('writes data with the same deduplication token once', async () => {
    const table = await createTable('n Int64', 'SETTINGS non_replicated_deduplication_window = 100');
    for (const token of ['a', 'a', 'b']) {
      const clickhouse_settings = { insert_deduplication_token: token };
      await client.insert({ table, values: [{ n: 1 }], format: 'JSONEachRow', clickhouse_settings });
    }
    expect(await rows(`SELECT count() AS c FROM ${table}`)).toEqual([{ c: 2 }]);
  });

  test.each([
    ['plain', []],
    ['gzip', [gzipSync('{"n":1}\n').subarray(0, 12)]],
  ])('writes nothing when the client leaves in the middle of the data (%s)', async (encoding, start) => {
    const table = await createTable('n Int64');
    const query = `INSERT INTO ${table} FORMAT JSONEachRow`;
    const request = httpRequest(`${own.url}/?database=${database}&query=${encodeURIComponent(query)}`, {
      method: 'POST',
      headers: encoding === 'gzip' ? { 'Content-Encoding': 'gzip' } : {},
    });
    const failed = once(request, 'error');
    for (const chunk of [...start, Buffer.from('{"n":1}\n')]) request.write(chunk);
    const spool = join(dirname(own.server.logPath), '..', 'clickhouse', 'spool');
    const spooled = () => readdirSync(spool).length;
    await waitFor(() => spooled() === 1, { deadlineMs: 10_000, message: 'the data arrives' });
    request.destroy(new Error('gone'));
    await failed;
    await waitFor(() => spooled() === 0, { deadlineMs: 10_000, message: 'the data is dropped' });
    expect(await rows(`SELECT * FROM ${table}`)).toEqual([]);
  });

  test('loads a Parquet file of this machine, and one sent as the body, with the same result', async () => {
    const columns = 'date DateTime, delay Int32, distance Int32, origin String, destination String';
    const fingerprint = 'SELECT count() AS rows, sum(cityHash64(*)) AS hash FROM';
    const local = await createTable(columns);
    await client.command({ query: `INSERT INTO ${local} SELECT * FROM file('${FLIGHTS}', Parquet)` });
    const sent = await createTable(columns);
    await client.insert({ table: sent, values: createReadStream(FLIGHTS), format: 'Parquet' });
    const [expected] = await rows<{ rows: number }>(`${fingerprint} ${local}`);
    expect(expected?.rows).toBe(FLIGHTS_COUNT);
    expect(await rows(`${fingerprint} ${sent}`)).toEqual([expected]);
  });
});

describe('reading', () => {
  test.each([
    'RowBinary',
    'Native',
    'Parquet',
    'ArrowStream',
    'RowBinaryWithNamesAndTypes',
    'CSVWithNames',
    'JSONEachRow',
  ])('gives a whole document of %s over many blocks, and of an empty result', async (format) => {
    const source = `SELECT number AS n, toString(number) AS s FROM numbers(200000)`;
    for (const [query, expected] of [
      [source, 200_000],
      [`${source} WHERE number < 0`, 0],
    ] as const) {
      const document = await exportRaw(`${query} FORMAT ${format}`);
      const table = await createTable('n UInt64, s String');
      await insertRaw(`INSERT INTO ${table} FORMAT ${format}`, document);
      const sum = (expected * (expected - 1)) / 2;
      expect(await rows(`SELECT count() AS c, toUInt64(sum(n)) AS sum FROM ${table}`)).toEqual([
        { c: expected, sum: Math.max(0, sum) },
      ]);
    }
  });

  test('gives JSON with its meta data, SHOW, DESCRIBE and EXPLAIN in the format asked for', async () => {
    const table = await createTable('n Int64');
    const json = await (await client.query({ query: 'SELECT 1 AS one, 2 AS two' })).json();
    expect(json).toMatchObject({ data: [{ one: 1, two: 2 }], rows: 1 });
    expect(await rows(`DESCRIBE TABLE ${table}`)).toMatchObject([{ name: 'n', type: 'Int64' }]);
    expect(await rows('SHOW TABLES')).toContainEqual({ name: table });
    expect(await rows('EXPLAIN SELECT 1')).not.toEqual([]);
  });

  test('binds parameters as values, whatever they contain', async () => {
    const query_params = { s: "a'b\t\n\\", list: ["q'", '"', ''], none: null, max: '18446744073709551615' };
    const query =
      'SELECT {s:String} AS s, {list:Array(String)} AS list, {none:Nullable(String)} AS none, toString({max:UInt64}) AS max';
    expect(await rows(query, { query_params })).toEqual([query_params]);
  });

  test('settings hold for their own query only', async () => {
    const query = "SELECT getSetting('max_block_size') AS size";
    const [before] = await rows(query);
    expect(await rows(query, { clickhouse_settings: { max_block_size: '77' } })).toEqual([{ size: 77 }]);
    for (let i = 0; i < 5; i++) expect(await rows(query)).toEqual([before]);
  });

  test('answers many queries at once, a quick one beside slow ones', async () => {
    const ended = new AbortController();
    const slow = Array.from({ length: 4 }, () => rows(ENDLESS, { abort_signal: ended.signal }));
    const settled = Promise.allSettled(slow).then(() => 'slow');
    const quick = Promise.all(Array.from({ length: 60 }, (_, i) => rows(`SELECT ${i} AS i`)));
    expect(await Promise.race([settled, quick])).toEqual(Array.from({ length: 60 }, (_, i) => [{ i }]));
    ended.abort();
    await settled;
  });

  test('streams a big result with flat memory', async () => {
    const query = 'SELECT number, toString(number) FROM numbers(20000000) FORMAT RowBinary';
    await exportRaw('SELECT number, toString(number) FROM numbers(1000000) FORMAT RowBinary'); // warm
    const before = serverMemoryMb();
    let highest = before;
    let sizeBytes = 0;
    const { stream } = await client.exec({ query });
    for await (const chunk of stream as unknown as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      highest = Math.max(highest, serverMemoryMb());
    }
    expect(sizeBytes).toBeGreaterThan(300_000_000);
    expect(highest - before).toBeLessThan(150);
  });
});

describe('errors', () => {
  test.each([
    ['SELECT * FROM nowhere', '60', 'UNKNOWN_TABLE'],
    ['SELEC 1', '62', 'SYNTAX_ERROR'],
    ["SELECT toInt32('x')", '6', 'CANNOT_PARSE_TEXT'],
    ['SELECT * FROM nodb.nowhere', '81', 'UNKNOWN_DATABASE'],
    ['SELECT throwIf(1)', '395', 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO'],
  ])('%s fails with code %s', async (query, code, type) => {
    await expect(rows(query)).rejects.toMatchObject({ code, type });
  });

  test('an unknown setting, database, or table of an insert is an error with its code', async () => {
    const clickhouse_settings = { no_such_setting: 1 } as object;
    await expect(rows('SELECT 1', { clickhouse_settings })).rejects.toMatchObject({ code: '115' });
    const values = [{ a: 1 }];
    const inserted = client.insert({ table: 'nowhere', values, format: 'JSONEachRow' });
    await expect(inserted).rejects.toMatchObject({ code: '60' });
    const table = await createTable('n Int64');
    const wrong = client.insert({ table, values: [{ n: 'x' }], format: 'JSONEachRow' });
    await expect(wrong).rejects.toMatchObject({ code: '27' });
  });

  test('a session is refused in words', async () => {
    await expect(rows('SELECT 1', { session_id: 'mine' })).rejects.toMatchObject({
      code: '48',
      message: expect.stringMatching(/does not support the URL parameter session_id/),
    });
  });

  test.each(['RowBinary', 'JSONEachRow'])(
    'one in the middle of %s ends the connection: no short result',
    async (format) => {
      const failing = `SELECT throwIf(number = 5000000) AS n FROM numbers(10000000) FORMAT ${format}`;
      await expect(exportRaw(failing)).rejects.toThrow();
      for (let i = 0; i < 5; i++) expect(await rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    },
  );
});

describe('cancelling', () => {
  test('a client that stops reading in the middle ends the query', async () => {
    const result = await client.query({
      query: 'SELECT number FROM numbers(100000000000)',
      format: 'JSONEachRow',
    });
    for await (const _chunk of result.stream()) break;
    result.close();
    await waitUntilNothingRuns();
  });

  test('a client that leaves before the first byte ends the query', async () => {
    const controller = new AbortController();
    const query_id = uniqueName('query');
    const result = rows(ENDLESS, { abort_signal: controller.signal, query_id }).catch(
      (error: Error) => error.message,
    );
    await waitFor(async () => (await rows('SELECT * FROM system.processes')).length === 2, {
      deadlineMs: 10_000,
      message: 'the query runs',
    });
    controller.abort();
    expect(await result).toMatch(/abort/);
    await waitUntilNothingRuns();
  });

  test('KILL QUERY knows the id that the client gave', async () => {
    const query_id = uniqueName('query');
    const result = rows(ENDLESS, { query_id }).catch((error: { type: string }) => error.type);
    await waitFor(
      async () => {
        const killed = await client.query({
          query: `KILL QUERY WHERE query_id = '${query_id}' ASYNC`,
          format: 'TabSeparated',
        });
        return (await killed.text()) !== '';
      },
      { deadlineMs: 10_000, message: 'the query runs and is killed' },
    );
    expect(await result).toBe('QUERY_WAS_CANCELLED');
  });

  test('while a query runs, another one of its id is refused', async () => {
    const query_id = uniqueName('query');
    const first = rows(ENDLESS, { query_id }).catch((error: { type: string }) => error.type);
    const isRunning = async () =>
      (await rows<{ query: string }>('SELECT query FROM system.processes')).some(({ query }) =>
        query.startsWith(ENDLESS),
      );
    await waitFor(isRunning, { deadlineMs: 10_000, message: 'the query runs' });
    const quick = () => rows('SELECT 1 AS one', { query_id }).catch((error: { type: string }) => error.type);
    expect(await quick()).toBe('QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING');
    await client.command({ query: `KILL QUERY WHERE query_id = '${query_id}' ASYNC` });
    expect(await first).toBe('QUERY_WAS_CANCELLED');
    expect(await quick()).toEqual([{ one: 1 }]);
  });

  test('a limit of time is kept', async () => {
    const limited = rows(ENDLESS, { clickhouse_settings: { max_execution_time: 1 } });
    await expect(limited).rejects.toMatchObject({ code: '159', type: 'TIMEOUT_EXCEEDED' });
  });
});
