/** `forebay training-set` on a real ClickHouse: what it writes, prints and refuses. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ordersDefinitions, uniqueName, useCli } from './cli-harness';

const cli = useCli({ own: ['redis', 'queueRedis'] });
const UNTIL = '2024-01-01T00:00:00Z';
let out: (name: string) => string;

beforeAll(async () => {
  const definitions = cli.file(
    'orders.ts',
    ordersDefinitions({ topic: uniqueName('orders'), withShops: true }),
  );
  out = (name) => join(dirname(definitions), name);
  await cli.json(['apply', definitions]);
  const history = [
    '2023-12-01T00:00:00Z,c1,1,2.5',
    '2023-12-01T00:30:00Z,c1,1,1.5',
    '2023-12-31T12:00:00Z,c2,2,10',
  ];
  const file = cli.file('history.csv', `time,customer,shop,price\n${history.join('\n')}\n`);
  await cli.json(['load', '--source', 'orders', '--file', file, '--complete-until', UNTIL]);
});

/** Not in the order of time, with a duplicate, an entity that was never seen, and columns of its own. */
const ROWS = `label,client,shop,when
x,c1,1,2023-12-01T00:45:00Z
"y, ""z""",c2,2,2023-12-31T13:00:00Z
,c1,1,2023-12-01 00:00:00.001
x,c1,1,2023-12-01T00:45:00Z
007,nobody,9,2023-12-31
`;
const RENAMED = ['--timestamp-column', 'when', '--column', 'customer=client'];

const trainingSet = (file: string, outFile: string, ...more: string[]) => [
  ...['training-set', '--service', 'checkout', '--rows', file, '--out', outFile],
  ...more,
];

test('rows keep their columns, order and duplicates, and get the features of their instants', async () => {
  const file = out('train.csv');
  const made = await cli.json(trainingSet(cli.file('rows.csv', ROWS), file, ...RENAMED));
  expect(readFileSync(file, 'utf8').split('\n')).toEqual([
    '"label","client","shop","when","orders_recent","spent_24h","orders_lifetime"',
    '"x","c1",1,"2023-12-01T00:45:00.000Z",2,4,2',
    '"y, ""z""","c2",2,"2023-12-31T13:00:00.000Z",1,10,1',
    ',"c1",1,"2023-12-01T00:00:00.001Z",1,2.5,1',
    '"x","c1",1,"2023-12-01T00:45:00.000Z",2,4,2',
    '"007","nobody",9,"2023-12-31T00:00:00.000Z",0,0,0',
    '',
  ]);
  expect(made).toMatchObject({ project: 'shopping', rows: 5, values: 15, format: 'CSV', file, warnings: [] });
  expect(made.columns).toEqual([
    'label',
    'client',
    'shop',
    'when',
    'orders_recent',
    'spent_24h',
    'orders_lifetime',
  ]);
  expect(made.features[0]).toMatchObject({
    view: 'by_customer',
    feature: 'orders_recent',
    column: 'orders_recent',
    statuses: { PRESENT: 4, NOT_FOUND: 1 },
  });
});

test('features of several entities, with their statuses, from a query into NDJSON', async () => {
  const file = out('train.ndjson');
  const query =
    "SELECT 'c2' AS customer, toInt32(number + 1) AS shop, toDateTime64('2023-12-31 13:00:00', 3, 'UTC') AS timestamp FROM numbers(3) ORDER BY shop DESC";
  const { code, out: text } = await cli.run([
    ...['training-set', '--features', 'by_customer:spent_24h,by_shop@1:orders_24h', '--rows-query', query],
    ...['--out', file, '--statuses', '--threads', '2'],
  ]);
  expect(code).toBe(0);
  expect(
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(
    [3, 2, 1].map((shop) => ({
      customer: 'c2',
      shop,
      timestamp: '2023-12-31T13:00:00.000Z',
      spent_24h: 10,
      spent_24h__status: 'PRESENT',
      orders_24h: shop === 2 ? 1 : 0,
      orders_24h__status: shop === 2 ? 'PRESENT' : 'NOT_FOUND',
    })),
  );
  expect(text).toMatch(/orders_24h\s+│ by_shop@1\s+│ 33.3 %\s+│ 66.7 %/);
  expect(text).toContain(`3 rows, 6 values from`);
  expect(text).toContain(`${file}: NDJSON, `);
});

test('many rows of several entities, folded by several threads, stay in step', async () => {
  const file = out('many.ndjson');
  const query = `SELECT number AS id, if(number % 3 = 0, 'c1', if(number % 3 = 1, 'c2', 'nobody')) AS customer, toInt32(number % 4) AS shop,
    toDateTime64('2023-12-31 13:00:00', 3, 'UTC') AS timestamp FROM numbers(150000) ORDER BY cityHash64(number)`;
  await cli.json([
    ...[
      'training-set',
      '--features',
      'by_customer:orders_lifetime,by_shop:orders_24h',
      '--rows-query',
      query,
    ],
    ...['--out', file, '--threads', '3'],
  ]);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  expect(lines).toHaveLength(150_000);
  const wrong = lines.filter((line) => {
    const { id, customer, shop, orders_lifetime, orders_24h } = JSON.parse(line);
    const known = ({ c1: 2, c2: 1 } as Record<string, number>)[customer] ?? 0;
    return shop !== id % 4 || orders_lifetime !== known || orders_24h !== (shop === 2 ? 1 : 0);
  });
  expect(wrong).toEqual([]);
  expect(lines.slice(0, 3).map((line) => JSON.parse(line).id)).not.toEqual([0, 1, 2]);
});

test('values as they were known at a time: nothing that came later', async () => {
  const file = out('known.csv');
  await cli.json(
    trainingSet(cli.file('rows.csv', ROWS), file, ...RENAMED, '--known-as-of', '2023-12-01T00:10:00Z'),
  );
  const values = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').slice(-3).join());
  expect(values).toEqual(['1,2.5,1', '0,0,0', '1,2.5,1', '1,2.5,1', '0,0,0']);
});

test('features that nobody has are a warning that says what to look at', async () => {
  const rows = cli.file('strangers.csv', 'customer,timestamp\nC1,2023-12-31\nC2,2023-12-31\n');
  const { code, err } = await cli.run(trainingSet(rows, out('strangers.parquet')));
  expect(code).toBe(0);
  expect(err).toContain('warning all features of view "by_customer@1" are NOT_FOUND in every row: ');
  expect(err).toContain('look at the values of the join keys');
});

test.each([
  [
    'a missing column',
    'rows.csv',
    'user,when\na,2024-01-01\n',
    ['--timestamp-column', 'when'],
    'there is no column "customer" for join key "customer" (string): name another one (--column customer=COLUMN); the columns are "user", "when"',
  ],
  ['no instant', 'rows.csv', 'customer,when\na,2024-01-01\n', [], 'name it (--timestamp-column)'],
  [
    'a null key and a wrong instant',
    'rows.csv',
    'customer,timestamp\n,2024-01-01\nb,yesterday\n',
    [],
    'column "timestamp" for the instant of a row: "yesterday" in row 2 is not an instant from 1900 to 2299 (ISO 8601, or milliseconds since the epoch); ' +
      'column "customer" for join key "customer" (string): it is null in row 1; rows are counted from 1, without the line of names',
  ],
  ['an unknown format', 'rows.txt', 'x', [], 'its name does not tell the format; give --rows-format'],
  [
    'a column for nothing',
    'rows.csv',
    ROWS,
    ['--column', 'custmer=client'],
    '--column custmer=client: "custmer" is no join key and no request field of these features; did you mean "customer"?',
  ],
])('%s is refused, and nothing is written', async (_what, name, text, more, message) => {
  const file = out('refused.parquet');
  const { code, err } = await cli.run(trainingSet(cli.file(name, text), file, ...more));
  expect(err).toContain(message);
  expect(code).toBe(1);
  expect(existsSync(file)).toBe(false);
  expect(readdirSync(dirname(file)).filter((each) => each.endsWith('.partial'))).toEqual([]);
});

test('a feature, a service and a place that are not there are refused with the nearest', async () => {
  const rows = cli.file('rows.csv', ROWS);
  const feature = ['--features', 'by_customer:spent_24', '--rows', rows, '--out', out('x.csv')];
  const unknown = await cli.run(['training-set', ...feature]);
  expect(unknown.err).toContain('view "by_customer@1" has no feature "spent_24": did you mean "spent_24h"?');
  const nowhere = await cli.run(trainingSet(rows, join(out('nowhere'), 'x.csv'), ...RENAMED));
  expect(nowhere.err).toContain('there is no directory');
  expect([unknown.code, nowhere.code]).toEqual([1, 1]);
});
