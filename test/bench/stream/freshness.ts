/** How long after an event was handed to a producer a read over gRPC has it, while 5,000 others come each second. */
import { applyProject, startServices } from '@forebay/cli';
import { connect, type FeatureClient } from '@forebay/client';
import type { RecordProducer } from '@forebay/event-log';
import type { BenchCase } from '../report';
import { endChild, startChild } from '../support/child';
import { until } from '../support/until';
import { benchProject, SERVICE } from './declared';
import type { StreamInstallation } from './installation';
import { Payments } from './payments';
import type { ProducingOrder } from './producer-main';

const EVENTS_PER_SECOND = 5_000;
const ENTITIES = 100_000;
const LONGEST_S = 600;
const WARM_UP_PROBES = 50;
const PROJECT = 'freshness';
const DEADLINE_MS = 30_000;
const LONGEST_PAUSE_MS = 30;

interface Settings {
  readonly flush: string;
  readonly maxWait: string;
  readonly p50: number;
  readonly p99: number;
}

const SETTINGS: readonly Settings[] = [
  { flush: '50ms', maxWait: '20ms', p50: 60, p99: 150 },
  { flush: '5ms', maxWait: '5ms', p50: 15, p99: 60 },
];

export async function freshness(installation: StreamInstallation, probes: number): Promise<BenchCase[]> {
  const { servers } = installation;
  await installation.empty({ old: 0, recent: 0 });
  await (await servers.redis()).client.flushall();
  await applyProject(servers, benchProject({ name: PROJECT }), { appliedBy: 'bench', clock: Date.now });
  const report: BenchCase[] = [];
  for (const settings of SETTINGS) {
    const waited = await measure(installation, settings, probes);
    waited.sort((a, b) => a - b);
    const at = (share: number) => waited[Math.floor(share * (waited.length - 1))] as number;
    for (const [name, share, atMost] of [
      ['p50', 0.5, settings.p50],
      ['p99', 0.99, settings.p99],
    ] as const) {
      const unit = `ms, ${EVENTS_PER_SECOND} events/s, ${waited.length} probes`;
      const text = `produced until read, flush ${settings.flush}: ${name}`;
      report.push({ case: text, value: at(share), unit, target: { atMost } });
    }
  }
  return report;
}

async function measure(
  installation: StreamInstallation,
  { flush, maxWait }: Settings,
  probes: number,
): Promise<number[]> {
  const { servers, stack } = installation;
  const running = await startServices({
    environment: {
      ...process.env,
      ...stack.environment(),
      FOREBAY_STREAM_FLUSH_EVERY: flush,
      FOREBAY_STREAM_MAX_WAIT: maxWait,
      FOREBAY_LOG_LEVEL: 'warn',
    },
    services: ['stream', 'serving'],
    log: (_, line) => console.error(line),
  });
  const order: ProducingOrder = {
    brokers: stack.kafkaBrokers,
    eventsPerSecond: EVENTS_PER_SECOND,
    events: LONGEST_S * EVENTS_PER_SECOND,
    entities: ENTITIES,
  };
  const { child } = await startChild('producer-main', [JSON.stringify(order)], __dirname);
  const producer = await (await servers.eventLog()).producer();
  const client = connect({ address: `127.0.0.1:${running.ports.serving?.grpc}`, deadlineMs: DEADLINE_MS });
  try {
    const waited: number[] = [];
    for (let probe = -WARM_UP_PROBES; probe < probes; probe++) {
      const ms = await probeOnce(client, producer, `probe${probe} ${flush}`);
      if (probe >= 0) waited.push(ms);
      await new Promise((done) => setTimeout(done, Math.random() * LONGEST_PAUSE_MS));
    }
    return waited;
  } finally {
    client.close();
    await producer.close();
    await endChild(child);
    await running.stop();
  }
}

/** An event of an entity that has none, and reads one after the other until it is there. */
async function probeOnce(client: FeatureClient, producer: RecordProducer, user: string): Promise<number> {
  const payments = new Payments({ entities: 1, seed: 1, user });
  const startedMs = performance.now();
  const written = producer.send([payments.at(Date.now())]);
  const isThere = async () => {
    const { rows } = await client.getOnlineFeatures({
      project: PROJECT,
      featureService: SERVICE,
      keys: { user: [user] },
    });
    return rows[0]?.count_1h === 1;
  };
  await until('the answer', isThere, { everyMs: 0, deadlineMs: DEADLINE_MS });
  const ms = performance.now() - startedMs;
  await written;
  return ms;
}
