/** Jobs of the kind verify_served on real servers: what the command finds, found by the batch service, and kept. */
import { JobQueue } from '@forebay/jobs';
import {
  createMetaTables,
  type OfflineStore,
  openOfflineStore,
  SERVED_LAYOUTS_TABLE,
  SERVED_VECTORS_TABLE,
  SERVED_VERIFIED_TABLE,
} from '@forebay/offline-store';
import { Service } from '../support/service';
import { waitFor } from '../support/wait-for';
import { ordersDefinitions, uniqueName, useCli } from './cli-harness';

let store: OfflineStore;
let batch: Service;
let queue: JobQueue;

// Before the servers stop: hooks run in the order in which they stand.
afterAll(async () => {
  await batch.terminate();
  await queue.close();
  await store.close();
});

const cli = useCli({ own: ['redis', 'queueRedis'] });

const FEATURES = ['orders_recent', 'spent_24h', 'orders_lifetime'];
const DAY = ['--from', '2023-12-01T00:00:00Z', '--to', '2023-12-02T00:00:00Z'];
const LOG = { FROM: Date.parse(DAY[1] as string), TO: Date.parse(DAY[3] as string) };

/** A row as serving writes it, see docs/SERVED-LOG.md. */
const row = (request: string, spent: number) => ({
  as_of: '2023-12-01 00:45:00',
  project: 'shopping',
  feature_service: 'checkout@1',
  request_id: request,
  row: 0,
  entity_key: 'c1',
  keys: { customer: 'c1' },
  layout: 'orders',
  statuses: FEATURES.map(() => 'PRESENT'),
  numbers: [2, spent, 2],
});

beforeAll(async () => {
  const { FOREBAY_CLICKHOUSE_URL: url = '', FOREBAY_CLICKHOUSE_DATABASE: database = '' } = cli.environment;
  const definitions = cli.file('orders.ts', ordersDefinitions({ topic: uniqueName('orders') }));
  await cli.json(['apply', definitions]);
  store = await openOfflineStore({ url, database });
  await createMetaTables(store);
  const history = ['2023-12-01T00:00:00Z,c1,1,2.5', '2023-12-01T00:30:00Z,c1,1,1.5'];
  const file = cli.file('history.csv', `time,customer,shop,price\n${history.join('\n')}\n`);
  await cli.json(['load', '--source', 'orders', '--file', file, '--complete-until', '2024-01-01T00:00:00Z']);
  await store.insertRows(SERVED_LAYOUTS_TABLE, [
    {
      layout: 'orders',
      names: FEATURES,
      types: ['int64', 'double', 'int64'],
      views: FEATURES.map(() => 'by_customer'),
      view_versions: FEATURES.map(() => 1),
      places: [1, 2, 3],
    },
  ]);
  await store.insertRows(SERVED_VECTORS_TABLE, [row('right', 4), row('wrong', 4.5)]);
  const setting = 'FOREBAY_QUEUE_REDIS_URL';
  queue = new JobQueue({ url: cli.environment[setting] as string, setting });
  batch = await Service.start('batch', cli.environment);
});

const verify = (...more: string[]) => ['verify', '--served-log', ...DAY, ...more];

test('the job finds what the command finds, keeps it, counts it, and shows the share that differs', async () => {
  const command = await cli.run(verify('--json'));
  const job = await cli.run(verify('--job', '--json'));
  expect([command.code, job.code]).toEqual([1, 1]);
  const [found, byJob] = [JSON.parse(command.out), JSON.parse(job.out)];
  expect(byJob.rows).toBe(2);
  expect(byJob.features).toEqual(found.features);
  expect(byJob.differences).toEqual(found.differences);
  expect(byJob.differences).toMatchObject([{ feature: 'spent_24h', requestId: 'wrong', served: '4.5' }]);
  const kept = await store.rows<{ different: number }>(
    `SELECT toFloat64(sum(different)) AS different FROM ${SERVED_VERIFIED_TABLE} WHERE run = {run:String}`,
    { run: `${byJob.run}/0` },
  );
  expect(kept).toEqual([{ different: 1 }]);
  await waitFor(
    async () => {
      const metrics = await batch.metrics();
      return (
        /forebay_served_skew_ratio\{[^}]*feature="spent_24h"[^}]*\} 0\.5/.test(metrics) &&
        /forebay_served_verified_values_total\{[^}]*outcome="different"[^}]*\} 1/.test(metrics)
      );
    },
    { deadlineMs: 20_000, message: 'the share of served values that differ is not shown' },
  );
});

test('it comes by itself, for what was served since the time before', async () => {
  const { schedules } = await cli.json(['jobs', 'list', '--schedules']);
  expect(schedules).toContainEqual(
    expect.objectContaining({ kind: 'verify_served', view: 'shopping: served log', everyMs: 21_600_000 }),
  );
});

test.each([
  [{ tolerances: { 'by_customer@1:spend': 0.1 } }, /has no such feature/],
  [{ from_ms: LOG.TO, to_ms: LOG.FROM }, /is not before/],
  [{ share: 2 }, /above 0, up to 1/],
  [{ project: 'nowhere' }, /is not in the registry/],
] as const)('a job that asks for %j is refused', async (asked, message) => {
  const job = await queue.add('verify_served', { project: 'shopping', ...asked });
  await expect(job.finished({ timeoutMs: 20_000 })).rejects.toThrow(message);
});
