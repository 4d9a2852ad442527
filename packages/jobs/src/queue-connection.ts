import { ForebayError } from '@forebay/contract';
import type { ConnectionOptions } from 'bullmq';
import { Redis } from 'ioredis';

/** Where the queues live: a Redis of their own, since it must never evict and must survive restarts. */
export interface QueueServer {
  readonly url: string;
  /** The name of the setting that holds the URL, for messages. */
  readonly setting: string;
}

/** Keys of queues begin with it. */
export const QUEUE_PREFIX = 'forebay-jobs';

/** BullMQ's connection options of a URL; a blocking worker connection waits for its server for as long as it takes. */
export function bullConnection(server: QueueServer): ConnectionOptions {
  const url = parse(server);
  const database = url.pathname.slice(1);
  return {
    host: url.hostname,
    port: Number(url.port || 6379),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(database === '' ? {} : { db: Number(database) }),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
    maxRetriesPerRequest: null,
  };
}

function parse(server: QueueServer): URL {
  try {
    return new URL(server.url);
  } catch {
    throw new ForebayError(
      'invalid_configuration',
      `${server.setting} is not a URL such as redis://host:6379`,
    );
  }
}

/**
 * Checks that the queue server never evicts and keeps what it is told across restarts.
 * Throws `invalid_configuration`; warnings (no AOF) are returned.
 */
export async function checkQueueServer(server: QueueServer): Promise<string[]> {
  const url = parse(server);
  const client = new Redis(server.url, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
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
        `queue redis ${url.host}: maxmemory-policy is ${policy}, and queued jobs would vanish when memory is full; set it to noeviction, or point ${server.setting} at another server`,
      );
    }
    return /aof_enabled:1/.test(persistence)
      ? []
      : [
          `queue redis ${url.host}: appendonly is off, so queued jobs are lost when it restarts; set appendonly yes`,
        ];
  } catch (thrown) {
    if (thrown instanceof ForebayError) throw thrown;
    const cause: unknown = lost ?? thrown;
    throw new ForebayError(
      'unavailable',
      `queue redis ${url.host}: ${cause instanceof Error ? cause.message : String(cause)}; start the server, or correct ${server.setting}`,
      { cause },
    );
  } finally {
    client.disconnect();
  }
}
