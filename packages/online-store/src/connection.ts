import { ForebayError } from '@forebay/contract';
import type { Redis } from 'ioredis';
import { clusterClient, singleClient } from './clients';
import { ClusterLink } from './cluster-link';
import type { RedisLink } from './link';
import type { RawCommand } from './raw-command';
import { ReadCircuit } from './read-circuit';
import { isAccessRefused, redisError } from './redis-errors';
import { type RedisTarget, redisTarget } from './redis-url';
import { type EvictionFacts, readEvictionFacts } from './server-info';
import { SingleLink } from './single-link';

/** What a connection is for; it is the connection's name in CLIENT LIST. */
export type RedisRole = 'reads' | 'stream' | 'batch' | 'registry' | 'subscriber' | 'admin';

export interface RedisOptions {
  /** `redis://[user:password@]host:port[/db]`, or `redis-cluster://[user:password@]host:port,host:port`; `rediss` for TLS. */
  readonly url: string;
  readonly role: RedisRole;
  /** The name of the setting that holds the URL, for messages. */
  readonly setting: string;
  /** How long `connectRedis` tries; default 30 s. */
  readonly connectWithinMs?: number;
  /** A connection on which a command has been unanswered for so long is closed and opened again; default 10 s. */
  readonly stallTimeoutMs?: number;
  readonly onWarning?: (message: string) => void;
}

const DEFAULT_CONNECT_WITHIN_MS = 30_000;
const DEFAULT_STALL_TIMEOUT_MS = 10_000;
/** How long `close` waits for replies that are under way. */
const QUIT_WITHIN_MS = 1_000;
/** Those who write go back to a checkpoint when keys have moved; all others follow them. */
const WRITERS: ReadonlySet<RedisRole> = new Set(['stream', 'batch']);
/** Those who send single commands, which may be sent twice, wait a moment for a node of a cluster that is away. */
const PATIENT: ReadonlySet<RedisRole> = new Set(['registry', 'subscriber', 'admin']);

/**
 * One connection, which reconnects by itself.
 *
 * Nothing is queued while it is away and nothing is sent twice: a command fails at once when there is no connection,
 * and fails when the connection is lost before its reply (`maxRetriesPerRequest: 0`), when its effect is unknown.
 * A resent compare-and-set would do no harm, it conflicts with itself; but a silent resend would hide from the stream
 * that the server may have restarted and lost its last second, upon which it must go back to its checkpoint.
 */
export class RedisConnection {
  readonly #reconnectListeners = new Set<() => void>();
  /** By server. */
  readonly #circuits = new Map<string, ReadCircuit>();
  #takesReplies = false;

  /** @internal `link` is for this package only. */
  constructor(
    readonly link: RedisLink,
    readonly options: RedisOptions,
    /** `host:port`; of a cluster, those of the URL. */
    readonly server: string,
  ) {
    link.onBreak(() => {
      for (const listener of this.#reconnectListeners) listener();
    });
  }

  /** @internal For commands that are of no bucket. */
  get client(): Redis {
    return this.link.client;
  }

  /** Into so many buckets the entities are spread. */
  get buckets(): number {
    return this.link.buckets;
  }

  get isConnected(): boolean {
    return this.link.isConnected;
  }

  /**
   * Calls `listener` when the server may have lost what was written: after every reconnect, before any command of a later turn; of
   * a cluster also when the connection to a node is lost, and when keys have another server. Returns how to stop that.
   */
  onReconnect(listener: () => void): () => void {
    this.#reconnectListeners.add(listener);
    return () => this.#reconnectListeners.delete(listener);
  }

  /** Another connection to the same server. */
  duplicate(role: RedisRole): Promise<RedisConnection> {
    return connect({ ...this.options, role });
  }

  /**
   * Throws `invalid_configuration` if a server would drop values by itself when its memory is full, or is not of the kind that the
   * URL says. Of a cluster, nodes that do not answer are warned of.
   */
  async checkServers(): Promise<void> {
    const asked = this.link.masters().map(async (master) => {
      this.#checkServer(await readEvictionFacts(master), addressOf(master));
    });
    const outcomes = await this.run('reading maxmemory-policy', () => Promise.allSettled(asked));
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    const refusal = failures.find((failure) => failure instanceof ForebayError);
    if (refusal !== undefined) throw refusal;
    if (failures.length === outcomes.length && failures.length > 0)
      throw this.failure(failures[0], 'reading maxmemory-policy');
    for (const failure of failures)
      this.options.onWarning?.(this.failure(failure, 'reading maxmemory-policy').message);
  }

  #checkServer({ policy, isOfCluster }: EvictionFacts, server: string): void {
    const { setting, onWarning } = this.options;
    if (isOfCluster && this.buckets === 1) {
      throw new ForebayError(
        'invalid_configuration',
        `redis ${server} is a node of a cluster; write redis-cluster://${server} in ${setting}`,
      );
    }
    if (policy === null) {
      onWarning?.(
        `redis ${server}: neither INFO nor CONFIG is allowed, so nobody checks that maxmemory-policy is noeviction; allow INFO to this user`,
      );
    } else if (policy !== 'noeviction') {
      throw new ForebayError(
        'invalid_configuration',
        `redis ${server}: maxmemory-policy is ${policy}, and feature values would vanish when memory is full; ` +
          `set it to noeviction (CONFIG SET maxmemory-policy noeviction, and in the server's configuration), or point ${setting} at another server`,
      );
    }
  }

  /** @internal More will be sent in this turn of the event loop: all of it is written at its end. */
  holdWrites(): void {
    this.link.holdWrites();
  }

  /** @internal From now on answers to MGET are taken by a ReplyIntake. */
  takeReplies(): void {
    if (this.#takesReplies) return;
    this.#takesReplies = true;
    this.link.takeReplies();
  }

  /** @internal The server of a bucket, for its commands. Throws `unavailable`. */
  at(bucket: number): Redis {
    return this.link.at(bucket);
  }

  /** @internal */
  send(command: RawCommand, bucket: number): void {
    this.link.send(command, bucket);
  }

  /** @internal For reads of a bucket: that of its server, which answers in order. */
  circuitOf(bucket: number): ReadCircuit {
    const server = this.link.nameOf(bucket);
    const known = this.#circuits.get(server);
    if (known !== undefined) return known;
    const made = new ReadCircuit(server);
    this.#circuits.set(server, made);
    return made;
  }

  /** @internal What a command failed with, as a ForebayError that says `doing`. */
  failure(thrown: unknown, doing: string): ForebayError {
    this.link.noteFailure(thrown);
    return redisError(thrown, this.server, doing);
  }

  /** Runs commands, and turns what they throw into a ForebayError that says `doing`. */
  async run<T>(doing: string, commands: () => Promise<T>): Promise<T> {
    try {
      return await commands();
    } catch (thrown) {
      throw this.failure(thrown, doing);
    }
  }

  /** Waits for replies under way, but not long. */
  async close(): Promise<void> {
    this.#reconnectListeners.clear();
    if (!this.isConnected) {
      this.link.disconnect();
      return;
    }
    const ended = new Promise<void>((resolve) => this.client.once('end', resolve));
    const impatience = setTimeout(() => this.link.disconnect(), QUIT_WITHIN_MS);
    this.client.quit().catch(() => this.link.disconnect());
    await ended;
    clearTimeout(impatience);
  }
}

/**
 * Connects, trying again until the deadline, and checks that no server evicts.
 * Throws `unavailable` (no connection in time) or `invalid_configuration` (the URL, the password, the eviction policy).
 */
export async function connectRedis(options: RedisOptions): Promise<RedisConnection> {
  const connection = await connect(options);
  try {
    await connection.checkServers();
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}

async function connect(options: RedisOptions): Promise<RedisConnection> {
  const target = redisTarget(options.url, options.setting);
  const link = linkTo(target, options);
  try {
    await ready(link, target.server, options);
  } catch (error) {
    link.disconnect();
    throw error;
  }
  return new RedisConnection(link, options, target.server);
}

function linkTo({ server, cluster }: RedisTarget, options: RedisOptions): RedisLink {
  const { url, role, stallTimeoutMs = DEFAULT_STALL_TIMEOUT_MS } = options;
  const client = { name: `forebay-${role}`, stallTimeoutMs };
  if (cluster === null) return new SingleLink(singleClient(url, client), server);
  const isPatient = PATIENT.has(role);
  return new ClusterLink(
    clusterClient(cluster, { ...client, isPatient }),
    WRITERS.has(role) ? 'refuse' : 'follow',
    server,
  );
}

/** The error listener stays for good: ioredis tells of each failed attempt, and keeps trying. */
function ready({ client }: RedisLink, server: string, options: RedisOptions): Promise<void> {
  const withinMs = options.connectWithinMs ?? DEFAULT_CONNECT_WITHIN_MS;
  return new Promise((resolve, reject) => {
    let last = 'no answer';
    const timer = setTimeout(() => {
      reject(
        new ForebayError(
          'unavailable',
          `redis ${server}: no connection within ${withinMs} ms (${last}); start the server, or correct ${options.setting}`,
        ),
      );
    }, withinMs);
    client.on('error', (error: Error & { readonly lastNodeError?: Error }) => {
      const cause = error.lastNodeError ?? error;
      last = cause.message === '' ? String((cause as NodeJS.ErrnoException).code) : cause.message;
      if (!isAccessRefused(cause)) return;
      clearTimeout(timer);
      reject(
        new ForebayError(
          'invalid_configuration',
          `redis ${server} refuses the user or password: ${last}; correct ${options.setting}`,
        ),
      );
    });
    client.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
    client.connect().catch(() => undefined);
  });
}

const addressOf = ({ options: { host, port } }: Redis) => `${host}:${port}`;
