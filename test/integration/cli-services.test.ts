/** The services as `forebay dev` runs them, and the commands that need them: `materialize`, `get`, `dev`. */
import { once } from 'node:events';
import { type RunningServices, startServices } from '@forebay/cli';
import { floorTo, HOUR_MS } from '@forebay/contract';
import { isRunning } from '../support/processes';
import { waitFor } from '../support/stack';
import { ordersDefinitions, uniqueName, useCli } from './cli-harness';

const cli = useCli({ own: ['redis', 'queueRedis'], services: true });
const topic = uniqueName('orders');
const definitions = () => cli.file('orders.ts', ordersDefinitions({ topic, withShops: true }));
const lines: string[] = [];
let running: RunningServices;
let address: string;

beforeAll(async () => {
  await cli.json(['apply', definitions()]);
  running = await startServices({
    environment: cli.environment,
    log: (service, line) => lines.push(`${service} ${line}`),
  });
  address = `127.0.0.1:${running.ports.serving!.grpc}`;
});
afterAll(() => running?.stop());

const get = (...args: string[]) => ['get', '--address', address, ...args];

test('all services announce their ports', () => {
  expect(Object.keys(running.ports)).toEqual(['serving', 'stream', 'batch']);
  for (const ports of Object.values(running.ports)) expect(ports!.metrics).toBeGreaterThan(0);
  expect(lines.some((line) => line.startsWith('stream ') && line.includes('"ready":true'))).toBe(true);
});

test('history and a live event meet in one value', async () => {
  const until = floorTo(Date.now() - 12 * HOUR_MS, 6 * HOUR_MS);
  const rows = [
    { time: until - 500 * HOUR_MS, customer: 'c1', shop: 7, price: 1 },
    { time: until - 1, customer: 'c1', shop: 7, price: 2 },
  ];
  const file = cli.file('history.ndjson', rows.map((row) => JSON.stringify(row)).join('\n'));
  await cli.json(['load', '--source', 'orders', '--file', file, '--complete-until', String(until)]);
  const { views } = await cli.json(['materialize', '--all', '--timeout', '1m']);
  expect(views).toMatchObject([
    { view: 'by_customer@1', state: 'done', cut_ms: until, values_written: 1 },
    { view: 'by_shop@1', state: 'done', cut_ms: until, values_written: 1 },
  ]);
  const event = JSON.stringify({ time: Date.now() - 1, customer: 'c1', shop: 7, price: 4 });
  await cli.json(['push', '--source', 'orders', '--event', event]);
  const answer = await waitFor(
    async () => {
      const read = await cli.json(get('--service', 'checkout', '--key', 'customer=c1'));
      return read.rows[0].values.orders_lifetime === 3 ? read : null;
    },
    { deadlineMs: 30_000, message: 'the pushed event did not reach the value' },
  );
  expect(answer.rows[0]).toEqual({
    keys: { customer: 'c1' },
    values: { orders_recent: 1, spent_24h: 6, orders_lifetime: 3 },
    statuses: { orders_recent: 'PRESENT', spent_24h: 'PRESENT', orders_lifetime: 'PRESENT' },
  });
  expect(answer.views).toMatchObject([{ view: 'by_customer', cutMs: until }]);
});

describe('get', () => {
  test('some features, for rows of a file, with keys of their type', async () => {
    const rows = cli.file('rows.ndjson', '{"shop": 7}\n{"shop": 8}\n');
    const read = await cli.json(get('--features', 'by_shop:orders_24h', '--rows', rows));
    expect(read.rows.map(({ values }: { values: object }) => values)).toEqual([
      { orders_24h: 2 },
      { orders_24h: 0 },
    ]);
  });

  test('as a table', async () => {
    const { out } = await cli.run(
      get('--project', 'shopping', '--service', 'checkout', '--key', 'customer=c1'),
    );
    expect(out).toMatch(/customer=c1/);
    expect(out).toMatch(/orders_lifetime\s*│\s*3\s*│\s*PRESENT/);
    expect(out).toMatch(/view by_customer@1: fresh to .* ago, batch cut/);
  });

  test.each([
    [['--service', 'checkou', '--key', 'customer=c1'], 'no feature service "checkou"'],
    [['--service', 'checkout', '--key', 'custome=c1'], 'did you mean "customer"?'],
    [
      ['--features', 'by_shop:orders_24h', '--key', 'shop=one'],
      'join key "shop", row 1: the value is "one", not an int32',
    ],
    [['--features', 'by_shop:orders_25h', '--key', 'shop=1'], 'orders_25h'],
    [['--features', 'by_shops:orders_24h', '--key', 'shop=1'], 'no view "by_shops"'],
  ])('%j is refused', async (args, message) => {
    const { code, err } = await cli.run(get(...args));
    expect(code).toBe(1);
    expect(err).toContain(message);
  });

  test('a serving service that is not there is named', async () => {
    const args = ['get', '--address', '127.0.0.1:1', '--timeout', '500ms', '--service', 'a', '--key', 'b=c'];
    const { code, err } = await cli.run(args);
    expect(code).toBe(1);
    expect(err).toContain('no feature server answered at 127.0.0.1:1 within 500 ms');
  });
});

describe('explain', () => {
  const explain = (...args: string[]) => ['explain', '--address', address, ...args];

  test('tells what a value was made from: here of batch and stream', async () => {
    const { explanation } = await cli.json(explain('by_customer:orders_lifetime', 'customer=c1'));
    expect(explanation).toMatchObject({ value: 3, status: 'PRESENT', entity: 'customer=c1' });
    const segments: { from: string; counted: number }[] = explanation.segments.segments;
    expect(new Set(segments.map(({ from }) => from))).toEqual(new Set(['stream', 'batch']));
    expect(segments.reduce((sum, { counted }) => sum + counted, 0)).toBe(3);
    expect(explanation.segments.stream.fences).toMatchObject([
      { source: 'orders', offset: expect.any(Number) },
    ]);
    expect(explanation.clocks.coverageBeginMs).toBe('-Infinity');
  });

  test('as a page', async () => {
    const { out } = await cli.run(explain('by_customer@1:orders_lifetime', '--key', 'customer=c1'));
    expect(out).toMatch(/together {3}3 events in \d segments .*: 3\n/);
    expect(out).toMatch(/fences {5}orders\/\d+ up to offset \d+/);
  });

  test('refuses what there is not', async () => {
    const { code, err } = await cli.run(explain('by_customer:orders', 'customer=c1'));
    expect([code, err]).toEqual([1, expect.stringContaining('no feature "orders" in view "by_customer@1"')]);
  });
});

test('status sees that all is read', async () => {
  const { sources, queue, views } = await cli.json(['status']);
  expect(queue.value.workers).toBeGreaterThan(0);
  expect(sources[0].stream.value.progressMs).toBeGreaterThan(0);
  expect(views.value[0].goodUntilMs).toBe(views.value[0].cutMs + 72 * HOUR_MS);
});

test('a service that dies is told with its last lines; the others stop', async () => {
  const pids = Object.values(running.services).map((service) => service!.pid);
  await running.services.stream!.kill();
  expect((await running.failed).message).toMatch(/^service "stream" ended by SIGKILL; its last lines:\n/);
  await running.stop();
  expect(pids.filter(isRunning)).toEqual([]);
});

describe('dev', () => {
  async function startDev() {
    const child = cli.start(['dev', definitions(), '--json']);
    let out = '';
    let err = '';
    child.stdout!.on('data', (chunk) => (out += chunk));
    child.stderr!.on('data', (chunk) => (err += chunk));
    const closed = once(child, 'close');
    await waitFor(() => out.includes('\n') || child.exitCode !== null, {
      deadlineMs: 90_000,
      message: 'dev was not ready',
    });
    if (child.exitCode !== null) throw new Error(err);
    return { child, closed, ready: JSON.parse(out), err: () => err };
  }

  test('Ctrl-C stops everything, in order', async () => {
    const { child, closed, ready, err } = await startDev();
    const read = await cli.json([
      ...['get', '--address', ready.environment.FOREBAY_CLI_SERVING_ADDRESS],
      ...['--service', 'checkout', '--key', 'customer=c1'],
    ]);
    expect(read.rows[0].values.orders_lifetime).toBe(3);
    child.kill('SIGINT');
    expect((await closed)[0]).toBe(0);
    expect(Object.values<number>(ready.pids).filter(isRunning)).toEqual([]);
    const stopped = [...err().matchAll(/(\w+) +│ .*: stopped/g)].map(([, name]) => name);
    expect(stopped).toEqual(['stream', 'batch', 'serving']);
  });

  test('a service that dies ends it all with exit code 1', async () => {
    const { closed, ready, err } = await startDev();
    process.kill(ready.pids.batch, 'SIGKILL');
    expect((await closed)[0]).toBe(1);
    expect(err()).toContain('service \\"batch\\" ended by SIGKILL');
    expect(Object.values<number>(ready.pids).filter(isRunning)).toEqual([]);
  });
});
