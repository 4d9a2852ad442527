/** What the services and the command tell of their work, received over HTTP and held against OpenLineage's schema. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, main } from '@forebay/cli';
import type { JobHandle, JobKind, PayloadInput } from '@forebay/jobs';
import { Installation } from '../support/installation';
import { type Answer, lineageReceiver, type ReceivedEvent } from '../support/lineage-receiver';
import { eventFaults, orderFaults } from '../support/openlineage-schema';
import { HISTORY_ENDS_MS, PROJECT, paymentsProject, randomPayments } from '../support/payments';
import { printedRandom } from '../support/seed';
import type { Service } from '../support/service';
import { HOME_DIR, sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';

const MINUTE_MS = 60_000;
const ENDS_WITHIN = { timeoutMs: 60_000 };
const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const random = printedRandom('lineage');

type Receiver = Awaited<ReturnType<typeof lineageReceiver>>;
let receiver: Receiver;
let it: Installation;
let stream: Service;
let batch: Service;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(HOME_DIR, 'lineage-'));
  receiver = await lineageReceiver([500]);
  const { redisUrl, queueRedisUrl } = own.stack;
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  it = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    paymentsProject({
      topic: uniqueName('payments'),
      partitions: 1,
      withCities: true,
      withSecondVersion: true,
    }),
  );
  [stream, batch] = await Promise.all([it.start('stream', lineage(receiver)), startBatch()]);
  const untilMs = Math.floor((Date.now() - HISTORY_ENDS_MS) / MINUTE_MS) * MINUTE_MS;
  await it.load(randomPayments(random, 500, untilMs - 60 * MINUTE_MS, untilMs - 1), untilMs);
});
afterAll(async () => {
  await it.close();
  await receiver.close();
  rmSync(directory, { recursive: true });
});

const lineage = ({ url }: Receiver) => ({ FOREBAY_LINEAGE_URL: url, FOREBAY_LINEAGE_NAMESPACE: 'test' });
const startBatch = () =>
  it.start('batch', {
    ...lineage(receiver),
    FOREBAY_BATCH_VERIFY_EVERY: '0ms',
    FOREBAY_BATCH_CONCURRENCY: '1',
  });

const eventsOf = (job: string): ReceivedEvent[] => receiver.events.filter((event) => event.job.name === job);
const typesOf = (job: string): string[] => eventsOf(job).map(({ eventType }) => eventType);

async function told(job: string, type: string): Promise<ReceivedEvent> {
  await waitFor(() => typesOf(job).includes(type), {
    deadlineMs: 20_000,
    message: `"${job}" is told of as ${type}`,
  });
  return eventsOf(job).findLast(({ eventType }) => eventType === type);
}

async function queued<K extends JobKind>(kind: K, payload: PayloadInput<K>): Promise<JobHandle<K>> {
  return (await it.servers.queue()).add(kind, payload);
}

const of = { project: PROJECT, requested_by: 'test' };
const view = (name: string, version = 1) => ({ view: name, version });

async function forebay(...args: readonly string[]) {
  let err = '';
  async function* nothing() {}
  const code = await main(
    ['node', 'forebay', ...args, '--json'],
    { ...it.environment, ...lineage(receiver) },
    { out: { write: () => undefined }, err: { write: (text: string) => (err += text) }, input: nothing() },
  );
  return { code, err };
}

test('jobs are told of as runs with datasets, schema and columns, however they end', async () => {
  const cities = { ...of, ...view('by_city') };
  await (await queued('materialize', cities)).finished(ENDS_WITHIN);
  const views = [view('by_account', 2), view('by_city')];
  await (await queued('backfill', { ...of, views })).finished(ENDS_WITHIN);
  await (await queued('rebuild', { ...of, views: [view('by_account')] })).finished(ENDS_WITHIN);
  await (await queued('verify', cities)).finished(ENDS_WITHIN);
  const rows = `SELECT 'account-1' AS account, now64(3) AS timestamp`;
  const set = { ...of, feature_service: 'accounts@2', rows_query: rows };
  const out = join(directory, 'set');
  await (await queued('training_set', { ...set, out })).finished(ENDS_WITHIN);
  // a view without batch values, again when somebody lets it
  const wrong = await queued('materialize', { ...of, ...view('by_card') });
  await expect(wrong.finished(ENDS_WITHIN)).rejects.toThrow(/batch/);
  await (await it.servers.queue()).retry(wrong, 'test');
  // slow enough to be cancelled
  const long = await queued('backfill', { ...of, views: [view('by_account')], events_per_second: 100 });
  await told(`backfill ${PROJECT}.by_account@1`, 'START');
  await (await it.servers.queue()).cancel(long, 'test');
  const { run: cancelled } = await told(`backfill ${PROJECT}.by_account@1`, 'ABORT');
  expect(cancelled.facets.errorMessage.message).toMatch(/cancelled by test/);

  const materialized = `materialize ${PROJECT}.by_city@1`;
  const { inputs, outputs, job } = await told(materialized, 'COMPLETE');
  expect(typesOf(materialized)).toEqual(['START', 'RUNNING', 'COMPLETE']);
  expect(job.facets.jobType).toMatchObject({ processingType: 'BATCH', jobType: 'MATERIALIZE' });
  const archive = {
    namespace: `clickhouse://${new URL(sharedStack.clickhouseUrl).host}`,
    name: `${it.database}.${it.source.table}`,
  };
  expect(inputs).toEqual([expect.objectContaining(archive)]);
  const place = `redis://${new URL(own.stack.redisUrl).host}`;
  const named = (name: string, version = 1) =>
    expect.objectContaining({ namespace: place, name: `${PROJECT}.${name}@${version}` });
  expect(outputs).toEqual([named('by_city')]);
  const { fields } = outputs[0].facets.columnLineage;
  expect(Object.keys(fields)).toEqual(it.view('by_city').features.map(({ name }) => name));
  expect(fields.city_paid_2d.inputFields).toEqual([
    { ...archive, field: 'amount', transformations: [{ type: 'DIRECT', subtype: 'AGGREGATION' }] },
  ]);

  const both = await told(`backfill ${PROJECT}.by_account@2, ${PROJECT}.by_city@1`, 'COMPLETE');
  expect(both).toMatchObject({ inputs: [archive], outputs: [named('by_account', 2), named('by_city')] });
  const rebuilt = await told(`rebuild ${PROJECT}.by_account@1`, 'COMPLETE');
  expect(rebuilt).toMatchObject({ inputs: [archive], outputs: [named('by_account')] });
  const training = await told(`training_set ${PROJECT}: ${out}`, 'COMPLETE');
  expect(training).toMatchObject({ inputs: [archive], outputs: [{ namespace: 'file', name: out }] });
  const failed = `materialize ${PROJECT}.by_card@1`;
  await waitFor(() => typesOf(failed).length === 4, { deadlineMs: 20_000, message: 'it has failed twice' });
  expect(typesOf(failed)).toEqual(['START', 'FAIL', 'START', 'FAIL']);
  expect(new Set(eventsOf(failed).map(({ run }) => run.runId)).size).toBe(2);
  expect(eventsOf(failed)[1].run.facets.errorMessage.message).toMatch(/batch/);
  expect(typesOf(`verify ${PROJECT}.by_city@1`)).toEqual([]);
});

test('the command tells of what it does itself, and the stream of what it reads', async () => {
  const shop = join(directory, 'shop.yaml');
  const text = readFileSync(join('packages', 'cli', 'templates', 'features.yaml'), 'utf8');
  writeFileSync(shop, text.replace('topic: orders', `topic: ${uniqueName('orders')}`));
  expect(await forebay('apply', shop)).toMatchObject({ code: EXIT.ok });
  const applied = await told('apply shop', 'COMPLETE');
  expect(applied.outputs.map(({ name }: ReceivedEvent) => name)).toEqual([
    expect.stringContaining(`${it.database}.`),
    'shop.customer_orders@1',
    'shop.basket@1',
    'shop.checkout@1',
  ]);
  const [, , basket, checkout] = applied.outputs;
  expect(basket.namespace).toBe('forebay://test');
  const mean = basket.facets.columnLineage.fields.is_unusual.inputFields;
  expect(mean).toMatchObject([{ name: 'shop.customer_orders@1', field: 'price_mean_30d' }]);
  expect(checkout.facets.schema.fields.at(-1).name).toBe('basket@1.is_unusual');
  writeFileSync(
    shop,
    text.replace('topic: orders', 'topic: others').replace('price > 100.0', 'price > 99.0'),
  );
  expect(await forebay('apply', shop)).toMatchObject({ code: EXIT.refused });
  const refused = eventsOf('apply shop').slice(2);
  expect(refused.map(({ eventType }) => eventType)).toEqual(['START', 'FAIL']);
  expect(refused[1].run.facets.errorMessage.message).toMatch(/large_orders_7d|version/);

  const out = join(directory, 'set.parquet');
  const query = `SELECT 'account-1' AS account, now64(3) AS timestamp`;
  const asked = ['--project', PROJECT, '--service', 'accounts@2', '--rows-query', query, '--out', out];
  expect(await forebay('training-set', ...asked)).toEqual({ code: EXIT.ok, err: '' });
  expect((await told(`training_set ${PROJECT}: ${out}`, 'COMPLETE')).outputs).toEqual([
    { namespace: 'file', name: out },
  ]);

  const reading = await told('stream shop.orders', 'RUNNING');
  expect(reading.job.facets.jobType).toMatchObject({ processingType: 'STREAMING' });
  const [broker] = sharedStack.kafkaBrokers.split(',');
  expect(reading.inputs).toMatchObject([{ namespace: `kafka://${broker}` }]);
  expect(reading.outputs.map(({ name }: ReceivedEvent) => name)[1]).toBe('shop.customer_orders@1');
  await stream.terminate();
  await told(`stream ${PROJECT}.payments`, 'COMPLETE');
  await told('stream shop.orders', 'COMPLETE');
});

test('a receiver that is slow, or away, or refuses, harms no job; what a dead worker has not sent, the next one does', async () => {
  const job = `materialize ${PROJECT}.by_account@2`;
  const materialize = async () =>
    (await queued('materialize', { ...of, ...view('by_account', 2) })).finished(ENDS_WITHIN);
  const losses = async (outcome: string) =>
    Number(
      new RegExp(`forebay_lineage_events_total\\{[^}]*outcome="${outcome}"[^}]*\\} (\\d+)`).exec(
        await batch.metrics(),
      )?.[1] ?? 0,
    );
  const said = () => batch.lines(/of lineage|lineage event/);
  const slow: Answer = 'none';
  receiver.otherwise = slow;
  await materialize();
  expect(eventsOf(job)).toEqual([]);
  await batch.kill9();
  receiver.hangUp();
  receiver.otherwise = 201;
  batch = await startBatch();
  await told(job, 'COMPLETE');
  expect(typesOf(job)).toEqual(['START', 'RUNNING', 'COMPLETE']);

  receiver.otherwise = 400;
  await materialize();
  await waitFor(async () => (await losses('refused')) === 3, {
    deadlineMs: 10_000,
    message: 'three are refused',
  });
  expect(said()).toEqual([expect.stringContaining('was refused: HTTP 400')]);
  const { port } = receiver;
  const { events } = receiver;
  await receiver.close();
  await materialize();
  await waitFor(() => said().length === 2, { deadlineMs: 10_000, message: 'that it is away is said' });
  expect(said()[1]).toContain('the receiver of lineage is away');
  receiver = await lineageReceiver([], port);
  receiver.events.push(...events);
  await waitFor(() => typesOf(job).length === 6, {
    deadlineMs: 20_000,
    message: 'nothing is lost of the third run',
  });
  expect([await losses('sent'), await losses('dropped')]).toEqual([6, 0]);
  expect(await batch.terminate()).toBe(0);
});

test('all that was told is of the schema, and each run has one beginning and one end', () => {
  const faults = receiver.events.flatMap((event) =>
    eventFaults(event).map((fault) => `${event.job.name}: ${fault}`),
  );
  expect(faults).toEqual([]);
  expect(orderFaults(receiver.events)).toEqual([]);
  expect(new Set(receiver.events.map(({ job }) => job.namespace))).toEqual(new Set(['test']));
});
