/** One running source: its worker, consumer, archiver and prober, put together. */
import { compileView } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import {
  DeadLetters,
  type EventLog,
  type EventRecord,
  ProgressProber,
  type RecordConsumer,
  type RecordProducer,
  type TopicPartition,
} from '@forebay/event-log';
import { archivedBeginnings, archivedUpTo, listLoads, type OfflineStore } from '@forebay/offline-store';
import {
  inEveryBucket,
  oldestProgress,
  type RedisConnection,
  raiseStreamMarker,
  removeViewMarkers,
  startStreamMarker,
} from '@forebay/online-store';
import type { Instruments, Logger } from '@forebay/service-kit';
import { Archiver } from './archiver';
import { Checkpoints } from './checkpoints';
import { ChunkReader } from './chunk-reader';
import { Flusher } from './flusher';
import { idsHeldFrom } from './ids-held-from';
import { SourceMetrics } from './source-metrics';
import { SourceState } from './source-state';
import { SourceWorker } from './source-worker';
import {
  completeSince,
  decideStart,
  describeCompleteness,
  partitionsMadeAnew,
  type StartFacts,
} from './start-point';
import type { TopicControl } from './topic-control';

/** Of the topic. Reading stops when it notices one that was made anew, so there is no other yet. */
const EPOCH = 0;
const TICK_MS = 250;
const PROBE_MS = 200;
const LAG_MS = 5_000;

export interface RuntimeOptions {
  readonly source: EventSource;
  /** Those that have a stream; none: the source is only archived. */
  readonly views: readonly AggregationView[];
  readonly redis: RedisConnection;
  readonly offline: OfflineStore;
  readonly eventLog: EventLog;
  readonly producer: RecordProducer;
  readonly instruments: Instruments;
  readonly logger: Logger;
  readonly clock: () => number;
  readonly group: string;
  readonly flushEveryMs: number;
  readonly maxStateBytes: number;
  readonly sessionTimeoutMs: number;
  readonly maxWaitMs: number;
  readonly onFatal: (error: ForebayError) => void;
}

export class SourceRuntime {
  readonly #options: RuntimeOptions;
  readonly #prober: ProgressProber;
  readonly #archiver: Archiver;
  readonly #worker: SourceWorker<EventRecord>;
  readonly #partitions: number;
  readonly #metrics: SourceMetrics;
  #joining: Promise<RecordConsumer> | null = null;
  #consumer: RecordConsumer | null = null;
  #timer: NodeJS.Timeout | null = null;
  #lagTimer: NodeJS.Timeout | null = null;
  #unwatch: (() => void) | null = null;

  private constructor(options: RuntimeOptions, partitions: number) {
    const { source, views, redis, offline, eventLog, logger, clock } = options;
    this.#options = options;
    this.#partitions = partitions;
    this.#prober = new ProgressProber({
      admin: eventLog.admin,
      topic: source.topic,
      intervalMs: PROBE_MS,
      now: clock,
      logger,
    });
    const metrics = new SourceMetrics(options.instruments, source.name, clock);
    this.#metrics = metrics;
    this.#archiver = new Archiver({
      store: offline,
      source,
      epoch: EPOCH,
      clock,
      onRetry: (error, attempt) =>
        logger.warn(
          { err: error, attempt },
          `source "${source.name}": the archive did not take a block; trying again`,
        ),
      onInserted: (_rows, seconds) => metrics.archiveInsert(seconds),
    });
    this.#worker = new SourceWorker<EventRecord>({
      name: source.name,
      sourceId: source.id,
      maxStalenessMs: source.maxStalenessMs,
      epoch: EPOCH,
      redis,
      state: new SourceState(
        views.map((view) => compileView(view, source)),
        redis.buckets,
      ),
      reader: new ChunkReader(source),
      flusher: new Flusher(redis),
      archiver: this.#archiver,
      checkpoint: new Checkpoints(redis, source.id, EPOCH),
      topic: this.#topicControl(),
      metrics,
      logger,
      clock,
      flushEveryMs: options.flushEveryMs,
      maxStateBytes: options.maxStateBytes,
      markStart: (facts) => this.#markStart(facts),
      archived: async () =>
        new Map(
          (await archivedUpTo(offline, source, EPOCH)).map((archived) => [archived.partition, archived]),
        ),
      madeAnew: async () =>
        partitionsMadeAnew(
          await archivedBeginnings(offline, source, EPOCH),
          source.maxClockSkewMs,
          (instantMs) => eventLog.admin.offsetsAt(source.topic, instantMs),
        ),
      decide: (facts) => decideStart(source, facts),
      idsHeldFrom: async () => {
        const reads = source.dedupeMs !== null;
        return idsHeldFrom(source, reads ? await oldestProgress(redis, source.id) : null, EPOCH);
      },
      onFatal: options.onFatal,
    });
  }

  /** Starts reading. Throws `failed_precondition` when the topic does not exist. */
  static async start(options: RuntimeOptions): Promise<SourceRuntime> {
    const partitions = await options.eventLog.admin.partitionCount(options.source.topic);
    if (partitions === null)
      throw new ForebayError(
        'failed_precondition',
        `source "${options.source.name}": there is no topic "${options.source.topic}"; run "forebay apply" again`,
      );
    const runtime = new SourceRuntime(options, partitions);
    await runtime.#begin();
    return runtime;
  }

  async #begin(): Promise<void> {
    const { source, eventLog, redis, group, logger, sessionTimeoutMs, maxWaitMs, onFatal } = this.#options;
    await this.#prober.probe();
    this.#unwatch = redis.onReconnect(() => this.#worker.reconnected());
    const consumer = eventLog.consume({
      groupId: `${group}.${source.topic}`,
      topics: [source.topic],
      sessionTimeoutMs,
      maxWaitMs,
      handlers: {
        onAssigned: (assigned) => this.#assigned(assigned),
        onRevoked: () => this.#worker.revoke(),
        onBatch: ({ partition, records, nextOffset }) =>
          this.#worker.process(partition, this.#positionOf(partition) ?? nextOffset, records, nextOffset),
        onOutOfRange: async ({ partition, offset, held }) => {
          throw new ForebayError(
            'failed_precondition',
            `topic "${source.topic}", partition ${partition}: position ${offset} is not in ${held.low} … ${held.high}: records were deleted before they were read`,
          );
        },
        onError: (error, { fatal }) => {
          if (fatal) onFatal(error);
          else logger.warn({ reason: error.reason }, `source "${source.name}": ${error.message}`);
        },
      },
    });
    this.#joining = consumer;
    this.#consumer = await consumer;
    this.#timer = setInterval(() => void this.#worker.tick(), TICK_MS);
    this.#lagTimer = setInterval(() => void this.#reportLag(), LAG_MS);
  }

  #positionOf(partition: number): number | null {
    return this.#consumer?.position(this.#options.source.topic, partition) ?? null;
  }

  async #assigned(assigned: readonly TopicPartition[]) {
    // nothing is delivered before the worker can seek
    this.#consumer = await this.#joining;
    const starts = await this.#worker.assign(assigned.map(({ partition }) => partition));
    return assigned.map(({ topic, partition }) => ({
      topic,
      partition,
      offset: starts.get(partition) as number,
    }));
  }

  /** Of the partitions that are assigned here. */
  async #reportLag(): Promise<void> {
    const { source, eventLog } = this.#options;
    const ends = await eventLog.admin.endOffsets(source.topic).catch(() => null);
    if (ends === null) return;
    let values = 0;
    let archive = 0;
    for (const [partition, stored] of this.#worker.stored) {
      const end = ends.get(partition) ?? 0;
      values += Math.max(0, end - stored);
      archive += Math.max(0, end - this.#archiver.archivedTo(partition));
    }
    this.#metrics.lag(values, archive);
  }

  #topicControl(): TopicControl<EventRecord> {
    const { source, eventLog, producer } = this.#options;
    const deadLetters = new DeadLetters(producer, 'stream');
    return {
      partitions: this.#partitions,
      seek: (partition, offset) => this.#consumer?.seek(source.topic, partition, offset) ?? false,
      position: (partition) => this.#positionOf(partition),
      bounds: () => eventLog.admin.watermarks(source.topic),
      commit: (offsets) =>
        this.#consumer?.commit(
          [...offsets].map(([partition, offset]) => ({ topic: source.topic, partition, offset })),
        ),
      sendDeadLetters: (partition, rejected) =>
        deadLetters.send(
          rejected.map(({ record, rejection }) => ({
            topic: source.topic,
            partition,
            record,
            source: source.name,
            reason: rejection.reason,
            message: rejection.message,
          })),
        ),
      arrivedBefore: (partition, offset) => this.#prober.observe(partition, offset),
    };
  }

  /** Gives each view that has none its stream marker. */
  async #markStart(ofBuckets: readonly StartFacts[]): Promise<void> {
    const { source, views, offline, redis, clock, logger } = this.#options;
    const loads = await listLoads(offline, source);
    const loadedUntilMs = loads.length === 0 ? null : Math.max(...loads.map((load) => load.completeUntilMs));
    const nowMs = clock();
    for (const view of views) {
      const started = await inEveryBucket(redis, async (bucket) => {
        const facts = ofBuckets[bucket] as StartFacts;
        const completeSinceMs = completeSince(view, source, { ...facts, nowMs, loadedUntilMs });
        // after a loss of the checkpoint a topic that lacks its beginning raises the marker that is there
        const start = facts.lostBeginning ? raiseStreamMarker : startStreamMarker;
        return (await start(redis, bucket, view.id, { completeSinceMs })) ? [completeSinceMs] : [];
      });
      const sinceMs = started.flat();
      if (sinceMs.length > 0) logger.info(describeCompleteness(view, Math.max(...sinceMs)));
    }
  }

  /** The store dropped values by itself: nothing is complete any more, so the views' markers begin anew. */
  async valuesWereLost(): Promise<void> {
    const { redis, views } = this.#options;
    for (const view of views)
      await inEveryBucket(redis, (bucket) => removeViewMarkers(redis, bucket, view.id));
    this.#worker.reconnected();
  }

  /** Stops reading, stores what was applied, empties the archiver. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    if (this.#lagTimer !== null) clearInterval(this.#lagTimer);
    this.#unwatch?.();
    try {
      await this.#worker.stop();
    } finally {
      await this.#consumer?.stop();
      await this.#prober.stop();
      await this.#archiver.close();
    }
  }
}
