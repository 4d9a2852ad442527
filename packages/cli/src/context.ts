import { connectEventLog, type EventLog } from '@forebay/event-log';
import { MaterializeQueue } from '@forebay/jobs';
import { type OfflineStore, openOfflineStore } from '@forebay/offline-store';
import { connectRedis, type RedisConnection } from '@forebay/online-store';
import { CLI_SETTINGS, type CliConfiguration } from './settings';
import type { Output } from './output';

/** How long a command tries to reach a server. */
const CONNECT_WITHIN_MS = 10_000;

/** What a command works with: servers are connected when first asked for, and closed at the end. */
export class CommandContext {
  readonly #closers: (() => Promise<void>)[] = [];
  #redis: Promise<RedisConnection> | null = null;
  #offline: Promise<OfflineStore> | null = null;
  #eventLog: Promise<EventLog> | null = null;

  constructor(
    readonly configuration: CliConfiguration,
    readonly output: Output,
    readonly environment: Readonly<Record<string, string | undefined>>,
  ) {}

  redis(): Promise<RedisConnection> {
    this.#redis ??= connectRedis({ url: this.configuration.redisUrl, role: 'admin', setting: CLI_SETTINGS.redisUrl.env, connectWithinMs: CONNECT_WITHIN_MS }).then((redis) => this.#keep(redis));
    return this.#redis;
  }

  offline(): Promise<OfflineStore> {
    this.#offline ??= openOfflineStore({
      ...credentialsOf(this.configuration.clickhouseUrl),
      database: this.configuration.clickhouseDatabase,
      connectDeadlineMs: CONNECT_WITHIN_MS,
      setting: CLI_SETTINGS.clickhouseUrl.env,
    }).then((store) => this.#keep(store));
    return this.#offline;
  }

  eventLog(): Promise<EventLog> {
    this.#eventLog ??= connectEventLog({
      brokers: this.configuration.kafkaBrokers,
      clientId: 'forebay-cli',
      setting: CLI_SETTINGS.kafkaBrokers.env,
      connectDeadlineMs: CONNECT_WITHIN_MS,
    }).then((log) => this.#keep(log));
    return this.#eventLog;
  }

  queue(): MaterializeQueue {
    return this.#keep(new MaterializeQueue({ url: this.configuration.queueRedisUrl, setting: CLI_SETTINGS.queueRedisUrl.env }));
  }

  #keep<T extends { close(): Promise<void> }>(resource: T): T {
    this.#closers.push(() => resource.close());
    return resource;
  }

  async close(): Promise<void> {
    for (const close of this.#closers.reverse()) await close().catch(() => undefined);
  }
}

/** ClickHouse's client wants the credentials beside the address. */
function credentialsOf(text: string): { url: string; username?: string; password?: string } {
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
