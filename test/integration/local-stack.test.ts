import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from '@clickhouse/client';
import { type LocalServer, type LocalStack, type Part, startLocalStack } from '@forebay/local-stack';
import Redis from 'ioredis';
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { isListening, isRunning } from '../support/processes';
import { HOME_DIR, sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';

const KAFKA_QUICK_MS = 300;

async function setAndGet(url: string, key: string, value: string): Promise<string | null> {
  const redis = new Redis(url);
  await redis.set(key, value);
  const found = await redis.get(key);
  redis.disconnect();
  return found;
}

async function redisCall(url: string, ...command: [string, ...string[]]): Promise<unknown> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 });
  try {
    return await redis.call(...command);
  } finally {
    redis.disconnect();
  }
}

async function queryClickHouse(url: string, sql: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', body: sql });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text.trimEnd();
}

function kafkaOf(brokers: string, options: Partial<KafkaConfig> = {}): Kafka {
  return new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING, ...options });
}

async function createTopic(brokers: string, topic: string, numPartitions: number): Promise<void> {
  const admin = kafkaOf(brokers).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true });
  await admin.disconnect();
}

async function listTopics(brokers: string): Promise<string[]> {
  const admin = kafkaOf(brokers).admin();
  await admin.connect();
  const topics = await admin.listTopics();
  await admin.disconnect();
  return topics;
}

async function produce(brokers: string, topic: string, values: readonly string[]): Promise<void> {
  const producer = kafkaOf(brokers).producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  await producer.send({ topic, messages: values.map((value) => ({ value })) });
  await producer.disconnect();
}

async function consume(brokers: string, topic: string, count: number): Promise<string[]> {
  const consumer = kafkaOf(brokers).consumer({
    groupId: uniqueName('group'),
    maxWaitTimeInMs: KAFKA_QUICK_MS,
  });
  const values: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) });
  await waitFor(() => values.length >= count, {
    deadlineMs: 30_000,
    message: `${count} messages of ${topic}`,
  });
  await consumer.disconnect();
  return values.sort();
}

function serversOf(stack: LocalStack): LocalServer[] {
  return Object.values(stack.servers).filter((server) => server !== null);
}

describe('the shared servers are real ones', () => {
  test('Kafka carries what an idempotent producer sends to a consumer group', async () => {
    const topic = uniqueName('orders');
    await createTopic(sharedStack.kafkaBrokers, topic, 3);
    await produce(sharedStack.kafkaBrokers, topic, ['a', 'b', 'c']);
    expect(await consume(sharedStack.kafkaBrokers, topic, 3)).toEqual(['a', 'b', 'c']);
  });

  test('Kafka makes no topic that nobody created', async () => {
    const producer = kafkaOf(sharedStack.kafkaBrokers, { retry: { retries: 0 } }).producer();
    await producer.connect();
    const sent = producer.send({ topic: uniqueName('nobody'), messages: [{ value: 'a' }] });
    await expect(sent).rejects.toThrow(/does not host this topic/);
    await producer.disconnect();
  });

  test('both Redis servers answer, never evict, and only the one for queues is on disk', async () => {
    for (const [url, appendOnly] of [
      [sharedStack.redisUrl, 'no'],
      [sharedStack.queueRedisUrl, 'yes'],
    ] as const) {
      expect(await setAndGet(url, uniqueName('key'), '1')).toBe('1');
      expect(await redisCall(url, 'CONFIG', 'GET', 'maxmemory-policy')).toEqual([
        'maxmemory-policy',
        'noeviction',
      ]);
      expect(await redisCall(url, 'CONFIG', 'GET', 'appendonly')).toEqual(['appendonly', appendOnly]);
      expect(await redisCall(url, 'CONFIG', 'GET', 'save')).toEqual(['save', '']);
    }
  });

  test('ClickHouse answers its client', async () => {
    const client = createClient({ url: sharedStack.clickhouseUrl });
    const result = await client.query({ query: 'SELECT version() AS version', format: 'JSONEachRow' });
    expect(await result.json()).toEqual([{ version: expect.stringMatching(/^2\d\.\d+\./) }]);
    await client.close();
  });
});

describe('a second stack beside the shared one', () => {
  const own = useOwnStack();

  test('has ports and data of its own, in every part', async () => {
    const { stack } = own;
    const shared = [
      sharedStack.kafkaBrokers,
      sharedStack.redisUrl,
      sharedStack.queueRedisUrl,
      sharedStack.clickhouseUrl,
    ];
    expect(new Set([...shared, ...Object.values(stack.environment())]).size).toBe(8);

    const name = uniqueName('mine');
    await createTopic(stack.kafkaBrokers, name, 1);
    expect(await listTopics(stack.kafkaBrokers)).toContain(name);
    expect(await listTopics(sharedStack.kafkaBrokers)).not.toContain(name);
    expect(await setAndGet(stack.redisUrl, name, '1')).toBe('1');
    for (const url of [sharedStack.redisUrl, sharedStack.queueRedisUrl, stack.queueRedisUrl]) {
      expect(await redisCall(url, 'EXISTS', name)).toBe(0);
    }
    await queryClickHouse(stack.clickhouseUrl, `CREATE DATABASE ${name}`);
    const count = `SELECT count() FROM system.databases WHERE name = '${name}'`;
    expect(await queryClickHouse(stack.clickhouseUrl, count)).toBe('1');
    expect(await queryClickHouse(sharedStack.clickhouseUrl, count)).toBe('0');
  });

  test('Kafka killed with SIGKILL has its messages after a restart on the same port', async () => {
    const kafka = own.stack.servers.kafka as LocalServer;
    const brokers = own.stack.kafkaBrokers;
    const topic = uniqueName('durable');
    await createTopic(brokers, topic, 2);
    await produce(brokers, topic, ['before']);
    await kafka.kill9();
    expect(kafka.isRunning).toBe(false);
    expect(await isListening(kafka.port)).toBe(false);
    await kafka.restart();
    await produce(brokers, topic, ['after']);
    expect(await consume(brokers, topic, 2)).toEqual(['after', 'before']);
  });

  test('ClickHouse killed with SIGKILL has its rows after a restart on the same port', async () => {
    const clickhouse = own.stack.servers.clickhouse as LocalServer;
    const table = uniqueName('durable');
    await queryClickHouse(clickhouse.url, `CREATE TABLE ${table} (n Int64) ENGINE = MergeTree ORDER BY n`);
    await queryClickHouse(clickhouse.url, `INSERT INTO ${table} SELECT number FROM numbers(1000)`);
    await clickhouse.kill9();
    await clickhouse.restart();
    expect(await queryClickHouse(clickhouse.url, `SELECT sum(n) FROM ${table}`)).toBe('499500');
  });

  test('a Redis on disk has its keys after SIGKILL and restart, one in memory is empty', async () => {
    const { redis, queueRedis } = own.stack.servers as Record<Part, LocalServer>;
    for (const [server, found] of [
      [redis, null],
      [queueRedis, 'kept'],
    ] as const) {
      const key = uniqueName('key');
      await redisCall(server.url, 'SET', key, 'kept');
      const pid = server.pid;
      await server.kill9();
      expect(() => server.pid).toThrow(/is not running/);
      await server.restart();
      expect(server.pid).not.toBe(pid);
      expect(await redisCall(server.url, 'GET', key)).toBe(found);
    }
  });

  test('a paused server takes connections and answers when it resumes', async () => {
    const redis = own.stack.servers.redis as LocalServer;
    redis.pause();
    expect(await isListening(redis.port)).toBe(true);
    const answer = redisCall(redis.url, 'ECHO', 'late');
    const winner = await Promise.race([
      answer,
      redisCall(own.stack.queueRedisUrl, 'ECHO', 'another server meanwhile'),
    ]);
    expect(winner).toBe('another server meanwhile');
    redis.resume();
    expect(await answer).toBe('late');
  });
});

describe('stopping', () => {
  test('leaves no process, port or file, also when servers are paused or killed', async () => {
    const stack = await startLocalStack({ homeDir: HOME_DIR });
    const servers = serversOf(stack).map((server) => ({ pid: server.pid, port: server.port }));
    expect(servers).toHaveLength(4);
    stack.servers.queueRedis?.pause();
    await stack.servers.redis?.kill9();
    await stack.stop();
    await stack.stop();
    for (const { pid, port } of servers) {
      expect(isRunning(pid)).toBe(false);
      expect(await isListening(port)).toBe(false);
    }
    expect(existsSync(stack.dataDir as string)).toBe(false);
  });

  test('keeps a data directory that was named, and the next stack finds the data', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'forebay-data-'));
    const options = { homeDir: HOME_DIR, dataDir, redisPersistence: 'aof' } as const;
    const topic = uniqueName('kept');
    const first = await startLocalStack(options);
    await createTopic(first.kafkaBrokers, topic, 1);
    await produce(first.kafkaBrokers, topic, ['x']);
    await redisCall(first.redisUrl, 'SET', 'kept', 'y');
    await queryClickHouse(first.clickhouseUrl, 'CREATE TABLE kept (n Int64) ENGINE = MergeTree ORDER BY n');
    await expect(startLocalStack(options)).rejects.toThrow(/is in use: process \d+ has its servers there/);
    await first.stop();

    const second = await startLocalStack(options);
    expect(await consume(second.kafkaBrokers, topic, 1)).toEqual(['x']);
    expect(await redisCall(second.redisUrl, 'GET', 'kept')).toBe('y');
    expect(await queryClickHouse(second.clickhouseUrl, 'EXISTS kept')).toBe('1');
    await second.stop();
    rmSync(dataDir, { recursive: true });
  });
});

describe('servers of one’s own', () => {
  test('when all addresses are given, nothing is started and nothing is written', async () => {
    const env = {
      FOREBAY_KAFKA_BROKERS: 'kafka-1:9092,kafka-2:9092',
      FOREBAY_REDIS_URL: 'redis://features:6379',
      FOREBAY_QUEUE_REDIS_URL: 'redis://queues:6379',
      FOREBAY_CLICKHOUSE_URL: 'https://clickhouse:8443',
    };
    const homeDir = join(tmpdir(), uniqueName('forebay-home'));
    const stack = await startLocalStack({ homeDir, env });
    expect(stack.environment()).toEqual(env);
    expect(stack.kafkaBrokers).toBe('kafka-1:9092,kafka-2:9092');
    expect(serversOf(stack)).toEqual([]);
    await stack.stop();
    expect(existsSync(homeDir)).toBe(false);
  });

  test('one given address replaces one server; the others start', async () => {
    const env = { FOREBAY_REDIS_URL: sharedStack.redisUrl };
    const stack = await startLocalStack({ homeDir: HOME_DIR, env, parts: ['redis', 'queueRedis'] });
    expect(stack.redisUrl).toBe(sharedStack.redisUrl);
    expect(stack.servers.redis).toBeNull();
    expect(await redisCall(stack.queueRedisUrl, 'PING')).toBe('PONG');
    expect(() => stack.clickhouseUrl).toThrow(
      /no clickhouse: add it to `parts`, or set FOREBAY_CLICKHOUSE_URL/,
    );
    await stack.stop();
  });
});

interface Started {
  dataDir: string;
  servers: { name: string; pid: number; port: number }[];
  error?: string;
}

/** A process of its own with a stack, for what a test cannot do to the process that it runs in. */
async function startParent(
  options: object,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ parent: ChildProcess; started: Started }> {
  const parent = spawn(
    process.execPath,
    [join(__dirname, 'local-stack-parent.js'), JSON.stringify(options)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
      env,
    },
  );
  for await (const line of createInterface({ input: parent.stdout })) {
    return { parent, started: JSON.parse(line) as Started };
  }
  throw new Error('the parent process ended without a word');
}

describe('when the process that started the stack goes', () => {
  const all: readonly Part[] = ['kafka', 'clickhouse', 'queueRedis', 'redis'];
  const quick: readonly Part[] = ['clickhouse', 'redis'];

  test.each([
    ['SIGKILL', all, (parent: ChildProcess) => parent.kill('SIGKILL')],
    ['SIGTERM, which it does not handle', quick, (parent: ChildProcess) => parent.kill('SIGTERM')],
    [
      'SIGKILL to its process group',
      quick,
      ({ pid }: ChildProcess) => process.kill(-(pid as number), 'SIGKILL'),
    ],
  ])('by %s, no server, port or file is left', async (_how, parts, kill) => {
    const { parent, started } = await startParent({ homeDir: HOME_DIR, parts });
    expect(started.servers).toHaveLength(parts.length);
    process.kill((started.servers[0] as { pid: number }).pid, 'SIGSTOP'); // one that cannot react goes as well
    kill(parent);
    const left = () => started.servers.filter(({ pid }) => isRunning(pid));
    await waitFor(() => left().length === 0, { deadlineMs: 10_000, message: 'all servers have ended' });
    for (const { name, port } of started.servers) {
      // A process with many threads lets go of its ports a moment after it has ended.
      await waitFor(async () => !(await isListening(port)), {
        deadlineMs: 10_000,
        message: `${name}'s port is free`,
      });
    }
    await waitFor(() => !existsSync(started.dataDir), { deadlineMs: 10_000, message: 'the data is gone' });
  });
});

test('a server that ends on its own is reported once, with its log file', async () => {
  const lines: string[] = [];
  const stack = await startLocalStack({
    homeDir: HOME_DIR,
    parts: ['redis'],
    log: (line) => lines.push(line),
  });
  const redis = stack.servers.redis as LocalServer;
  process.kill(redis.pid, 'SIGKILL');
  await waitFor(() => lines.length === 2, { deadlineMs: 10_000, message: 'a line about it' });
  await stack.stop();
  expect(lines).toEqual([
    `redis is ready on port ${redis.port}`,
    `redis has ended (SIGKILL): see ${redis.logPath}`,
  ]);
});

describe('what goes wrong at the start', () => {
  test('a missing program is named together with the command that installs it', async () => {
    const homeDir = mkdtempSync(join(tmpdir(), 'forebay-home-'));
    const env = { ...process.env, PATH: homeDir };
    const { started } = await startParent({ homeDir, parts: ['kafka'] }, env);
    expect(started.error).toMatch(
      /Java 17 or newer .* is needed .* run `apt-get install -y openjdk-17-jre-headless`/,
    );
    expect(readdirSync(join(homeDir, 'stacks'))).toEqual([]);
    rmSync(homeDir, { recursive: true });
  });

  test('a server that ends is reported with its exit code and the end of its log, and the others are stopped', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'forebay-data-'));
    const options = { homeDir: HOME_DIR, dataDir, parts: ['queueRedis', 'clickhouse'] } as const;
    const healthy = await startLocalStack(options);
    await redisCall(healthy.queueRedisUrl, 'SET', 'a', '1');
    await healthy.stop();
    const manifest = join(dataDir, 'queueRedis', 'appendonlydir', 'appendonly.aof.manifest');
    writeFileSync(manifest, 'this is no manifest\n');

    const failure = await startLocalStack(options).catch((error: Error) => error);
    expect(failure).toMatchObject({ reason: 'unavailable' });
    expect((failure as Error).message).toMatch(
      /queueRedis ended while starting \(exit code 1\).*queueRedis\.log:\n[\s\S]*manifest/,
    );
    const again = await startLocalStack({ ...options, parts: ['clickhouse'] }); // the directory is free again
    await again.stop();
    rmSync(dataDir, { recursive: true });
  });
});
