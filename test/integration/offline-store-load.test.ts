import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventSource } from '@forebay/definitions';
import {
  applyEventSource,
  createMetaTables,
  finishedLoads,
  type LoadOptions,
  type LoadResult,
  listLoads,
  loadedUntil,
  loadHistory,
  type OfflineStore,
  openOfflineStore,
} from '@forebay/offline-store';
import { sharedStack, uniqueName, useDatabase } from '../support/stack';
import { eventSource, FLIGHTS_FILE, flights } from './offline-store-fixtures';

const database = useDatabase('load');
let store: OfflineStore;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'forebay-load-'));
  store = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: database.name });
  await createMetaTables(store);
});
afterAll(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

const FIELDS = [
  { name: 'at', type: 'timestamp' },
  { name: 'user', type: 'string' },
  { name: 'small', type: 'int32' },
  { name: 'large', type: 'int64' },
  { name: 'price', type: 'double' },
  { name: 'paid', type: 'bool' },
] as const;
const UNTIL = Date.UTC(2024, 0, 1);

async function newSource(more: Partial<EventSource> = {}): Promise<EventSource> {
  const source = eventSource(uniqueName('orders'), FIELDS, { archiveOrder: ['user'], ...more });
  await applyEventSource(store, source);
  return source;
}

async function file(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

const load = (
  source: EventSource,
  path: string,
  format: LoadOptions['format'],
  more: Partial<LoadOptions> = {},
) => loadHistory(store, { source, file: path, format, completeUntilMs: UNTIL, clock: Date.now, ...more });

const archived = (source: EventSource) =>
  store.rows(
    `SELECT toString(t.at) AS at, user, small, toString(t.large) AS large, price, paid, _log AS load, toUInt32(_offset) AS number, _known_at = t.at AS known
     FROM ${source.table} AS t FINAL ORDER BY load, number`,
  );

const CSV = `user,at,small,large,price,paid,more
ann,2023-05-01 10:00:00.125,1,9223372036854775807,1.5,true,x
"b, ""b""",2023-05-01T10:00:00Z,-2147483648,-9223372036854775808,-0.25,false,
,1682935200000,,,,,
late,2024-01-01 00:00:00,1,1,1,true,x
ann,2023-12-31T23:59:59.999+00:00,2,2,2,true,x
`;
const ROWS = [
  {
    at: '2023-05-01 10:00:00.125',
    user: 'ann',
    small: 1,
    large: '9223372036854775807',
    price: 1.5,
    paid: true,
    load: 1,
    number: 0,
    known: 1,
  },
  {
    at: '2023-05-01 10:00:00.000',
    user: 'b, "b"',
    small: -2_147_483_648,
    large: '-9223372036854775808',
    price: -0.25,
    paid: false,
    load: 1,
    number: 1,
    known: 1,
  },
  {
    at: '2023-05-01 10:00:00.000',
    user: null,
    small: null,
    large: null,
    price: null,
    paid: null,
    load: 1,
    number: 2,
    known: 1,
  },
  {
    at: '2023-12-31 23:59:59.999',
    user: 'ann',
    small: 2,
    large: '2',
    price: 2,
    paid: true,
    load: 1,
    number: 4,
    known: 1,
  },
];

describe('loading', () => {
  it('reads CSV, counts rows at or after the declared end and leaves them out', async () => {
    const source = await newSource();
    const result = await load(source, await file('a.csv', CSV), 'CSV');
    expect(result).toMatchObject({
      alreadyLoaded: false,
      load: { number: 1, rows: 4, skipped: 1, state: 'finished', completeUntilMs: UNTIL },
    });
    expect(await archived(source)).toEqual(ROWS);
  });

  it('reads NDJSON', async () => {
    const source = await newSource();
    const lines = [
      '{"user":"ann","at":"2023-05-01 10:00:00.125","small":1,"large":9223372036854775807,"price":1.5,"paid":true,"more":{"x":[1]}}',
      '{"at":"2023-05-01T10:00:00Z","user":"b, \\"b\\"","small":-2147483648,"large":-9223372036854775808,"price":-0.25,"paid":false}',
      '{"at":1682935200000,"user":null,"small":null}',
      '{"at":1704067200000}',
      '{"user":"ann","at":"2023-12-31T23:59:59.999Z","small":2,"large":2,"price":2,"paid":true}',
    ];
    await load(source, await file('a.ndjson', lines.join('\n')), 'NDJSON');
    expect(await archived(source)).toEqual(ROWS);
  });

  it('maps columns, leaves out fields, shifts times, and takes the declared known time', async () => {
    const source = await newSource({
      knownAt: 'seen',
      fields: [...FIELDS, { name: 'seen', type: 'timestamp' }],
      table: uniqueName('shifted'),
    });
    await applyEventSource(store, source);
    const path = await file(
      'b.csv',
      'when,who,told\n2023-01-01 00:00:00,ann,2023-01-01 00:00:05\n2023-01-01 00:00:01,bob,\n',
    );
    await load(source, path, 'CSV', {
      columns: { at: 'when', user: 'who', seen: 'told', small: null, large: null, price: null, paid: null },
      shiftMs: 60_000,
    });
    expect(
      await store.rows(
        `SELECT user, toString(at) AS at, toString(_known_at) AS known, small FROM ${source.table} FINAL ORDER BY at`,
      ),
    ).toEqual([
      { user: 'ann', at: '2023-01-01 00:01:00.000', known: '2023-01-01 00:01:05.000', small: null },
      { user: 'bob', at: '2023-01-01 00:01:01.000', known: '2023-01-01 00:01:01.000', small: null },
    ]);
  });

  it('numbers rows by their place in a file of many blocks', async () => {
    const source = await newSource();
    const rows = Array.from(
      { length: 300_000 },
      (_, i) => `${1_600_000_000_000 + ((i * 7_919) % 300_000)},u${i % 100},${i}`,
    );
    const path = await file('large.csv', `at,user,small\n${rows.join('\n')}\n`);
    await load(source, path, 'CSV', { columns: { large: null, price: null, paid: null } });
    expect(
      await store.rows(
        `SELECT toUInt32(count()) AS n, toUInt32(countIf(_offset = small)) AS placed FROM ${source.table} FINAL`,
      ),
    ).toEqual([{ n: 300_000, placed: 300_000 }]);
  });

  it('keeps the order of a Parquet file, and is fast enough', async () => {
    const source = { ...flights, name: uniqueName('flights'), table: uniqueName('flights') };
    await applyEventSource(store, source);
    const started = performance.now();
    const { load: done } = await load(source, FLIGHTS_FILE, 'Parquet', {
      completeUntilMs: Date.UTC(2001, 5, 30),
    });
    const seconds = (performance.now() - started) / 1_000;
    expect(done.rows + done.skipped).toBe(3_000_000);
    expect(done.rows).toBe(2_984_368);
    // the file is sorted by time: so must the numbers be
    const [order] = await store.rows<{ ordered: number; distinct: number; largest: number }>(
      `SELECT toUInt32(countIf(date < before)) AS ordered, toUInt32(uniqExact(_offset)) AS distinct, toUInt32(max(_offset)) AS largest
       FROM (SELECT date, _offset, lagInFrame(date) OVER (ORDER BY _offset ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS before FROM ${source.table} FINAL)`,
    );
    expect(order).toEqual({ ordered: 0, distinct: 2_984_368, largest: 2_984_367 });
    process.stdout.write(`load: ${Math.round(3_000_000 / seconds)} events/s\n`);
  });
});

describe('loading again', () => {
  it('does nothing when the load is done, and refuses another declared end', async () => {
    const source = await newSource();
    const path = await file('c.csv', CSV);
    await load(source, path, 'CSV');
    expect(await load(source, path, 'CSV')).toMatchObject({ alreadyLoaded: true, load: { number: 1 } });
    await expect(load(source, path, 'CSV', { completeUntilMs: UNTIL + 1 })).rejects.toThrow(
      'is done, complete until 2024-01-01T00:00:00.000Z',
    );
    expect((await load(source, path, 'CSV', { id: 'second', completeUntilMs: UNTIL + 1 })).load.number).toBe(
      2,
    );
    const loads = await listLoads(store, source);
    expect(loadedUntil(loads)).toBe(UNTIL + 1);
    expect(finishedLoads(loads)).toEqual(loads.map(({ number }) => number));
  });

  it('takes the same number after a failure, and removes what the first try left', async () => {
    const source = await newSource();
    const bad = await file('d.csv', CSV.replace('1.5', 'abc'));
    await expect(load(source, bad, 'CSV')).rejects.toMatchObject({ reason: 'invalid_request' });
    const loads = await listLoads(store, source);
    expect([loadedUntil(loads), finishedLoads(loads)]).toEqual([null, []]);
    // as if the first try had died in the middle of copying
    await store.command(
      `INSERT INTO ${source.table} (at, user, _log, _offset, _known_at) VALUES ('2020-01-01 00:00:00', 'left', 1, 77, '2020-01-01 00:00:00')`,
    );
    await file('d.csv', CSV);
    expect((await load(source, bad, 'CSV')).load.number).toBe(1);
    expect(await archived(source)).toEqual(ROWS);
    expect(finishedLoads(await listLoads(store, source))).toEqual([1]);
    expect(
      await store.rows(
        "SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE '_forebay_stage%'",
      ),
    ).toEqual([]);
  });

  it('stands as its last try says, though an earlier one speaks later', async () => {
    const source = await newSource();
    const path = await file('f.csv', CSV.replace('1.5', 'abc'));
    await expect(load(source, path, 'CSV')).rejects.toMatchObject({ reason: 'invalid_request' });
    await file('f.csv', CSV);
    await load(source, path, 'CSV');
    await store.command(
      "INSERT INTO _forebay_loads SELECT * FROM _forebay_loads WHERE archive = {table:String} AND state = 'failed'",
      { table: source.table },
    );
    expect(finishedLoads(await listLoads(store, source))).toEqual([1]);
  });

  it('ends with one whole load when it is tried twice at once', async () => {
    const source = await newSource();
    const path = await file('e.csv', CSV);
    let newer: Promise<LoadResult> | null = null;
    let calls = 0;
    // a try reads the clock when it starts and when it copies: there the second one begins
    const clock = () => {
      if (++calls === 2) newer = load(source, path, 'CSV', { clock: () => Date.now() + 1_000 });
      return Date.now();
    };
    const [older] = await Promise.allSettled([load(source, path, 'CSV', { clock })]);
    if (older.status === 'rejected') expect(older.reason).toMatchObject({ reason: 'conflict' });
    expect(await newer).toMatchObject({ load: { number: 1, state: 'finished' } });
    expect(await archived(source)).toEqual(ROWS);
    expect(finishedLoads(await listLoads(store, source))).toEqual([1]);
  });
});

describe('a file that does not fit', () => {
  const cases: readonly [string, LoadOptions['format'], string, RegExp][] = [
    [
      'a missing column',
      'CSV',
      CSV.replace('small', 'smal'),
      /column "small" for field "small" \(int32\) of source "orders_\w+" is missing; the file has "user", "at", "smal"/,
    ],
    [
      'text in a number',
      'CSV',
      CSV.replace(',1.5,', ',abc,'),
      /column "price": abc in row 1 is not a number \(1 such rows\)/,
    ],
    [
      'an int32 that is too large',
      'CSV',
      CSV.replace('-2147483648', '2147483648'),
      /column "small": 2147483648 in row 2 is not an int32 \(1 such rows\)/,
    ],
    [
      'an int64 that is too large',
      'CSV',
      CSV.replace('9223372036854775807', '9223372036854775808'),
      /column "large": 9223372036854775808 in row 1 is not an int64/,
    ],
    [
      'a time that is none',
      'CSV',
      CSV.replace('2023-05-01T10:00:00Z', 'yesterday'),
      /column "at": yesterday in row 2 is not an instant/,
    ],
    [
      'a null event time',
      'CSV',
      CSV.replace('1682935200000', ''),
      /column "at": null in row 3 is not an event time from 1900 to 2299/,
    ],
    [
      'an event time too early',
      'CSV',
      CSV.replace('1682935200000', '-2300000000000'),
      /column "at": -2300000000000 in row 3 is not an event time from 1900 to 2299/,
    ],
    [
      'a fraction for an int',
      'NDJSON',
      '{"at":1,"user":"a","small":1.5,"large":1,"price":1,"paid":true}\n',
      /column "small": 1.5 in row 1 is not an int32/,
    ],
    [
      'an object for text',
      'NDJSON',
      '{"at":1,"user":"a","small":1,"large":1,"price":{"x":1},"paid":true}\n',
      /column "price": \{"x":1\} in row 1 is not a number/,
    ],
    [
      'a broken line',
      'NDJSON',
      `${'{"at":1,"user":"a","small":1,"large":1,"price":1,"paid":true}\n'.repeat(9_000)}{"at":`,
      /file ".*bad": /,
    ],
    [
      'a key that never occurs',
      'NDJSON',
      '{"at":1,"user":"a","small":1,"large":1,"price":1}\n',
      /column "paid" for field "paid" \(bool\)/,
    ],
    ['no JSON', 'NDJSON', '{"at":1}\nat=2\n', /line 2: not a JSON object: at=2/],
    ['no Parquet', 'Parquet', 'PAR1 but not really', /not a Parquet file/],
    ['nothing in it', 'CSV', '', /is empty/],
  ];

  it.each(cases)('is refused for %s', async (_, format, text, message) => {
    const source = await newSource();
    await expect(load(source, await file('bad', text), format)).rejects.toThrow(message);
    expect(await archived(source)).toEqual([]);
    expect(loadedUntil(await listLoads(store, source))).toBeNull();
  });

  it('is refused for a Parquet column of another type, with both types', async () => {
    const fields = flights.fields.map((field) =>
      field.name === 'origin' ? { ...field, type: 'int32' as const } : field,
    );
    const source = { ...flights, fields, name: uniqueName('flights'), table: uniqueName('flights') };
    await expect(load(source, FLIGHTS_FILE, 'Parquet', { columns: { distance: 'miles' } })).rejects.toThrow(
      /column "miles" for field "distance" \(int64\) of source "\w+" is missing; the file has "date", "delay", "distance".*; column "origin" is BYTE_ARRAY \(STRING\), but field "origin" of source "\w+" is int32/,
    );
  });

  it('is refused when it is not there', async () => {
    await expect(load(await newSource(), join(directory, 'none.csv'), 'CSV')).rejects.toThrow('no such file');
  });
});
