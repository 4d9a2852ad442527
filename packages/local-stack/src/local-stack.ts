import { join } from 'node:path';
import { ForebayError } from '@forebay/contract';
import { clickhouseSpec } from './clickhouse/clickhouse-server';
import { Programs } from './install/programs';
import { kafkaSpec } from './kafka/kafka-server';
import { Reaper } from './process/reaper';
import { LocalServer, type ServerContext, type ServerSpec } from './process/server';
import { clusterUrl, formCluster } from './redis/redis-cluster';
import { redisSpec } from './redis/redis-server';
import { StackDirectory } from './stack-directory';
import {
  type LocalStackOptions,
  PARTS,
  type Part,
  type ResolvedOptions,
  resolveOptions,
} from './stack-options';

/** Real servers on 127.0.0.1. They end with this process, however it ends. */
export interface LocalStack {
  /** `host:port`. Throws `failed_precondition` when the part was not asked for; so do the three below. */
  readonly kafkaBrokers: string;
  /** `redis://…`, of a cluster `redis-cluster://…` with all nodes. */
  readonly redisUrl: string;
  readonly queueRedisUrl: string;
  readonly clickhouseUrl: string;
  /** The nodes of the Redis for features if it is a cluster, first those with slots, then their replicas; else none. */
  readonly redisNodes: readonly LocalServer[];
  /** The server processes that this stack runs; null for a part replaced by an address or not asked for, and for a cluster. */
  readonly servers: Readonly<Record<Part, LocalServer | null>>;
  /** Where data and logs are; null when nothing was started. */
  readonly dataDir: string | null;
  /** The addresses as environment variables, for a service's configuration; parts not asked for are left out. */
  environment(): Record<string, string>;
  /** Ends the servers and, unless it is to be kept, removes the data. Resolves when nothing is left. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts Kafka, two Redis servers and ClickHouse, or those of them that `options.env` names no address for; resolves when all
 * of them answer. Programs that are missing are downloaded the first time. When one part fails, all are stopped, and the first
 * failure is thrown.
 */
export async function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  const resolved = resolveOptions(options);
  const started = resolved.parts.filter((part) => resolved.addresses[part] === null);
  if (started.length === 0) return new RunningStack(resolved, {}, [], null, null);
  const directory = StackDirectory.open(resolved);
  const reaper = new Reaper();
  if (!directory.keep) reaper.removeAtEnd(directory.path);
  const context: ServerContext = { reaper, log: resolved.log };
  const servers: Partial<Record<Part, LocalServer>> = {};
  const redisNodes: LocalServer[] = [];
  const programs = new Programs(join(resolved.homeDir, 'tools'), resolved.log);
  const outcomes = await Promise.allSettled(
    started.map(async (part) => {
      if (part === 'redis' && resolved.redisNodes > 1) {
        await startCluster(redisNodes, directory, programs, resolved, context);
        return;
      }
      const server = await LocalServer.start(await specOf(part, directory, programs, resolved), context);
      resolved.log(`${server.name} is ready on port ${server.port}`);
      servers[part] = server;
    }),
  );
  const stack = new RunningStack(resolved, servers, redisNodes, directory, reaper);
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure === undefined) return stack;
  await stack.stop();
  throw ForebayError.from(failure.reason, 'starting the local stack');
}

/** `nodes` gets those that run, also when it fails. */
async function startCluster(
  nodes: LocalServer[],
  directory: StackDirectory,
  programs: Programs,
  { redisNodes, redisReplicas, redisPersistence: persistence, log }: ResolvedOptions,
  context: ServerContext,
): Promise<void> {
  const program = await programs.redis();
  for (let i = 0; i < redisNodes * (1 + redisReplicas); i++) {
    const name = `redis-${i}`;
    const common = { name, directory: directory.of(name), logPath: directory.logOf(name) };
    const spec = redisSpec({ ...common, program, persistence, isOfCluster: true });
    nodes.push(await LocalServer.start(spec, context));
  }
  await formCluster(nodes.slice(0, redisNodes), nodes.slice(redisNodes));
  log(`redis is ready, a cluster on ports ${nodes.map(({ port }) => port).join(', ')}`);
}

async function specOf(
  part: Part,
  directory: StackDirectory,
  programs: Programs,
  options: ResolvedOptions,
): Promise<ServerSpec> {
  const common = { directory: directory.of(part), logPath: directory.logOf(part) };
  switch (part) {
    case 'kafka':
      return kafkaSpec({
        ...common,
        classPath: await programs.kafka(),
        properties: options.kafkaProperties,
        formatArguments: options.kafkaFormatArguments,
      });
    case 'redis':
    case 'queueRedis': {
      const persistence = part === 'redis' ? options.redisPersistence : 'aof';
      return redisSpec({
        ...common,
        name: part,
        program: await programs.redis(),
        persistence,
      });
    }
    case 'clickhouse':
      return clickhouseSpec(common);
  }
}

class RunningStack implements LocalStack {
  readonly servers: Readonly<Record<Part, LocalServer | null>>;
  readonly #options: ResolvedOptions;
  readonly #directory: StackDirectory | null;
  readonly #reaper: Reaper | null;
  #stopping: Promise<void> | null = null;

  constructor(
    options: ResolvedOptions,
    servers: Partial<Record<Part, LocalServer>>,
    readonly redisNodes: readonly LocalServer[],
    directory: StackDirectory | null,
    reaper: Reaper | null,
  ) {
    this.#options = options;
    this.#directory = directory;
    this.#reaper = reaper;
    this.servers = { kafka: null, clickhouse: null, queueRedis: null, redis: null, ...servers };
  }

  get dataDir(): string | null {
    return this.#directory?.path ?? null;
  }

  get kafkaBrokers(): string {
    return this.#address('kafka');
  }

  get redisUrl(): string {
    return this.#address('redis');
  }

  get queueRedisUrl(): string {
    return this.#address('queueRedis');
  }

  get clickhouseUrl(): string {
    return this.#address('clickhouse');
  }

  environment(): Record<string, string> {
    return Object.fromEntries(this.#options.parts.map((part) => [PARTS[part].variable, this.#address(part)]));
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  #address(part: Part): string {
    const isCluster = part === 'redis' && this.redisNodes.length > 0;
    const own = isCluster ? clusterUrl(this.redisNodes) : this.servers[part]?.url;
    const address = this.#options.addresses[part] ?? own;
    if (address !== undefined) return address;
    throw new ForebayError(
      'failed_precondition',
      `the local stack has no ${part}: add it to \`parts\`, or set ${PARTS[part].variable}`,
    );
  }

  async #stop(): Promise<void> {
    const servers = [...Object.values(this.servers), ...this.redisNodes];
    await Promise.all(servers.map((server) => server?.terminate()));
    await this.#reaper?.close();
    this.#directory?.close();
  }
}
