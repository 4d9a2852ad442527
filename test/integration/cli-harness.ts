/** The real command as a child process, on servers and an empty ClickHouse database of the test file's own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ALL_PARTS, type Part } from '@forebay/local-stack';
import { HOME_DIR, sharedStack, uniqueName, useDatabase, useOwnStack } from '../support/stack';

const ROOT = resolve(__dirname, '..', '..');
const PROGRAM = join(ROOT, 'packages', 'cli', 'bin', 'forebay.js');

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Cli {
  readonly environment: Record<string, string>;
  /** Runs to the end; `input` is its standard input. */
  run(
    args: readonly string[],
    options?: { input?: string; environment?: Record<string, string> },
  ): Promise<Ended>;
  /** Runs with `--json`, fails unless it exits with 0, and reads what it printed. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the document that it asks for
  json(args: readonly string[], options?: { input?: string }): Promise<any>;
  /** Runs until it is stopped. */
  start(args: readonly string[]): ChildProcess;
  /** Writes a file and returns its path. */
  file(name: string, text: string): string;
}

const SERVICES = ['services/serving', 'services/stream', 'services/batch'];

/** `own`: the parts that are the file's own; the others are shared by all tests. `services`: they are run, too. */
export function useCli(options: { own: readonly Part[]; services?: boolean }): Cli {
  const database = useDatabase('cli');
  const parts = ALL_PARTS.filter((part) => options.own.includes(part));
  const own = useOwnStack({ parts });
  const parent = join(HOME_DIR, 'tests');
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, 'cli-'));
  beforeAll(async () => {
    // The child runs compiled code; up to date already, this takes a fraction of a second.
    const projects = ['packages/cli', ...(options.services ? SERVICES : [])];
    const build = ['node_modules/typescript/bin/tsc', '-b', ...projects];
    await promisify(execFile)(process.execPath, build, { cwd: ROOT }).catch((error: { stdout: string }) => {
      throw new Error(`compiling ${projects.join(', ')} failed:\n${error.stdout}`);
    });
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  const cli: Cli = {
    get environment() {
      return {
        PATH: process.env.PATH ?? '',
        FOREBAY_KAFKA_BROKERS: sharedStack.kafkaBrokers,
        FOREBAY_REDIS_URL: sharedStack.redisUrl,
        FOREBAY_QUEUE_REDIS_URL: sharedStack.queueRedisUrl,
        FOREBAY_CLICKHOUSE_URL: sharedStack.clickhouseUrl,
        FOREBAY_CLICKHOUSE_DATABASE: database.name,
        ...own.stack.environment(),
      };
    },
    run: (args, { input, environment } = {}) =>
      new Promise((end, reject) => {
        const child = spawn(process.execPath, [PROGRAM, ...args], {
          env: { ...cli.environment, ...environment },
        });
        let [out, err] = ['', ''];
        child.stdout.on('data', (chunk) => (out += chunk));
        child.stderr.on('data', (chunk) => (err += chunk));
        child.on('error', reject);
        child.on('close', (code) => end({ code: code ?? -1, out, err }));
        child.stdin.end(input ?? '');
      }),
    async json(args, more) {
      const { code, out, err } = await cli.run([...args, '--json'], more);
      if (code !== 0) throw new Error(`forebay ${args.join(' ')}: exit code ${code}\n${out}${err}`);
      return JSON.parse(out);
    },
    start: (args) =>
      spawn(process.execPath, [PROGRAM, ...args], {
        env: cli.environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    file(name, text) {
      const path = join(directory, name);
      writeFileSync(path, text);
      return path;
    },
  };
  return cli;
}

export interface OrdersOptions {
  readonly topic: string;
  /** Of the view's feature; its meaning. */
  readonly window?: string;
  readonly version?: number;
  /** A second view. */
  readonly withShops?: boolean;
  readonly field?: string;
  readonly maxClockSkew?: string;
}

/** A definitions file: orders by customer. */
export function ordersDefinitions({
  topic,
  window = '1h',
  version = 1,
  withShops = false,
  field = '',
  maxClockSkew = '5m',
}: OrdersOptions): string {
  return `
import { aggregationView, count, entity, eventSource, featureService, project, sum } from '@forebay/definitions';

const customer = entity({ name: 'customer', joinKeys: { customer: 'string' } });
const shop = entity({ name: 'shop', joinKeys: { shop: 'int32' } });
const orders = eventSource({
  name: 'orders',
  topic: '${topic}',
  fields: { time: 'timestamp', customer: 'string', shop: 'int32', price: 'double'${field} },
  eventTime: 'time',
  maxClockSkew: '${maxClockSkew}',
  partitions: 2,
});
const byCustomer = aggregationView({
  name: 'by_customer',
  version: ${version},
  entity: customer,
  source: orders,
  batch: { horizon: '72h', cutHop: '2h' },
  stream: { retention: '74h' },
  features: {
    orders_recent: count({ window: '${window}' }),
    spent_24h: sum('price', { window: '24h' }),
    orders_lifetime: count({ window: 'lifetime' }),
  },
});
const byShop = aggregationView({
  name: 'by_shop',
  entity: shop,
  source: orders,
  batch: { horizon: '72h', cutHop: '3h' },
  stream: { retention: '75h' },
  features: { orders_24h: count({ window: '24h' }) },
});
export default project({
  name: 'shopping',
  entities: [customer${withShops ? ', shop' : ''}],
  eventSources: [orders],
  aggregationViews: [byCustomer${withShops ? ', byShop' : ''}],
  featureServices: [featureService({ name: 'checkout', version: ${version}, features: [byCustomer] })],
});
`;
}

export { uniqueName };
