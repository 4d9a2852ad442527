import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileView } from '@forebay/algebra';
import { HOUR_MS } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import { connectEventLog, type EventLog } from '@forebay/event-log';
import {
  ArchiveBlock,
  ArchiveWriter,
  applyEventSource,
  createMetaTables,
  loadHistory,
  type OfflineStore,
  openOfflineStore,
} from '@forebay/offline-store';
import { connectRedis, entityPartKey, PARTS, type RedisConnection } from '@forebay/online-store';
import { type SegmentsDependencies, SegmentsRun } from '@forebay/service-batch';
import { type RunToEnd, runToEnd } from '../support/run-view';
import { sharedStack, uniqueName } from '../support/stack';
import { decodeBatchList } from './offline-store-decoder';
import { aggregationView, eventSource, lifetime, sliding } from './offline-store-fixtures';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const BUCKET = 0;

/** An event: who, when. */
export type Visit = readonly [user: string, atMs: number];

/** A source with its topic and archive, and a view that counts visits by user: over two days, and ever. */
export class Visits {
  readonly source: EventSource;
  readonly view: AggregationView;
  readonly #directory = mkdtempSync(join(tmpdir(), 'forebay-visits-'));
  #loads = 0;

  private constructor(
    readonly servers: Servers,
    more: Partial<AggregationView>,
  ) {
    this.source = eventSource(
      uniqueName('visits'),
      [
        { name: 'at', type: 'timestamp' },
        { name: 'user', type: 'string' },
      ],
      { archiveOrder: ['user'], partitions: 2 },
    );
    this.view = aggregationView(
      this.source,
      ['user'],
      [
        { operation: 'count', window: sliding(48 * HOUR_MS, HOUR_MS) },
        { operation: 'count', window: lifetime },
      ],
      { id: randomInt(1_000_000, 2_000_000_000), name: 'visits_of_user', ...more },
    );
  }

  static async create(servers: Servers, more: Partial<AggregationView> = {}): Promise<Visits> {
    const visits = new Visits(servers, more);
    const { topic, partitions } = visits.source;
    await applyEventSource(servers.offline, visits.source);
    await servers.eventLog.admin.ensureTopic(topic, { partitions });
    return visits;
  }

  async load(visits: readonly Visit[], completeUntilMs: number): Promise<void> {
    const file = join(this.#directory, `load-${++this.#loads}.ndjson`);
    writeFileSync(file, visits.map(([user, at]) => `${JSON.stringify({ user, at })}\n`).join(''));
    const { offline } = this.servers;
    await loadHistory(offline, {
      source: this.source,
      file,
      format: 'NDJSON',
      completeUntilMs,
      clock: Date.now,
    });
  }

  /** Produces the visits to partition 0, and archives nothing. */
  async produce(visits: readonly Visit[]): Promise<void> {
    const producer = await this.servers.eventLog.producer();
    const { topic } = this.source;
    await producer.send(
      visits.map(([user, at]) => ({ topic, partition: 0, key: user, value: JSON.stringify({ user, at }) })),
    );
    await producer.close();
  }

  /** Archives visits as the records of partition 0 from an offset on. */
  async archive(visits: readonly Visit[], from: number, knownAtMs = Date.now()): Promise<void> {
    const block = new ArchiveBlock(this.source);
    visits.forEach(([user, at], i) => {
      block.append([at, user], { log: 8_192, offset: from + i, knownAtMs, arrivedAtMs: knownAtMs });
    });
    const writer = new ArchiveWriter(this.servers.offline, this.source, 0, Date.now);
    await writer.insert(block, [{ partition: 0, from, to: from + visits.length }]);
  }

  /** A run of the view, step by step. */
  run(dependencies: Partial<SegmentsDependencies> = {}): SegmentsRun {
    return new SegmentsRun(this.dependencies(dependencies), {
      project: 'demo',
      view: this.view,
      source: this.source,
    });
  }

  dependencies(more: Partial<SegmentsDependencies> = {}): SegmentsDependencies {
    const { offline, redis, eventLog } = this.servers;
    return {
      offline,
      redis,
      topics: {
        watermarks: (topic) => eventLog.admin.watermarks(topic),
        copied: async () => new Map(),
      },
      clock: Date.now,
      archiveDeadlineMs: 20_000,
      eventsPerChunk: 1_000_000,
      onUnrecorded: (error) => {
        throw error;
      },
      ...more,
    };
  }

  materialize(
    dependencies: Partial<SegmentsDependencies> = {},
    request: Partial<RunToEnd> = {},
  ): ReturnType<typeof runToEnd> {
    return runToEnd(this.run(dependencies), {
      cutMs: null,
      full: false,
      report: () => undefined,
      signal: new AbortController().signal,
      ...request,
    });
  }

  /** What is stored of a user: the cut and the clock of the run that wrote it, and how many visits. */
  async stored(user: string): Promise<{ cutMs: number; qMs: number; visits: number } | null> {
    const value = await this.servers.redis.client.getBuffer(this.#key(user));
    if (value === null) return null;
    const { cutMs, qMs, segments } = decodeBatchList(value, compileView(this.view, this.source));
    return { cutMs, qMs, visits: segments.reduce((sum, { events }) => sum + events, 0) };
  }

  /** When the user's value dies. */
  expiresAtMs(user: string): Promise<number> {
    return this.servers.redis.client.pexpiretime(this.#key(user));
  }

  #key(user: string): string {
    return entityPartKey(BUCKET, this.view.id, PARTS.batch, user);
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true });
  }
}

export interface Servers {
  readonly offline: OfflineStore;
  readonly redis: RedisConnection;
  readonly eventLog: EventLog;
  close(): Promise<void>;
}

export async function connectServers(
  database: string,
  clickhouseUrl = sharedStack.clickhouseUrl,
): Promise<Servers> {
  const offline = await openOfflineStore({ url: clickhouseUrl, database });
  await createMetaTables(offline);
  const redis = await connectRedis({
    url: sharedStack.redisUrl,
    role: 'batch',
    setting: 'FOREBAY_REDIS_URL',
  });
  const brokers = sharedStack.kafkaBrokers.split(',');
  const eventLog = await connectEventLog({ brokers, clientId: 'tests', logger: silent });
  return {
    offline,
    redis,
    eventLog,
    async close() {
      await eventLog.close();
      await redis.close();
      await offline.close();
    },
  };
}
