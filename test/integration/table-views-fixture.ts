/** A table view end to end: its ClickHouse table, runs at clocks of the test's own, and reads over gRPC. */
import { randomInt } from 'node:crypto';
import { firstTickOf, tickAt } from '@forebay/algebra';
import type { FeatureStatus, FeatureValue } from '@forebay/client';
import {
  encodeRegistry,
  type RegistrySnapshot,
  type TableField,
  type TableSource,
  type TableView,
} from '@forebay/definitions';
import type { OfflineStore } from '@forebay/offline-store';
import { loadRegistry, publishRegistry, type RedisConnection } from '@forebay/online-store';
import { rebuildTableValue, TableViewRun } from '@forebay/service-batch';
import { type RunToEnd, runToEnd } from '../support/run-view';
import { uniqueName } from '../support/stack';
import type { RunningService } from './serving-fixture';
import { type ProfileRow, tableView } from './table-fixture';

const metadata = { owner: 'tests', description: '', tags: {} };

/** Fields of every type, with their columns in ClickHouse. */
export const EVERY_TYPE: readonly (TableField & { readonly column: string })[] = [
  { name: 'flag', type: 'bool', column: 'Nullable(Bool)' },
  { name: 'rank', type: 'int32', column: 'Nullable(Int32)' },
  { name: 'total', type: 'int64', column: 'Nullable(Int64)' },
  { name: 'share', type: 'double', column: 'Nullable(Float64)' },
  { name: 'seen', type: 'timestamp', column: "Nullable(DateTime64(3, 'UTC'))" },
  { name: 'label', type: 'string', column: 'LowCardinality(Nullable(String))' },
  { name: 'flags', type: 'list<bool>', column: 'Array(Bool)' },
  { name: 'ranks', type: 'list<int32>', column: 'Array(Int32)' },
  { name: 'totals', type: 'list<int64>', column: 'Array(Int64)' },
  { name: 'shares', type: 'list<double>', column: 'Array(Float64)' },
  { name: 'days', type: 'list<timestamp>', column: 'Array(Date32)' },
  { name: 'labels', type: 'list<string>', column: 'Array(String)' },
  { name: 'embedding', type: 'vector<768>', column: 'Array(Float32)' },
];

export interface TableServers {
  readonly offline: OfflineStore;
  readonly redis: RedisConnection;
  readonly service: RunningService;
  /** The clock of the serving service. */
  readonly setClock: (nowMs: number) => void;
}

export interface TableAnswer {
  readonly values: Readonly<Record<string, FeatureValue>>;
  readonly statuses: Readonly<Record<string, FeatureStatus>>;
  readonly reason: string | null;
}

/** A project of one view, in the registry that the serving service reads. */
export class ServedTable {
  readonly view: TableView;

  private constructor(
    private readonly servers: TableServers,
    readonly source: TableSource,
    more: Partial<TableView>,
  ) {
    this.view = tableView(source, { name: uniqueName('profile'), ...more });
  }

  static async create(
    servers: TableServers,
    source: TableSource,
    more: Partial<TableView> = {},
  ): Promise<ServedTable> {
    const table = new ServedTable(servers, source, more);
    const stored = await loadRegistry(servers.redis);
    const version = (stored?.version ?? 0) + 1;
    const snapshot = encodeRegistry(registryOf(version, source, table.view));
    await publishRegistry(servers.redis, { version, snapshot }, stored?.version ?? 0);
    await table.#applied();
    return table;
  }

  /** The service takes a published registry over soon. */
  async #applied(): Promise<void> {
    for (let i = 0; i < 200; i++) {
      const seen = await this.read(['nobody'], 0).then(
        ({ length }) => length === 1,
        () => false,
      );
      if (seen) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('the serving service does not know the view');
  }

  run(
    qMs: number,
    more: Partial<RunToEnd> & { readonly source?: TableSource } = {},
    eventsPerChunk = 1_000_000,
  ): ReturnType<typeof runToEnd> {
    const { offline, redis } = this.servers;
    const dependencies = {
      offline,
      redis,
      clock: () => qMs,
      eventsPerChunk,
      onUnrecorded: (error: unknown) => {
        throw error;
      },
    };
    const { source = this.source, ...request } = more;
    return runToEnd(new TableViewRun(dependencies, { project: 'demo', view: this.view, source }), {
      cutMs: null,
      full: false,
      report: () => undefined,
      signal: new AbortController().signal,
      ...request,
    });
  }

  /** Makes the value of one entity anew. */
  rebuild(key: string, qMs: number): Promise<number> {
    const dependencies = { ...this.servers, clock: () => qMs, eventsPerChunk: 1_000_000 };
    const { view, source } = this;
    return rebuildTableValue(dependencies, { view, source, key }, new AbortController().signal);
  }

  /** What a model reads when the service's clock is so. */
  async read(users: readonly string[], nowMs: number): Promise<TableAnswer[]> {
    this.servers.setClock(nowMs);
    const answer = await this.servers.service.client.getOnlineFeatures({
      project: 'demo',
      features: this.view.features.map(({ name }) => ({
        view: this.view.name,
        version: this.view.version,
        feature: name,
      })),
      keys: { user: users },
    });
    return users.map((_, row) => ({
      values: answer.rows[row] as Record<string, FeatureValue>,
      statuses: answer.statuses(row),
      reason: answer.degraded.find((degradation) => degradation.row === row)?.reason.split(':')[0] ?? null,
    }));
  }

  /** When the clock of readers asks for a tick. */
  clockOf(tickMs: number): number {
    return tickMs + this.view.schedule.delayMs;
  }

  tickAt(nowMs: number): number {
    return tickAt(this.view.schedule, nowMs);
  }
}

/** The row that a tick sees, by plain reading; ties of both clocks may not be among the rows. */
export function rowAt(view: TableView, rows: readonly ProfileRow[], user: string, tickMs: number) {
  return rows
    .filter((row) => row.user === user && firstTickOf(view.schedule, row.at, row.known ?? row.at) <= tickMs)
    .sort((a, b) => b.at - a.at || (b.known ?? b.at) - (a.known ?? a.at))[0];
}

function registryOf(version: number, source: TableSource, view: TableView): RegistrySnapshot {
  const user = {
    id: randomInt(1_000_000, 2_000_000_000),
    name: 'user',
    joinKeys: [{ name: 'user', type: 'string' }],
    metadata,
  } as const;
  const demo = {
    name: 'demo',
    entities: [user],
    eventSources: [],
    joinedSources: [],
    sequenceSources: [],
    tableSources: [source],
    aggregationViews: [],
    tableViews: [view],
    onDemandViews: [],
    functions: [],
    featureServices: [],
  };
  return { version, appliedAtMs: 0, appliedBy: 'tests', projects: [demo], nextId: 2_000_000_001 };
}
