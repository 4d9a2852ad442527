/** One installation of Forebay in a test: applied project, services as processes, and the truth to compare with. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyProject, loadIntoSource, readCliConfiguration, Servers } from '@forebay/cli';
import { connect, type FeatureClient, type FeatureValue, type OnlineFeatures } from '@forebay/client';
import {
  type AggregationView,
  compileProject,
  type EventSource,
  type Project,
  type ProjectDeclaration,
} from '@forebay/definitions';
import type { RecordProducer, TopicPartitionOffset } from '@forebay/event-log';
import type { Value } from '@forebay/expressions';
import type { Result } from '@forebay/jobs';
import { oldestCheckpoint } from '@forebay/online-store';
import { Redis } from 'ioredis';
import { Service, type ServiceEnvironment, type ServiceName, THIS_VERSION } from './service';
import { HOME_DIR, uniqueName } from './stack';
import { describeWrong, type Fields, Truth, type Wrong } from './truth';
import { waitFor } from './wait-for';

export interface Addresses {
  readonly kafkaBrokers: string;
  readonly redisUrl: string;
  readonly queueRedisUrl: string;
  readonly clickhouseUrl: string;
}

/** The shortest that there is: the partitions of a member that is killed wait for so long. */
const SESSION_TIMEOUT = '6s';
const SETTLE_WITHIN_MS = 20_000;
const MATERIALIZE_WITHIN_MS = 60_000;

/** A view of any kind, to be read. */
export interface ReadView {
  readonly name: string;
  readonly version: number;
  readonly features: readonly { readonly name: string }[];
}

export class Installation {
  readonly services: Service[] = [];
  readonly database = uniqueName('forebay');
  readonly environment: ServiceEnvironment;
  readonly servers: Servers;
  readonly truth: Truth;
  project: Project;
  /** What services are started from. */
  version = THIS_VERSION;
  #producer: RecordProducer | null = null;
  #client: FeatureClient | null = null;
  readonly #directory: string;
  #loads = 0;

  private constructor(
    addresses: Addresses,
    readonly declaration: ProjectDeclaration,
    truthOf: (project: Project) => EventSource,
  ) {
    this.environment = {
      FOREBAY_KAFKA_BROKERS: addresses.kafkaBrokers,
      FOREBAY_REDIS_URL: addresses.redisUrl,
      FOREBAY_QUEUE_REDIS_URL: addresses.queueRedisUrl,
      FOREBAY_CLICKHOUSE_URL: addresses.clickhouseUrl,
      FOREBAY_CLICKHOUSE_DATABASE: this.database,
      FOREBAY_STREAM_GROUP: uniqueName('group'),
      FOREBAY_STREAM_SESSION_TIMEOUT: SESSION_TIMEOUT,
    };
    this.servers = new Servers(readCliConfiguration(this.environment));
    this.project = compileProject(declaration);
    this.truth = new Truth(truthOf(this.project));
    mkdirSync(join(HOME_DIR, 'tests'), { recursive: true });
    this.#directory = mkdtempSync(join(HOME_DIR, 'tests', 'installation-'));
  }

  /**
   * Nothing is left of earlier tests: Redis is emptied, the database is new. Applied, with no service running.
   *
   * @param truthOf the source whose events the truth counts; the first event source if left out
   * @param apply records the declaration, and publishes it
   */
  static async create(
    addresses: Addresses,
    declaration: ProjectDeclaration,
    truthOf: (project: Project) => EventSource = ({ eventSources }) => eventSources[0] as EventSource,
    apply: (installation: Installation) => Promise<unknown> = (it) => it.apply(declaration),
  ): Promise<Installation> {
    const installation = new Installation(addresses, declaration, truthOf);
    await installation.sql(`CREATE DATABASE ${installation.database}`, 'default');
    for (const url of [addresses.redisUrl, addresses.queueRedisUrl]) await emptyRedis(url);
    await apply(installation);
    return installation;
  }

  get source(): EventSource {
    return this.project.eventSources[0] as EventSource;
  }

  view(name: string, version = 1): AggregationView {
    return this.project.aggregationViews.find(
      (view) => view.name === name && view.version === version,
    ) as AggregationView;
  }

  async apply(declaration: ProjectDeclaration): Promise<{ changed: boolean; republished: boolean }> {
    const applied = await applyProject(this.servers, compileProject(declaration), {
      appliedBy: 'test',
      clock: Date.now,
    });
    this.project = applied.snapshot.projects[0] as Project;
    return applied;
  }

  async start(name: ServiceName, more: ServiceEnvironment = {}): Promise<Service> {
    const service = await Service.start(name, { ...this.environment, ...more }, this.version);
    this.services.push(service);
    return service;
  }

  /** Writes events to the topic; they are part of the truth. */
  async send(events: readonly Fields[]): Promise<void> {
    this.count(events, await this.sendUncounted(events));
  }

  /** Writes events that are not part of the truth, or not yet. */
  async sendUncounted(events: readonly Fields[]): Promise<readonly TopicPartitionOffset[]> {
    const records = events.map((event) => ({
      topic: this.source.topic,
      key: String(event.account ?? ''),
      value: JSON.stringify(event),
    }));
    return (await this.producer()).send(records);
  }

  count(events: readonly Fields[], positions: readonly TopicPartitionOffset[]): void {
    for (const [i, { partition, offset }] of positions.entries())
      this.truth.sent(events[i] as Fields, partition, offset);
  }

  async producer(): Promise<RecordProducer> {
    this.#producer ??= await (await this.servers.eventLog()).producer();
    return this.#producer;
  }

  /** The next events are sent by a client that knows the topic as it is then. */
  async forgetProducer(): Promise<void> {
    await this.#producer?.close();
    this.#producer = null;
  }

  /** Loads a file of history; the archive is complete up to `untilMs` with it. */
  async load(events: readonly Fields[], untilMs: number): Promise<void> {
    await this.loadInto(this.source, events, untilMs);
    for (const [row, event] of events.entries()) this.truth.loaded(event, this.#loads, row);
  }

  /** Loads a file that is not part of the truth. */
  async loadInto(source: EventSource, events: readonly Fields[], untilMs: number): Promise<void> {
    const number = ++this.#loads;
    const file = join(this.#directory, `history-${number}.ndjson`);
    writeFileSync(file, events.map((event) => JSON.stringify(event)).join('\n'));
    await loadIntoSource(this.servers, this.project, source, {
      file,
      format: 'NDJSON',
      completeUntilMs: untilMs,
      clock: Date.now,
    });
  }

  /** Runs to the end; throws what the run failed with. */
  async materialize(name: string, version = 1): Promise<Result<'materialize'>> {
    const queue = await this.servers.queue();
    const run = await queue.add('materialize', {
      project: this.project.name,
      view: name,
      version,
      cut_ms: 0,
      has_cut: false,
      requested_by: 'test',
    });
    return run.finished({ timeoutMs: MATERIALIZE_WITHIN_MS });
  }

  get client(): FeatureClient {
    const serving = this.services.find((service) => service.name === 'serving' && service.isRunning);
    if (serving === undefined) throw new Error('no serving service runs');
    this.#client ??= connect({ address: `127.0.0.1:${serving.ports.grpc}` });
    return this.#client;
  }

  read(
    view: ReadView,
    keys: readonly Record<string, Value>[],
    client = this.client,
  ): Promise<OnlineFeatures> {
    const names = Object.keys(keys[0] ?? {});
    const features = view.features.map((feature) => ({
      view: view.name,
      version: view.version,
      feature: feature.name,
    }));
    const columns = Object.fromEntries(names.map((name) => [name, keys.map((key) => key[name] as string)]));
    return client.getOnlineFeatures({ project: this.project.name, features, keys: columns });
  }

  /** What is not right now, over every entity of the view. */
  async wrong(view: AggregationView): Promise<Wrong[]> {
    const keys = this.truth.keys(this.project, view);
    return this.truth.wrong(view, keys, await this.read(view, keys));
  }

  /** The values of one entity by feature, as they are now. */
  async values(view: AggregationView, key: Record<string, Value>) {
    const answer = await this.read(view, [key]);
    return {
      values: answer.rows[0] as Record<string, FeatureValue>,
      statuses: answer.statuses(0),
      degraded: answer.degraded,
    };
  }

  /** Waits until every value of the views is the truth's. */
  async settled(
    views: readonly AggregationView[] = this.project.aggregationViews,
    deadlineMs = SETTLE_WITHIN_MS,
  ): Promise<void> {
    for (const view of views) {
      let wrong: readonly Wrong[] = [];
      const isRight = async () => {
        wrong = await this.wrong(view);
        return wrong.length === 0;
      };
      await waitFor(isRight, { deadlineMs, message: `view ${view.name} is right` }).catch((error: Error) => {
        const cause = error.cause instanceof Error ? `\n${error.cause.stack}` : '';
        throw new Error(
          [error.message + cause, describeWrong(wrong), ...this.services.map(({ log }) => log)].join('\n\n'),
        );
      });
    }
  }

  async sql(query: string, database = this.database): Promise<string> {
    const url = `${this.environment.FOREBAY_CLICKHOUSE_URL}/?database=${database}`;
    const response = await fetch(url, { method: 'POST', body: query });
    const text = await response.text();
    if (!response.ok) throw new Error(`${query}: ${text}`);
    return text.trim();
  }

  /** Records of the topic that are in the stored values, as the checkpoint says. */
  async checkpointed(): Promise<number> {
    const checkpoint = await oldestCheckpoint(await this.servers.redis(), this.source.id);
    return (checkpoint?.offsets ?? new Float64Array()).reduce((sum, offset) => sum + Math.max(0, offset), 0);
  }

  /** Waits until so many records are in the stored values. */
  async reached(records: number): Promise<void> {
    await waitFor(async () => (await this.checkpointed()) >= records, {
      deadlineMs: 30_000,
      message: `${records} records are in the values`,
    });
  }

  /** Records in the topic. */
  async topicSize(): Promise<number> {
    const ends = await (await this.servers.eventLog()).admin.endOffsets(this.source.topic);
    return [...ends.values()].reduce((sum, end) => sum + end, 0);
  }

  /** Stops what runs, and drops the database. */
  async close(): Promise<void> {
    this.#client?.close();
    for (const service of this.services) if (service.isRunning) await service.kill9();
    await this.#producer?.close().catch(() => undefined);
    await this.servers.close();
    await this.sql(`DROP DATABASE IF EXISTS ${this.database}`, 'default').catch(() => undefined);
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** A server, or every node of a cluster. */
async function emptyRedis(url: string): Promise<void> {
  const [protocol, servers = ''] = url.split('://');
  const urls = protocol === 'redis-cluster' ? servers.split(',').map((node) => `redis://${node}`) : [url];
  for (const one of urls) {
    const redis = new Redis(one);
    await redis.flushall().catch((error: Error) => {
      // a replica is emptied with its master
      if (!error.message.startsWith('READONLY')) throw error;
    });
    redis.disconnect();
  }
}

/** Whether the archive holds every record of the topic once, and nothing twice after merges. Refused records are in none. */
export async function archiveFacts(installation: Installation) {
  const { source } = installation;
  await installation.sql(`OPTIMIZE TABLE ${source.table} FINAL`);
  const [merged, final, positions] = await Promise.all([
    installation.sql(`SELECT count() FROM ${source.table} WHERE _log >= 8192`),
    installation.sql(`SELECT count() FROM ${source.table} FINAL WHERE _log >= 8192`),
    installation.sql(`SELECT uniqExact(_log, _offset) FROM ${source.table} WHERE _log >= 8192`),
  ]);
  return { merged: Number(merged), final: Number(final), positions: Number(positions) };
}
