import { connectEventLog, type EventLog } from '@forebay/event-log';
import { checkQueueServer, JobQueue } from '@forebay/jobs';
import { type ObjectStore, openObjectStore } from '@forebay/object-store';
import { createMissingMetaTables, type OfflineStore, openOfflineStore } from '@forebay/offline-store';
import { connectRedis, type RedisConnection } from '@forebay/online-store';
import { connectWithRetry, readKafkaSecurity } from '@forebay/service-kit';
import { CLI_SETTINGS, type CliConfiguration } from './settings';

/** What goes wrong is thrown; the Kafka client's own lines are no part of a command's output. */
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** How long a command tries to reach a server. */
const CONNECT_WITHIN_MS = 8_000;

/** The servers of an installation: each is connected when first asked for, and all are closed together. */
export class Servers {
  readonly #configuration: CliConfiguration;
  readonly #opened = new Map<string, Promise<{ close(): Promise<void> }>>();

  constructor(configuration: CliConfiguration) {
    this.#configuration = configuration;
  }

  /** The Redis with the features. Throws `unavailable` or `invalid_configuration`; so do the others. */
  redis(): Promise<RedisConnection> {
    return this.#once('redis', () =>
      connectRedis({
        url: this.#configuration.redisUrl,
        role: 'admin',
        setting: CLI_SETTINGS.redisUrl.env,
        connectWithinMs: CONNECT_WITHIN_MS,
      }),
    );
  }

  /** With all tables of Forebay's own: an earlier version, which applied what is there, may have known fewer. */
  offline(): Promise<OfflineStore> {
    return this.#once('offline', async () => {
      const store = await openOfflineStore({
        ...withCredentialsApart(this.#configuration.clickhouseUrl),
        database: this.#configuration.clickhouseDatabase,
        cluster: this.#configuration.clickhouseCluster,
        connectDeadlineMs: CONNECT_WITHIN_MS,
        setting: CLI_SETTINGS.clickhouseUrl.env,
      });
      await createMissingMetaTables(store).catch(async (thrown) => {
        await store.close();
        throw thrown;
      });
      return store;
    });
  }

  eventLog(): Promise<EventLog> {
    const brokers = this.#configuration.kafkaBrokers;
    const target = { what: 'Kafka', setting: CLI_SETTINGS.kafkaBrokers.env, url: brokers.join(',') };
    return this.#once('event log', async () => {
      const security = readKafkaSecurity(this.#configuration);
      return connectWithRetry({ ...target, deadlineMs: CONNECT_WITHIN_MS }, () =>
        connectEventLog({ brokers, security, clientId: 'forebay-cli', logger: SILENT }),
      );
    });
  }

  queue(): Promise<JobQueue> {
    return this.#once('queue', async () => {
      const server = { url: this.#configuration.queueRedisUrl, setting: CLI_SETTINGS.queueRedisUrl.env };
      await checkQueueServer(server);
      return new JobQueue(server);
    });
  }

  /** Of addresses that begin with s3://; it is reached when something is asked of it. */
  objects(): Promise<ObjectStore> {
    return this.#once('objects', () => openObjectStore(this.#configuration));
  }

  #once<T extends { close(): Promise<void> }>(name: string, open: () => Promise<T>): Promise<T> {
    const opened = this.#opened.get(name) ?? open();
    this.#opened.set(name, opened);
    return opened as Promise<T>;
  }

  /** Also closes what is still being connected. */
  async close(): Promise<void> {
    const opened = [...this.#opened.values()];
    this.#opened.clear();
    await Promise.allSettled(opened.map(async (server) => (await server).close()));
  }
}

/** ClickHouse's client wants the credentials beside the address. */
export function withCredentialsApart(text: string): { url: string; username?: string; password?: string } {
  const url = new URL(text);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  return {
    url: url.toString(),
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  };
}
