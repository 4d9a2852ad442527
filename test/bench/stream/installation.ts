/** Kafka, Redis and ClickHouse, the backlog, and the processes that read it, one at a time. */
import { type ChildProcess, fork } from 'node:child_process';
import { join, resolve } from 'node:path';
import { readCliConfiguration, Servers } from '@forebay/cli';
import type { NewRecord } from '@forebay/event-log';
import { type LocalStack, startLocalStack } from '@forebay/local-stack';
import { endChild } from '../support/child';
import type { Consumed, ReadingOrder } from './consumed';
import { type Declared, PARTITIONS, TOPIC } from './declared';
import type { LoopConsumed, LoopOrder } from './loop-main';
import { backlog, type PaymentsOptions } from './payments';

/** More than all entities of any case take. */
const ALL_MEGABYTES = 4_096;
const RECORDS_PER_SEND = 10_000;

export interface Backlog {
  readonly old: number;
  readonly recent: number;
}

export interface StreamInstallation {
  readonly stack: LocalStack;
  readonly servers: Servers;
  /** Replaces the topic by one with this backlog, of which the recent events will be measured. */
  fill(options: PaymentsOptions, size: Backlog): Promise<void>;
  /** Replaces the topic by an empty one; of what will come, the first events are not measured. */
  empty(size: Backlog): Promise<void>;
  floor(): Promise<Consumed>;
  /** With an empty store, and an archive of its own. */
  loop(declared: Declared, options: LoopOptions): Promise<LoopConsumed>;
}

export interface LoopOptions {
  readonly archive: boolean;
  readonly flushEvents: number;
  /** Options of Node for the process. */
  readonly node: readonly string[];
  /** Bound of the entities in memory; default: all. */
  readonly stateMegabytes?: number;
}

export async function withStream(work: (installation: StreamInstallation) => Promise<void>): Promise<void> {
  const stack = await startLocalStack({
    homeDir: resolve('.forebay'),
    parts: ['kafka', 'redis', 'clickhouse'],
  });
  const servers = new Servers(readCliConfiguration({ ...process.env, ...stack.environment() }));
  let filled: Backlog = { old: 0, recent: 0 };
  const orderOf = (name: string): ReadingOrder => ({
    brokers: stack.kafkaBrokers,
    topic: TOPIC,
    name,
    from: filled.old,
    to: filled.old + filled.recent,
  });
  let readers = 0;
  const empty = async (size: Backlog) => {
    filled = size;
    await replaceTopic(stack.kafkaBrokers);
    await (await servers.eventLog()).admin.ensureTopic(TOPIC, { partitions: PARTITIONS, config: {} });
  };
  try {
    await work({
      stack,
      servers,
      empty,
      async fill(options, size) {
        await empty(size);
        await produceAll(servers, backlog(options, { ...size, endMs: Date.now() }));
      },
      floor: () => consumed('floor-main', orderOf(`floor-${readers++}`), {}, []),
      async loop(declared, { archive, flushEvents, node, stateMegabytes = ALL_MEGABYTES }) {
        const redis = await servers.redis();
        await redis.client.flushall();
        const name = `${declared.name}_${readers++}`;
        const order: LoopOrder = {
          ...orderOf(name),
          declared: { ...declared, name },
          archive,
          halfWay: stateMegabytes !== ALL_MEGABYTES,
        };
        const environment = {
          ...stack.environment(),
          FOREBAY_LOG_LEVEL: 'warn',
          FOREBAY_METRICS_PORT: '0',
          FOREBAY_STREAM_FLUSH_EVENTS: String(flushEvents),
          FOREBAY_STREAM_MAX_STATE_MEGABYTES: String(stateMegabytes),
        };
        return (await consumed('loop-main', order, environment, node)) as LoopConsumed;
      },
    });
  } finally {
    await servers.close();
    await stack.stop();
  }
}

async function replaceTopic(brokers: string): Promise<void> {
  const { Kafka, logLevel } = await import('kafkajs');
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  if ((await admin.listTopics()).includes(TOPIC)) {
    await admin.deleteTopics({ topics: [TOPIC] });
    while ((await admin.listTopics()).includes(TOPIC)) await new Promise((done) => setTimeout(done, 100));
  }
  await admin.disconnect();
}

export async function produceAll(servers: Servers, records: Iterable<NewRecord>): Promise<void> {
  const producer = await (await servers.eventLog()).producer();
  let some: NewRecord[] = [];
  for (const record of records) {
    some.push(record);
    if (some.length < RECORDS_PER_SEND) continue;
    await producer.send(some);
    some = [];
  }
  await producer.send(some);
  await producer.close();
}

/** Runs a process until it has told what it consumed. */
async function consumed(
  program: string,
  order: ReadingOrder,
  environment: Readonly<Record<string, string>>,
  execArgv: readonly string[],
): Promise<Consumed> {
  const child = fork(join(__dirname, `${program}.js`), [JSON.stringify(order)], {
    execArgv: [...execArgv],
    env: { ...process.env, ...environment },
  });
  try {
    return await new Promise<Consumed>((done, reject) => {
      // services also tell when they are ready
      child.on('message', (message: Partial<Consumed>) => {
        if (message.cpuUs !== undefined) done(message as Consumed);
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`${program} ended with code ${code} too early`)));
    });
  } finally {
    await ended(child);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  child.removeAllListeners('exit');
  await endChild(child);
}
