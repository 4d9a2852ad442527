import type { Readable } from 'node:stream';
import {
  type ClickHouseClient,
  ClickHouseError,
  type ClickHouseSettings,
  createClient,
} from '@clickhouse/client';
import { ForebayError } from '@forebay/contract';
import { CLUSTER_FACTS_SQL, CLUSTER_MACROS, CLUSTER_SETTINGS, onCluster } from './cluster';
import { quoteName } from './identifiers';

export interface OfflineStoreOptions {
  /** HTTP address of ClickHouse, such as `http://127.0.0.1:8123`. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Created if it does not exist. */
  readonly database: string;
  /** The name of the cluster that the server is one of; left out: it is the only one. */
  readonly cluster?: string | undefined;
  /** How long to try to connect at first; default 30 s. */
  readonly connectDeadlineMs?: number;
  /** The name of the setting that holds the URL, for messages; default `the ClickHouse URL`. */
  readonly setting?: string;
}

export type Parameters = Readonly<Record<string, unknown>>;

/** A connected offline store. Values reach a statement as bound parameters (`{name:Type}`) only. */
export interface OfflineStore {
  readonly database: string;
  /** The name of the cluster that statements are for; null: one server. */
  readonly cluster: string | null;
  /** How it was opened: another thread opens one of its own. */
  readonly options: OfflineStoreOptions;
  /** Runs a statement that has no result. @param queryId of two statements with the same one the second is refused while the first runs */
  command(
    query: string,
    parameters?: Parameters,
    settings?: ClickHouseSettings,
    queryId?: string,
  ): Promise<void>;
  /** All rows of a small result. 64-bit integers come as strings, so cast or convert them. */
  rows<Row>(query: string, parameters?: Parameters, settings?: ClickHouseSettings): Promise<Row[]>;
  /** Inserts a few rows of plain objects. */
  insertRows(table: string, rows: readonly object[]): Promise<void>;
  /** Sends bytes as the body of `INSERT … FORMAT …`. `signal` ends the waiting for the server's answer. */
  insertBytes(
    query: string,
    bytes: Readable,
    settings?: ClickHouseSettings,
    signal?: AbortSignal,
  ): Promise<void>;
  /** The bytes of a result; `query` ends with its FORMAT. `signal` ends the waiting for them, and the query with it. */
  stream(
    query: string,
    parameters?: Parameters,
    settings?: ClickHouseSettings,
    signal?: AbortSignal,
  ): Promise<ResultBytes>;
  close(): Promise<void>;
}

export interface ResultBytes {
  readonly bytes: Readable;
  /** What ClickHouse writes into the body before an error that comes after the first bytes; null: it cuts the connection instead. */
  readonly exceptionTag: string | null;
}

const DEFAULT_CONNECT_DEADLINE_MS = 30_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;
/** Statements may run for long (a load, a materialize run); a dead server is noticed by TCP keep-alive. */
const REQUEST_TIMEOUT_MS = 3_600_000;
/** AUTHENTICATION_FAILED, REQUIRED_PASSWORD, WRONG_PASSWORD, UNKNOWN_USER: trying again changes nothing. */
const AUTHENTICATION_CODES = new Set(['516', '194', '193', '192']);

/** Connects, with retries, and creates the database. Throws `unavailable` or `invalid_configuration`, without credentials. */
export async function openOfflineStore(options: OfflineStoreOptions): Promise<OfflineStore> {
  const connection = {
    url: options.url,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
  };
  const bootstrap = newClient(options, connection);
  try {
    await connect(bootstrap, options);
    if (options.cluster !== undefined) await checkCluster(bootstrap, options, options.cluster);
    const onServers = onCluster(options.cluster ?? null);
    await bootstrap.command({
      query: `CREATE DATABASE IF NOT EXISTS ${quoteName(options.database)}${onServers}`,
    });
  } finally {
    await bootstrap.close();
  }
  const settings = options.cluster === undefined ? {} : { clickhouse_settings: CLUSTER_SETTINGS };
  return storeOf(newClient(options, { ...connection, ...settings, database: options.database }), options);
}

/** Throws `invalid_configuration` if the server is not one of the cluster, or lacks what tables on it need. */
async function checkCluster(
  client: ClickHouseClient,
  options: OfflineStoreOptions,
  cluster: string,
): Promise<void> {
  const answer = await guarded(() =>
    client.query({ query: CLUSTER_FACTS_SQL, format: 'JSONEachRow', query_params: { cluster } }),
  );
  const [facts] = await answer.json<{ readonly servers: number; readonly macros: readonly string[] }>();
  if (facts === undefined || facts.servers === 0)
    throw new ForebayError(
      'invalid_configuration',
      `${placeOf(options)}: the server knows no cluster "${cluster}"; add it to its remote_servers, or correct the name of the cluster`,
    );
  const missing = CLUSTER_MACROS.filter((name) => !facts.macros.includes(name));
  if (missing.length > 0)
    throw new ForebayError(
      'invalid_configuration',
      `${placeOf(options)}: the server has no macro ${missing.join(', ')}, by which the tables of cluster "${cluster}" are told apart; give every server its macros`,
    );
}

function newClient(options: OfflineStoreOptions, connection: object): ClickHouseClient {
  try {
    return createClient({
      ...connection,
      application: 'forebay',
      request_timeout: REQUEST_TIMEOUT_MS,
      log: { level: 127 },
    });
  } catch (thrown) {
    throw new ForebayError('invalid_configuration', `${placeOf(options)}: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}

async function connect(client: ClickHouseClient, options: OfflineStoreOptions): Promise<void> {
  const deadlineMs = options.connectDeadlineMs ?? DEFAULT_CONNECT_DEADLINE_MS;
  const startedMs = performance.now();
  for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS)) {
    const ping = await client.ping({ select: true });
    if (ping.success) return;
    if (ping.error instanceof ClickHouseError && AUTHENTICATION_CODES.has(ping.error.code)) {
      throw new ForebayError(
        'invalid_configuration',
        `${placeOf(options)}: refused user "${options.username ?? 'default'}"; check the user name and the password`,
      );
    }
    if (performance.now() - startedMs + waitMs > deadlineMs) {
      throw new ForebayError(
        'unavailable',
        `${placeOf(options)}: not reachable for ${Math.round(deadlineMs / 1_000)} s (${messageOf(ping.error)}); start the server or correct the address`,
        { cause: ping.error },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

function storeOf(client: ClickHouseClient, options: OfflineStoreOptions): OfflineStore {
  return {
    database: options.database,
    cluster: options.cluster ?? null,
    options,
    async command(query, parameters = {}, settings = {}, queryId) {
      await guarded(() =>
        client.command({
          query,
          query_params: { ...parameters },
          clickhouse_settings: settings,
          ...(queryId === undefined ? {} : { query_id: queryId }),
        }),
      );
    },
    rows<Row>(query: string, parameters: Parameters = {}, settings: ClickHouseSettings = {}) {
      return guarded(async () => {
        const result = await client.query({
          query,
          format: 'JSONEachRow',
          query_params: { ...parameters },
          clickhouse_settings: settings,
        });
        return await result.json<Row>();
      });
    },
    async insertRows(table, rows) {
      await guarded(() =>
        client.insert({ table: quoteName(table), values: [...rows], format: 'JSONEachRow' }),
      );
    },
    async insertBytes(query, bytes, settings = {}, signal) {
      await guarded(async () => {
        const result = await client.exec({
          query,
          values: bytes,
          clickhouse_settings: settings,
          ...(signal === undefined ? {} : { abort_signal: signal }),
        });
        for await (const _ of result.stream); // the socket is released when the answer is read
      });
    },
    stream(query, parameters = {}, settings = {}, signal) {
      return guarded(async () => {
        const result = await client.exec({
          query,
          query_params: { ...parameters },
          clickhouse_settings: settings,
          ...(signal === undefined ? {} : { abort_signal: signal }),
        });
        const tag = result.response_headers['x-clickhouse-exception-tag'];
        return { bytes: result.stream, exceptionTag: typeof tag === 'string' ? tag : null };
      });
    },
    close: () => client.close(),
  };
}

async function guarded<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (thrown) {
    throw offlineError(thrown);
  }
}

/** Whether ClickHouse refused a statement for this reason. @param code its number, such as `60` */
export function isRefusedFor(code: string, thrown: unknown): boolean {
  const { cause } = thrown as Error;
  return cause instanceof ClickHouseError && cause.code === code;
}

/** An error of ClickHouse or of the connection to it, as ours; the code of ClickHouse stays in the message. */
export function offlineError(thrown: unknown): ForebayError {
  if (thrown instanceof ForebayError) return thrown;
  if (thrown instanceof ClickHouseError) {
    return new ForebayError(
      'internal',
      `clickhouse: ${thrown.type ?? 'error'} (code ${thrown.code}): ${thrown.message}`,
      { cause: thrown },
    );
  }
  return new ForebayError('unavailable', `clickhouse: ${messageOf(thrown)}`, { cause: thrown });
}

function placeOf(options: OfflineStoreOptions): string {
  return `clickhouse at ${withoutCredentials(options.url)} (${options.setting ?? 'the ClickHouse URL'})`;
}

/** Host and port only: a URL may carry a user and a password. */
export function withoutCredentials(url: string): string {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return 'an address that is no URL';
  }
}

function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return messageOf(thrown.errors[0]);
  return thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
}
