import { ForebayError } from '@forebay/contract';
import { Redis } from 'ioredis';

/** Where the queues live: a Redis of their own, since it must never evict and must survive restarts. */
export interface QueueServer {
  readonly url: string;
  /** The name of the setting that holds the URL, for messages. */
  readonly setting: string;
}

/** Keys of queues begin with it. */
export const QUEUE_PREFIX = 'forebay-jobs';

const DEFAULT_PORT = 6_379;
/** How long a connection that is being closed may take to say goodbye. */
const DISCONNECT_WITHIN_MS = 200;
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 1_000;

/** Of a client that connects again by itself. */
export function connectionOptions(server: QueueServer) {
  const url = parse(server);
  const database = url.pathname.slice(1);
  return {
    host: url.hostname,
    port: Number(url.port || DEFAULT_PORT),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(database === '' ? {} : { db: Number(database) }),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
    disconnectTimeout: DISCONNECT_WITHIN_MS,
    retryStrategy: (attempt: number) => Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LONGEST_RETRY_MS),
  };
}

function parse(server: QueueServer): URL {
  const url = URL.canParse(server.url) ? new URL(server.url) : null;
  if (url !== null && (url.protocol === 'redis:' || url.protocol === 'rediss:')) return url;
  throw new ForebayError('invalid_configuration', `${server.setting} is not a URL such as redis://host:6379`);
}

/** What is wrong with the server, which of the settings names it, and what to do; without its password. */
export function queueError(server: QueueServer, thrown: unknown): ForebayError {
  if (thrown instanceof ForebayError) return thrown;
  const place = `queue redis ${parse(server).host}`;
  const detail =
    thrown instanceof Error
      ? thrown.message || String((thrown as NodeJS.ErrnoException).code)
      : String(thrown);
  return /^(WRONGPASS|NOAUTH|NOPERM)|without any password|invalid password|invalid username-password/i.test(
    detail,
  )
    ? new ForebayError(
        'invalid_configuration',
        `${place} refuses the user or password: ${detail}; correct ${server.setting}`,
        { cause: thrown },
      )
    : new ForebayError('unavailable', `${place}: ${detail}; start the server, or correct ${server.setting}`, {
        cause: thrown,
      });
}

/**
 * Checks that the queue server never evicts and keeps what it is told across restarts.
 * Throws `unavailable`, or `invalid_configuration`; warnings (no AOF) are returned.
 */
export async function checkQueueServer(server: QueueServer): Promise<string[]> {
  const { host } = parse(server);
  const client = new Redis(server.url, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    disconnectTimeout: DISCONNECT_WITHIN_MS,
    retryStrategy: () => null,
  });
  let lost: Error | null = null; // why there is no connection; what a command throws only says that there is none
  client.on('error', (error) => {
    lost = error;
  });
  try {
    await client.connect();
    const memory = await client.info('memory');
    const persistence = await client.info('persistence');
    const policy = /maxmemory_policy:(\S+)/.exec(memory)?.[1];
    if (policy !== undefined && policy !== 'noeviction') {
      throw new ForebayError(
        'invalid_configuration',
        `queue redis ${host}: maxmemory-policy is ${policy}, and queued jobs would vanish when memory is full; set it to noeviction, or point ${server.setting} at another server`,
      );
    }
    return /aof_enabled:1/.test(persistence)
      ? []
      : [
          `queue redis ${host}: appendonly is off, so queued jobs are lost when it restarts; set appendonly yes`,
        ];
  } catch (thrown) {
    throw queueError(server, thrown instanceof ForebayError ? thrown : (lost ?? thrown));
  } finally {
    client.disconnect();
  }
}
