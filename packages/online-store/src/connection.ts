import { ForebayError } from '@forebay/contract';
import { Redis } from 'ioredis';
import { isAccessRefused, redisError } from './redis-errors';
import { redisAddress } from './redis-url';
import { readEvictionFacts } from './server-info';

/** What a connection is for; it is the connection's name in CLIENT LIST. */
export type RedisRole = 'reads' | 'stream' | 'batch' | 'registry' | 'subscriber' | 'admin';

export interface RedisOptions {
  /** `redis://[user:password@]host:port[/db]`, or `rediss://` for TLS. */
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
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 1_000;
const RETRY_JITTER_MS = 50;
/** How long `close` waits for replies that are under way. */
const QUIT_WITHIN_MS = 1_000;
/** How long a connection that is being closed may take to say goodbye. */
const DISCONNECT_WITHIN_MS = 200;

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

  /** @internal `client` is for this package only. */
  constructor(
    readonly client: Redis,
    readonly options: RedisOptions,
    /** `host:port`. */
    readonly server: string,
  ) {
    client.on('ready', () => {
      for (const listener of this.#reconnectListeners) listener();
    });
  }

  get isConnected(): boolean {
    return this.client.status === 'ready';
  }

  /** Calls `listener` after every reconnect, before any command of a later turn; returns how to stop that. */
  onReconnect(listener: () => void): () => void {
    this.#reconnectListeners.add(listener);
    return () => this.#reconnectListeners.delete(listener);
  }

  /** Another connection to the same server. */
  duplicate(role: RedisRole): Promise<RedisConnection> {
    return connect({ ...this.options, role });
  }

  /** Throws `invalid_configuration` if the server would drop values by itself when its memory is full. */
  async checkNeverEvicts(): Promise<void> {
    const { policy } = await this.run('reading maxmemory-policy', () => readEvictionFacts(this.client));
    if (policy === null) {
      this.options.onWarning?.(
        `redis ${this.server}: neither INFO nor CONFIG is allowed, so nobody checks that maxmemory-policy is noeviction; allow INFO to this user`,
      );
    } else if (policy !== 'noeviction') {
      throw new ForebayError(
        'invalid_configuration',
        `redis ${this.server}: maxmemory-policy is ${policy}, and feature values would vanish when memory is full; ` +
          `set it to noeviction (CONFIG SET maxmemory-policy noeviction, and in the server's configuration), or point ${this.options.setting} at another server`,
      );
    }
  }

  /** Runs commands, and turns what they throw into a ForebayError that says `doing`. */
  async run<T>(doing: string, commands: () => Promise<T>): Promise<T> {
    try {
      return await commands();
    } catch (thrown) {
      throw redisError(thrown, this.server, doing);
    }
  }

  /** Waits for replies under way, but not long. */
  async close(): Promise<void> {
    this.#reconnectListeners.clear();
    if (!this.isConnected) {
      this.client.disconnect();
      return;
    }
    const ended = new Promise<void>((resolve) => this.client.once('end', resolve));
    const impatience = setTimeout(() => this.client.disconnect(), QUIT_WITHIN_MS);
    this.client.quit().catch(() => this.client.disconnect());
    await ended;
    clearTimeout(impatience);
  }
}

/**
 * Connects, trying again until the deadline, and checks that the server never evicts.
 * Throws `unavailable` (no connection in time) or `invalid_configuration` (the URL, the password, the eviction policy).
 */
export async function connectRedis(options: RedisOptions): Promise<RedisConnection> {
  const connection = await connect(options);
  try {
    await connection.checkNeverEvicts();
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}

async function connect(options: RedisOptions): Promise<RedisConnection> {
  const server = redisAddress(options.url, options.setting);
  const client = new Redis(options.url, {
    lazyConnect: true,
    connectionName: `forebay-${options.role}`,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // ioredis would leave the rejection unhandled when the connection breaks again at once: subscribers do it themselves
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    disconnectTimeout: DISCONNECT_WITHIN_MS,
    socketTimeout: options.stallTimeoutMs ?? DEFAULT_STALL_TIMEOUT_MS,
    retryStrategy: (attempt) =>
      Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LONGEST_RETRY_MS) + Math.random() * RETRY_JITTER_MS,
  });
  try {
    await ready(client, server, options);
  } catch (error) {
    client.disconnect();
    throw error;
  }
  return new RedisConnection(client, options, server);
}

/** The error listener stays for good: ioredis tells of each failed attempt, and keeps trying. */
function ready(client: Redis, server: string, options: RedisOptions): Promise<void> {
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
    client.on('error', (error: Error) => {
      last = error.message === '' ? String((error as NodeJS.ErrnoException).code) : error.message;
      if (!isAccessRefused(error)) return;
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
