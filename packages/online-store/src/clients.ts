import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { ClusterTarget } from './redis-url';
import { InletConnector } from './socket-inlet';

/** What ioredis is told, for one server and for each node of a cluster. */
export interface ClientOptions {
  readonly name: string;
  /** A connection on which a command has been unanswered for so long is closed and opened again. */
  readonly stallTimeoutMs: number;
}

/** ioredis makes it with all of its options. */
type ConnectorOption = NonNullable<RedisOptions['Connector']>;

const FIRST_RETRY_MS = 50;
/** A server that is back is found within a second. */
const LONGEST_RETRY_MS = 500;
const RETRY_JITTER_MS = 50;
/** How long a connection that is being closed may take to say goodbye. */
const DISCONNECT_WITHIN_MS = 200;
/** One that takes no connection, because its machine is gone, is asked again by a new attempt. */
const CONNECT_TIMEOUT_MS = 2_000;
/** Keys that move leave their server between two commands; a command that falls there is tried again so much later. */
const MOVING_RETRY_MS = 50;
/** A command for a node that is away is tried again so much later, up to 16 times. */
const AWAY_RETRY_MS = 250;
const SLOTS_EVERY_MS = 5_000;

const retryAfter = (attempt: number) =>
  Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LONGEST_RETRY_MS) + Math.random() * RETRY_JITTER_MS;

function commonOptions({ name, stallTimeoutMs }: ClientOptions) {
  return {
    connectionName: name,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_WITHIN_MS,
    socketTimeout: stallTimeoutMs,
  };
}

export function singleClient(url: string, options: ClientOptions): Redis {
  return new Redis(url, {
    ...commonOptions(options),
    lazyConnect: true,
    enableOfflineQueue: false,
    ...(url.startsWith('rediss:') ? {} : { Connector: InletConnector as ConnectorOption }),
    // ioredis would leave the rejection unhandled when the connection breaks again at once: subscribers do it themselves
    autoResubscribe: false,
    retryStrategy: retryAfter,
  });
}

/**
 * Commands whose connection is lost are not sent again, as with one server, unless somebody would rather wait than hear of it;
 * keys that have moved are followed.
 */
export function clusterClient(
  { nodes, tls, username, password }: ClusterTarget,
  options: ClientOptions & { readonly isPatient: boolean },
): Cluster {
  const retryMs = options.isPatient ? AWAY_RETRY_MS : 0;
  return new Cluster([...nodes], {
    lazyConnect: true,
    enableOfflineQueue: false,
    retryDelayOnFailover: retryMs,
    retryDelayOnClusterDown: retryMs,
    retryDelayOnTryAgain: MOVING_RETRY_MS,
    slotsRefreshInterval: SLOTS_EVERY_MS,
    clusterRetryStrategy: retryAfter,
    // certificates are of names: ioredis would look up addresses, and connect to these
    ...(tls
      ? { dnsLookup: (name: string, found: (error: null, address: string) => void) => found(null, name) }
      : {}),
    redisOptions: {
      ...commonOptions(options),
      ...(username === null ? {} : { username }),
      ...(password === null ? {} : { password }),
      ...(tls ? { tls: {} } : {}),
    },
  });
}
