import { join } from 'node:path';
import { ForebayError } from '@forebay/contract';
import { clickhouseSpec } from './clickhouse/clickhouse-server';
import { Programs } from './install/programs';
import { kafkaSpec } from './kafka/kafka-server';
import { Reaper } from './process/reaper';
import { LocalServer, type ServerContext, type ServerSpec } from './process/server';
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
  readonly redisUrl: string;
  readonly queueRedisUrl: string;
  readonly clickhouseUrl: string;
  /** The server processes that this stack runs; null for a part replaced by an address or not asked for. */
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
  if (started.length === 0) return new RunningStack(resolved, {}, null, null);
  const directory = StackDirectory.open(resolved);
  const reaper = new Reaper();
  if (!directory.keep) reaper.removeAtEnd(directory.path);
  const context: ServerContext = { reaper, log: resolved.log };
  const servers: Partial<Record<Part, LocalServer>> = {};
  const programs = new Programs(join(resolved.homeDir, 'tools'), resolved.log);
  const outcomes = await Promise.allSettled(
    started.map(async (part) => {
      const server = await LocalServer.start(await specOf(part, directory, programs, resolved), context);
      resolved.log(`${server.name} is ready on port ${server.port}`);
      servers[part] = server;
    }),
  );
  const stack = new RunningStack(resolved, servers, directory, reaper);
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure === undefined) return stack;
  await stack.stop();
  throw ForebayError.from(failure.reason, 'starting the local stack');
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
      return kafkaSpec({ ...common, classPath: await programs.kafka() });
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
    const address = this.#options.addresses[part] ?? this.servers[part]?.url;
    if (address !== undefined) return address;
    throw new ForebayError(
      'failed_precondition',
      `the local stack has no ${part}: add it to \`parts\`, or set ${PARTS[part].variable}`,
    );
  }

  async #stop(): Promise<void> {
    await Promise.all(Object.values(this.servers).map((server) => server?.terminate()));
    await this.#reaper?.close();
    this.#directory?.close();
  }
}
