/** `forebay load`, `push` and `status` on real servers. */

import { publishedRegistry, readCliConfiguration, Servers } from '@forebay/cli';
import { connectEventLog, type EventLog } from '@forebay/event-log';
import {
  connectRedis,
  type RedisConnection,
  readStreamMarker,
  startStreamMarker,
} from '@forebay/online-store';
import { ordersDefinitions, uniqueName, useCli } from './cli-harness';

const cli = useCli({ own: ['redis', 'queueRedis'] });
const topic = uniqueName('orders');
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
/** A multiple of both views' cut hops, 2h and 3h. */
const UNTIL = '2024-01-01T00:00:00Z';

beforeAll(async () => {
  await cli.json(['apply', cli.file('orders.ts', ordersDefinitions({ topic, withShops: true }))]);
});

async function ofViews<T>(work: (redis: RedisConnection, viewId: number) => Promise<T>): Promise<T[]> {
  const servers = new Servers(readCliConfiguration(cli.environment));
  const redis = await connectRedis({ url: cli.environment.FOREBAY_REDIS_URL!, role: 'admin', setting: 'x' });
  try {
    const snapshot = await publishedRegistry(servers);
    return await Promise.all(snapshot.projects[0]!.aggregationViews.map(({ id }) => work(redis, id)));
  } finally {
    await redis.close();
    await servers.close();
  }
}

const completeSince = () =>
  ofViews(async (redis, viewId) => (await readStreamMarker(redis, 0, viewId))?.completeSinceMs ?? null);

/** As the stream does when it reads a view for the first time. */
const startStream = () =>
  ofViews((redis, viewId) => startStreamMarker(redis, 0, viewId, { completeSinceMs: Date.UTC(2020, 0, 1) }));

/** As an earlier version would have left it, which did not know of erasures. */
async function forgetErasures(): Promise<void> {
  const servers = new Servers(readCliConfiguration(cli.environment));
  try {
    await (await servers.offline()).command('DROP TABLE _forebay_erased');
  } finally {
    await servers.close();
  }
}

const load = (file: string, ...more: string[]) => ['load', '--source', 'orders', '--file', file, ...more];

describe('load', () => {
  test('a wrong column is named, and nothing is done', async () => {
    const file = cli.file('missing.csv', 'time,customer,shop,cost\n2023-01-01T00:00:00Z,c1,1,2.5\n');
    const { code, err } = await cli.run(load(file, '--complete-until', UNTIL));
    expect(code).toBe(1);
    expect(err).toContain('column "price" for field "price" (double) of source "orders" is missing');
    expect(await completeSince()).toEqual([null, null]);
  });

  test('a wrong value is named with its row, and nothing is done', async () => {
    const rows = '2023-01-01T00:00:00Z,c1,1,2.5\n2023-01-02T00:00:00Z,c1,one,2.5\n';
    const file = cli.file('wrong.csv', `time,customer,shop,price\n${rows}`);
    const { code, err } = await cli.run(load(file, '--complete-until', UNTIL));
    expect(code).toBe(1);
    expect(err).toContain('column "shop": one in row 2 is not an int32');
    expect(await completeSince()).toEqual([null, null]);
  });

  test('an end between two cuts is refused with the nearest', async () => {
    const { code, err } = await cli.run(load('any.csv', '--complete-until', '2024-01-01T02:00:00Z'));
    expect(code).toBe(1);
    expect(err).toContain('not a multiple of the cut hop 2h and 3h');
    expect(err).toContain('the nearest are 2024-01-01T00:00:00.000Z and 2024-01-01T06:00:00.000Z');
  });

  test('CSV: with other column names and a shift; the stream is complete from its end on; tables of a later version are made', async () => {
    await forgetErasures();
    const rows = [
      '2023-12-01T00:00:00Z,c1,1,2.5',
      '2023-12-02T00:00:00Z,c2,,',
      '2023-12-31T00:00:00Z,c1,1,1',
    ];
    const file = cli.file('orders.csv', `when,customer,shop,cost\n${rows.join('\n')}\n`);
    const columns = ['--column', 'time=when', '--column', 'price=cost', '--shift', '1d'];
    await startStream();
    const loaded = await cli.json(load(file, '--complete-until', UNTIL, ...columns));
    expect(loaded).toMatchObject({
      rows: 2,
      skipped: 1,
      load: 'orders.csv',
      alreadyLoaded: false,
    });
    expect(loaded.raisedMarkers).toEqual(['by_customer@1', 'by_shop@1']);
    expect(await completeSince()).toEqual([Date.parse(UNTIL), Date.parse(UNTIL)]);
  });

  test('again: it is done once', async () => {
    const file = cli.file('orders.csv', 'changed');
    expect(await cli.json(load(file, '--complete-until', UNTIL))).toMatchObject({
      rows: 2,
      alreadyLoaded: true,
    });
  });

  test('NDJSON, earlier: the markers stay', async () => {
    const lines = [
      { time: Date.UTC(2022, 0, 1), customer: 'c1', shop: 1, price: 1.5 },
      { time: '2022-01-02T00:00:00Z', customer: 'c2', shop: 2, price: 2 },
    ];
    const file = cli.file('old.ndjson', lines.map((line) => JSON.stringify(line)).join('\n'));
    const loaded = await cli.json(load(file, '--complete-until', '2023-01-01', '--id', 'old'));
    expect(loaded).toMatchObject({ rows: 2, skipped: 0, load: 'old', raisedMarkers: [] });
    expect(await completeSince()).toEqual([Date.parse(UNTIL), Date.parse(UNTIL)]);
  });

  test('an unknown source or format is named', async () => {
    const unknown = await cli.run([
      'load',
      '--source',
      'order',
      '--file',
      'a.csv',
      '--complete-until',
      UNTIL,
    ]);
    expect(unknown.err).toContain('no event source "order" in project "shopping": did you mean "orders"?');
    const format = await cli.run(load('a.txt', '--complete-until', UNTIL));
    expect(format.err).toContain('its name does not tell the format; give --format');
  });
});

describe('push', () => {
  let log: EventLog;
  beforeAll(async () => {
    const brokers = [cli.environment.FOREBAY_KAFKA_BROKERS!];
    log = await connectEventLog({ brokers, clientId: 'test', logger: silent });
  });
  afterAll(() => log.close());
  const held = async () =>
    [...(await log.admin.endOffsets(topic)).values()].reduce((sum, offset) => sum + offset, 0);

  test('one event', async () => {
    const event = JSON.stringify({ time: '2024-01-01T00:00:00Z', customer: 'c1', shop: 1, price: 1 });
    expect(await cli.json(['push', '--source', 'orders', '--event', event])).toMatchObject({
      sent: 1,
      keyField: 'customer',
      withoutKey: 0,
      unknownFields: {},
    });
    expect(await held()).toBe(1);
  });

  test('a file, with a field that the source does not know', async () => {
    const lines = Array.from({ length: 5_000 }, (_, i) =>
      JSON.stringify({ time: 1_704_067_200_000 + i, customer: `c${i % 10}`, prise: 1 }),
    );
    const file = cli.file('events.ndjson', `${lines.join('\n')}\n\n`);
    const { code, out, err } = await cli.run(['push', '--source', 'orders', '--file', file]);
    expect(code).toBe(0);
    expect(out).toMatch(/^5,000 events to topic/);
    expect(err).toContain('has no field "prise" (in 5,000 events): it is ignored; did you mean "price"?');
    expect(await held()).toBe(5_001);
  });

  test('standard input up to a line that is no object', async () => {
    const { code, err } = await cli.run(['push', '--source', 'orders'], { input: '{"time": 1}\n[1]\n{}\n' });
    expect(code).toBe(1);
    expect(err).toContain(
      'standard input, line 2: it is an array, not a JSON object (1 events were sent before)',
    );
    expect(await held()).toBe(5_002);
  });

  test('a key that is no field', async () => {
    const { code, err } = await cli.run(['push', '--source', 'orders', '--key', 'custome'], { input: '{}' });
    expect(code).toBe(1);
    expect(err).toContain('did you mean "customer"?');
  });
});

describe('status', () => {
  test('shows lags, loads and markers', async () => {
    const status = await cli.json(['status']);
    expect(status.registry.value).toMatchObject({ version: 1, projects: ['shopping'] });
    const [source] = status.sources;
    expect(source.partitions.value).toHaveLength(2);
    expect(source.stream.value).toMatchObject({ checkpoint: [], progressMs: null, members: [] });
    expect(source.archive.value.loads.map(({ id }: { id: string }) => id)).toContain('old');
    expect(status.views.value[0]).toMatchObject({
      view: 'by_customer@1',
      streamCompleteSinceMs: Date.parse(UNTIL),
    });
    expect(status.queue.value).toMatchObject({ workers: 0, waiting: 0 });
    const { out, code } = await cli.run(['status']);
    expect(code).toBe(0);
    expect(out).toContain('progress: not known; is the stream service running?');
  });

  test('an unreachable server takes only its own part away', async () => {
    const environment = {
      FOREBAY_QUEUE_REDIS_URL: 'redis://127.0.0.1:1',
      FOREBAY_KAFKA_BROKERS: '127.0.0.1:1',
    };
    const { code, out } = await cli.run(['status'], { environment });
    expect(code).toBe(1);
    expect(out).toContain('version 1, applied');
    // lines are broken where the terminal ends
    const text = out.replace(/\s+/g, ' ');
    expect(text).toMatch(/queue redis 127\.0\.0\.1:1: .*ECONNREFUSED.*correct FOREBAY_QUEUE_REDIS_URL/);
    expect(text).toContain('Kafka at 127.0.0.1:1 (FOREBAY_KAFKA_BROKERS) could not be reached');
    expect(out).toContain('by_customer@1');
  });
});

test('materialize says when nobody works, and queues all the same', async () => {
  const { code, out, err } = await cli.run(['materialize', '--all', '--no-wait']);
  expect(code).toBe(0);
  expect(out).toContain('by_customer@1: queued as job materialize/');
  expect(err).toContain('no worker is connected to the queue: start the batch service');
  const wrong = await cli.run(['materialize', '--view', 'by_customer', '--cut', '2024-01-01T01:00:00Z']);
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain('not a multiple of its cut hop 2h');
});
