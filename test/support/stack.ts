import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import {
  ALL_PARTS,
  type LocalServer,
  type LocalStack,
  type LocalStackOptions,
  type Part,
  type RedisPersistence,
  startLocalStack,
} from '@forebay/local-stack';

export { waitFor } from './wait-for';

/** The project's `.forebay`, where the servers' programs are. */
export const HOME_DIR = resolve(__dirname, '..', '..', '.forebay');

/** Addresses of the servers that all integration tests share: use names of your own in them, and break nothing. */
export type SharedStack = Pick<LocalStack, 'kafkaBrokers' | 'redisUrl' | 'queueRedisUrl' | 'clickhouseUrl'>;

const VARIABLES = {
  kafkaBrokers: 'FOREBAY_KAFKA_BROKERS',
  redisUrl: 'FOREBAY_REDIS_URL',
  queueRedisUrl: 'FOREBAY_QUEUE_REDIS_URL',
  clickhouseUrl: 'FOREBAY_CLICKHOUSE_URL',
} as const;

function sharedAddress(name: keyof typeof VARIABLES): string {
  const address = process.env[VARIABLES[name]];
  if (address) return address;
  throw new Error(
    `${VARIABLES[name]} is not set: run with \`jest --selectProjects integration\`, which starts the servers`,
  );
}

export const sharedStack: SharedStack = {
  get kafkaBrokers() {
    return sharedAddress('kafkaBrokers');
  },
  get redisUrl() {
    return sharedAddress('redisUrl');
  },
  get queueRedisUrl() {
    return sharedAddress('queueRedisUrl');
  },
  get clickhouseUrl() {
    return sharedAddress('clickhouseUrl');
  },
};

/** A name that no other test has: `orders_3f9c01ab`. Fit for topics, tables, databases, groups, and Redis keys. */
export function uniqueName(prefix: string): string {
  return `${prefix}_${randomBytes(5).toString('hex')}`;
}

/** Servers of the test file's own, all of them or `parts`, to be broken at will. Started and stopped by the file's hooks. */
export function useOwnStack(options: LocalStackOptions = {}): { readonly stack: LocalStack } {
  let running: LocalStack | null = null;
  beforeAll(async () => {
    running = await startLocalStack({ homeDir: HOME_DIR, ...options });
  });
  afterAll(async () => {
    await running?.stop();
  });
  return {
    get stack() {
      if (running === null)
        throw new Error('the stack starts in beforeAll: use it in tests and in later hooks only');
      return running;
    },
  };
}

interface OwnServer {
  readonly url: string;
  readonly server: LocalServer;
}

/** A Redis of the test file's own. */
export function useOwnRedis(options: { persistence?: RedisPersistence } = {}): OwnServer {
  return useOwnServer('redis', { redisPersistence: options.persistence ?? 'none' });
}

/** A Redis Cluster of the test file's own, of three nodes; a node that is killed keeps its slots, and comes back with what is on disk. */
export function useOwnRedisCluster(options: { persistence?: RedisPersistence } = {}): {
  readonly url: string;
  readonly nodes: readonly LocalServer[];
} {
  const own = useOwnStack({
    parts: ['redis'],
    redisNodes: 3,
    redisPersistence: options.persistence ?? 'none',
  });
  return {
    get url() {
      return own.stack.redisUrl;
    },
    get nodes() {
      return own.stack.redisNodes;
    },
  };
}

/** A Kafka of the test file's own; its `url` is its broker. A restart after kill9() takes more than 10 seconds. */
export function useOwnKafka(): OwnServer {
  return useOwnServer('kafka', {});
}

/** A ClickHouse of the test file's own. */
export function useOwnClickHouse(): OwnServer {
  return useOwnServer('clickhouse', {});
}

function useOwnServer(part: Part, options: LocalStackOptions): OwnServer {
  const own = useOwnStack({ ...options, parts: ALL_PARTS.filter((other) => other === part) });
  return {
    get server() {
      return own.stack.servers[part] as LocalServer;
    },
    get url() {
      return this.server.url;
    },
  };
}

/** An empty ClickHouse database in the shared server for the test file, dropped after it. */
export function useDatabase(prefix = 'test'): { readonly name: string } {
  const name = uniqueName(prefix);
  beforeAll(() => clickhouseCommand(`CREATE DATABASE ${name}`));
  afterAll(() => clickhouseCommand(`DROP DATABASE IF EXISTS ${name}`));
  return { name };
}

async function clickhouseCommand(sql: string): Promise<void> {
  const response = await fetch(sharedStack.clickhouseUrl, { method: 'POST', body: sql });
  if (!response.ok) throw new Error(`${sql}: ${await response.text()}`);
  await response.arrayBuffer();
}
