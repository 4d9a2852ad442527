/**
 * What an output topic costs the stream service: CPU time per event of a backlog without an output and with one, as JSON and as
 * protobuf, and the same divided by the records that were written. Six aggregations over four windows, Kafka, Redis and ClickHouse on
 * this machine.
 */
import {
  aggregationView,
  count,
  entity,
  eventSource,
  max,
  mean,
  min,
  type OutputFormat,
  type ProjectDeclaration,
  project,
  stddev,
  sum,
} from '@forebay/definitions';
import { startLocalStack } from '@forebay/local-stack';
import { OutputPosition } from '@forebay/online-store';
import { Random } from '@forebay/testkit';
import { Installation } from '../support/installation';
import { HOME_DIR, uniqueName } from '../support/stack';
import { type BenchCase, reportBench } from './report';
import { processCpuUs } from './support/process-cpu';
import { until } from './support/until';

const EVENTS = 150_000;
const ENTITIES = 20_000;
const BATCH = 10_000;
const DEADLINE_MS = 180_000;
const WINDOWS = ['1h', '24h', '7d', '30d'] as const;

function spending(topic: string, format: OutputFormat | null): ProjectDeclaration {
  const account = entity({ name: 'account', joinKeys: { account: 'string' } });
  const payments = eventSource({
    name: 'payments',
    topic,
    fields: { time: 'timestamp', account: 'string', amount: 'double', city: 'string' },
    eventTime: 'time',
  });
  const features = Object.fromEntries(
    WINDOWS.flatMap((window) => [
      [`n_${window}`, count({ window })],
      [`sum_${window}`, sum('amount', { window })],
      [`least_${window}`, min('amount', { window })],
      [`most_${window}`, max('amount', { window })],
      [`mean_${window}`, mean('amount', { window })],
      [`spread_${window}`, stddev('amount', { window })],
    ]),
  );
  const view = aggregationView({
    name: 'spending',
    entity: account,
    source: payments,
    batch: false,
    ...(format === null ? {} : { output: { topic: `${topic}.values`, format } }),
    features,
  });
  return project({ name: 'bench', entities: [account], eventSources: [payments], aggregationViews: [view] });
}

/** CPU of the stream service for the backlog, and records in the output topic. */
async function measure(
  addresses: Parameters<typeof Installation.create>[0],
  format: OutputFormat | null,
): Promise<{ cpuUs: number; records: number }> {
  const topic = uniqueName('payments');
  const installation = await Installation.create(addresses, spending(topic, format));
  try {
    const random = new Random(1);
    const now = Date.now();
    for (let sent = 0; sent < EVENTS; sent += BATCH)
      await installation.sendUncounted(
        Array.from({ length: BATCH }, () => ({
          time: now - random.integer(1_800_000),
          account: `account-${random.integer(ENTITIES)}`,
          amount: random.integer(1_000_000) / 100,
          city: 'a city with some name, so that a record is of usual size',
        })),
      );
    const stream = await installation.start('stream');
    const pid = stream.child.pid as number;
    const before = processCpuUs(pid);
    await until('the values', async () => (await installation.checkpointed()) === EVENTS, {
      everyMs: 50,
      deadlineMs: DEADLINE_MS,
    });
    if (format === null) return { cpuUs: processCpuUs(pid) - before, records: 0 };
    const position = new OutputPosition(await installation.servers.redis(), installation.view('spending').id);
    const written = async () =>
      [...(await position.read()).values()].reduce((total, offset) => total + offset, 0) === EVENTS;
    await until('the topic', written, { everyMs: 50, deadlineMs: DEADLINE_MS });
    const cpuUs = processCpuUs(pid) - before;
    const ends = await (await installation.servers.eventLog()).admin.endOffsets(`${topic}.values`);
    return { cpuUs, records: [...ends.values()].reduce((total, end) => total + end, 0) };
  } finally {
    await installation.close();
  }
}

async function main(): Promise<void> {
  const stack = await startLocalStack({ homeDir: HOME_DIR });
  try {
    const { kafkaBrokers, redisUrl, queueRedisUrl, clickhouseUrl } = stack;
    const addresses = { kafkaBrokers, redisUrl, queueRedisUrl, clickhouseUrl };
    await measure(addresses, null); // until the code is warm on this machine
    const plain = await measure(addresses, null);
    const cases: BenchCase[] = [
      { case: 'no output', value: plain.cpuUs / EVENTS, unit: 'µs CPU an event', target: null },
    ];
    for (const format of ['json', 'protobuf'] as const) {
      const { cpuUs, records } = await measure(addresses, format);
      const more = cpuUs - plain.cpuUs;
      cases.push(
        { case: format, value: cpuUs / EVENTS, unit: 'µs CPU an event', target: null },
        { case: `${format}: records`, value: records / EVENTS, unit: 'records an event', target: null },
        { case: `${format}: each record`, value: more / records, unit: 'µs CPU a record', target: null },
      );
    }
    reportBench('outputs', cases);
  } finally {
    await stack.stop();
  }
}

void main();
