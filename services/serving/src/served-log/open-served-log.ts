import type { ForebayError } from '@forebay/contract';
import {
  createMetaTables,
  type OfflineStore,
  openOfflineStore,
  PREDICTIONS_COLUMNS,
  PREDICTIONS_TABLE,
  RowLog,
  SERVED_LAYOUTS_COLUMNS,
  SERVED_LAYOUTS_TABLE,
  SERVED_VECTORS_COLUMNS,
  SERVED_VECTORS_TABLE,
} from '@forebay/offline-store';
import type { Configuration, Instruments, Logger } from '@forebay/service-kit';
import { LOG_SETTINGS, sharesOf } from './log-settings';
import { type RowSink, ServedLog } from './served-log';

export interface ServedLogDependencies {
  readonly logger: Logger;
  readonly instruments: Instruments;
  readonly registryVersion: () => number;
}

export interface OpenServedLog {
  readonly vectors: ServedLog;
  readonly predictions: RowSink;
  close(): Promise<void>;
}

/** Layouts are few and small. */
const LAYOUTS_MEMORY_BYTES = 1_024 * 1_024;
/** An attempt to connect; the rows wait, and there will be another. */
const CONNECT_DEADLINE_MS = 2_000;
/** A database that is away is not news more often. */
const WARN_EVERY_MS = 60_000;

/** null: it is not asked for. Serving does not wait for the database, nor need it: it is connected when there are rows. */
export function openServedLog(
  configuration: Configuration<typeof LOG_SETTINGS>,
  { logger, instruments, registryVersion }: ServedLogDependencies,
): OpenServedLog | null {
  const { logClickhouseUrl: url, clickhouseDatabase, logShare, logDrainDeadlineMs } = configuration;
  if (url === undefined) return null;
  const database = new LogDatabase(url, clickhouseDatabase, configuration.clickhouseCluster);
  const tables = new LogTables(configuration, () => database.store(), instruments, logger);
  return {
    vectors: new ServedLog({
      share: logShare,
      shares: sharesOf(configuration.logShares),
      vectors: tables.vectors,
      layouts: tables.layouts,
      registryVersion,
      onError: (error) => logger.error({ err: error }, 'served vectors could not be logged'),
    }),
    predictions: tables.predictions,
    async close() {
      await tables.close(logDrainDeadlineMs);
      await database.close();
    },
  };
}

/** The tables with what waits for them, and the metrics of all. */
class LogTables {
  readonly vectors: RowLog;
  readonly layouts: RowLog;
  readonly predictions: RowLog;
  readonly #all: readonly RowLog[];
  #warnedMs = Number.NEGATIVE_INFINITY;
  #lostAtTheEnd = 0;

  constructor(
    private readonly configuration: Configuration<typeof LOG_SETTINGS>,
    private readonly store: () => Promise<OfflineStore>,
    private readonly instruments: Instruments,
    private readonly logger: Logger,
  ) {
    const { logMemoryBytes } = configuration;
    this.vectors = this.#table(SERVED_VECTORS_TABLE, SERVED_VECTORS_COLUMNS, logMemoryBytes);
    this.layouts = this.#table(SERVED_LAYOUTS_TABLE, SERVED_LAYOUTS_COLUMNS, LAYOUTS_MEMORY_BYTES);
    this.predictions = this.#table(PREDICTIONS_TABLE, PREDICTIONS_COLUMNS, logMemoryBytes);
    this.#all = [this.vectors, this.layouts, this.predictions];
    instruments
      .gauge('forebay_served_log_memory_bytes')
      .observe(() => [[{}, this.#all.reduce((sum, { allocatedBytes }) => sum + allocatedBytes, 0)]]);
  }

  async close(withinMs: number): Promise<void> {
    await Promise.all(this.#all.map((log) => log.close(withinMs)));
    if (this.#lostAtTheEnd === 0) return;
    const rows = this.#lostAtTheEnd; // nobody reads the metric of a service that has stopped
    this.logger.warn({ rows }, 'the service stopped before rows of the log were inserted');
  }

  #table(table: string, columns: object, maxBytes: number): RowLog {
    const { instruments } = this;
    const labels = { table: table.replace('_forebay_', '') };
    const inserted = instruments.counter('forebay_served_log_rows_total');
    const dropped = instruments.counter('forebay_served_log_dropped_total');
    const failures = instruments.counter('forebay_served_log_insert_failures_total');
    return new RowLog({
      table,
      columns: Object.keys(columns),
      store: this.store,
      maxBytes,
      flushEveryMs: this.configuration.logFlushEveryMs,
      onInserted: (rows) => inserted.add(labels, rows),
      onLost: (rows, reason) => {
        dropped.add({ ...labels, reason }, rows);
        if (reason === 'shutdown') this.#lostAtTheEnd += rows;
      },
      onFailure: (error) => {
        failures.add(labels, 1);
        this.#warn(table, error);
      },
    });
  }

  #warn(table: string, error: ForebayError): void {
    if (performance.now() - this.#warnedMs < WARN_EVERY_MS) return;
    this.#warnedMs = performance.now();
    this.logger.warn({ err: error, table }, 'rows of the log wait to be inserted; trying again');
  }
}

/** Connected at the first use, and again after that failed. */
class LogDatabase {
  #store: Promise<OfflineStore> | null = null;

  constructor(
    private readonly url: string,
    private readonly database: string,
    private readonly cluster: string | undefined,
  ) {}

  store(): Promise<OfflineStore> {
    this.#store ??= this.#open().catch((thrown: unknown) => {
      this.#store = null;
      throw thrown;
    });
    return this.#store;
  }

  async close(): Promise<void> {
    const store = await this.#store?.catch(() => null);
    await store?.close();
  }

  async #open(): Promise<OfflineStore> {
    const store = await openOfflineStore({
      url: this.url,
      database: this.database,
      cluster: this.cluster,
      connectDeadlineMs: CONNECT_DEADLINE_MS,
      setting: LOG_SETTINGS.logClickhouseUrl.env,
    });
    try {
      await createMetaTables(store);
    } catch (thrown) {
      await store.close();
      throw thrown;
    }
    return store;
  }
}
