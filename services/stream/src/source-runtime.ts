/** One running source: its worker, consumer, archiver and prober, put together. */
import { compileView, idsHeldFrom } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import { asRead, refuseSpread, topicsToMake } from '@forebay/definitions';
import {
  type EventRecord,
  keptLog,
  type LogConsumer,
  ProgressProber,
  type ReadableLog,
  type TopicPartition,
} from '@forebay/event-log';
import { archivedUpTo } from '@forebay/offline-store';
import { checkpointKey, inEveryBucket, oldestProgress, removeViewMarkers } from '@forebay/online-store';
import { Archiver, type EventArchive } from './archiver';
import { catchUpOfTopics } from './catch-up-of-topics';
import { CatchUps } from './catch-ups';
import { Checkpoints } from './checkpoints';
import { ENRICHED_FLUSH_MS, eventEnrichment } from './enrichment/event-enrichment';
import { ErasedEvents } from './erased-events';
import { Flusher } from './flusher';
import { loadedUntil } from './loaded-until';
import { SourceReport } from './observing/source-report';
import { beginOutputs, openOutputs } from './output/open-outputs';
import {
  checkInternalTopic,
  enterAllEpochs,
  type RekeyingOfSource,
  rekeyingOf,
} from './rekeying/rekeying-of-source';
import { ReplayGate } from './replays';
import { SourceMetrics } from './source-metrics';
import type { RuntimeOptions } from './source-runtime-options';
import { SourceState } from './source-state';
import { sourceTopicControl } from './source-topic-control';
import { SourceTopics } from './source-topics';
import { SourceWorker } from './source-worker';
import { decideStart, type PartitionFacts, type StartFacts } from './start-point';
import { findStartPoints } from './start-points';
import { checkTopicEpochs, epochsOf, type TopicEpochs, TopicMadeAnew } from './topic-epoch-entry';
import { TopicsReader } from './topics-reader';
import { prepareViews } from './view-standings';

/** Of fences, which need none: offsets carry the epoch of their topic. */
const EPOCH = 0;
const TICK_MS = 250;
const PROBE_MS = 200;
/** More than comes within a fetch's wait at most paces, so that time decides: a fetch costs more than the events in it. A backlog has it at once. */
const MIN_FETCH_BYTES = 262_144;

export class SourceRuntime {
  readonly #options: RuntimeOptions;
  readonly #topics: SourceTopics;
  readonly #epochs: TopicEpochs;
  /** With offsets as they are kept. */
  readonly #log: ReadableLog;
  readonly #prober: ProgressProber;
  readonly #archiver: EventArchive;
  readonly #worker: SourceWorker<EventRecord>;
  readonly #report: SourceReport;
  readonly #catchUps: CatchUps;
  readonly #outputs: ReturnType<typeof openOutputs>;
  /** null: the topic is read as it is. */
  readonly #rekeying: RekeyingOfSource | null;
  #joining: Promise<LogConsumer> | null = null;
  #consumer: LogConsumer | null = null;
  #timer: NodeJS.Timeout | null = null;
  #unwatch: (() => void) | null = null;

  private constructor(options: RuntimeOptions, epochs: TopicEpochs) {
    const { source, views, redis, offline, eventLog, logger, clock } = options;
    this.#options = options;
    this.#epochs = epochs;
    this.#log = keptLog(eventLog, epochsOf(epochs));
    const topics = new SourceTopics(asRead(source), this.#log.admin);
    this.#topics = topics;
    const rekeying = rekeyingOf({ ...options, eventLog: this.#log }, epochs);
    this.#rekeying = rekeying;
    this.#prober = new ProgressProber({
      probe: rekeying?.probe ?? (async (clockMs) => ({ clockMs, ends: await topics.endOffsets() })),
      topic: topics.names.join(', '),
      intervalMs: PROBE_MS,
      now: clock,
      logger,
    });
    const metrics = new SourceMetrics(options);
    const archiveWith = options.archiveWith ?? ((archiverOptions) => new Archiver(archiverOptions));
    this.#archiver = archiveWith({
      store: offline,
      source,
      epoch: EPOCH,
      clock,
      onRetry: (err, attempt) =>
        logger.warn({ err, attempt }, `source "${source.name}": the archive did not take a block; again`),
      onInserted: (_rows, seconds) => metrics.archiveInsert(seconds),
    });
    const checkpoint = new Checkpoints(redis, (bucket) => checkpointKey(bucket, source.id));
    const topic = sourceTopicControl({
      options,
      topics,
      prober: this.#prober,
      epochOf: epochsOf(epochs),
      consumer: () => this.#consumer,
    });
    const startPoints = {
      prepareViews: (facts: readonly StartFacts[]) =>
        prepareViews(
          { ...options, withinMs: 0, loadedUntilMs: () => loadedUntil(offline, topics.archives) },
          facts,
        ),
      archived: async () =>
        new Map(
          (await archivedUpTo(offline, source, EPOCH)).map((archived) => [archived.partition, archived]),
        ),
      checkTopic: () => checkTopicEpochs(eventLog, epochs),
      decide: (facts: PartitionFacts) => decideStart(asRead(source), facts),
    };
    const runtime = { ...options, eventLog: this.#log };
    this.#catchUps = new CatchUps({
      runtime,
      views,
      caughtUp: catchUpOfTopics(runtime, topics),
      partitions: () => this.#prober.partitions,
    });
    const layouts = views.map((view) => compileView(view, source));
    const enrichment = eventEnrichment(options, this.#archiver, metrics);
    this.#outputs = openOutputs(options, topic, () => this.#worker.stored);
    const state = new SourceState(layouts, redis.buckets, options.lookUps?.exactWithinMs);
    this.#worker = new SourceWorker<EventRecord>({
      name: source.name,
      sourceId: source.id,
      maxStalenessMs: source.maxStalenessMs,
      epoch: EPOCH,
      redis,
      state,
      reader: rekeying?.reader ?? new TopicsReader(source, options.schemas),
      flusher: new Flusher(redis),
      archiver: this.#archiver,
      replays: new ReplayGate({ store: offline, source, clock, onDecided: metrics.replays.bind(metrics) }),
      erased: new ErasedEvents({ store: offline, source, ways: options.entityKeys?.get(source.id) ?? [] }),
      enrichment,
      outputs: this.#outputs,
      checkpoint,
      topic,
      metrics,
      logger,
      clock,
      flushEveryMs: Math.max(options.flushEveryMs, enrichment === null ? 0 : ENRICHED_FLUSH_MS),
      flushEvents: options.flushEvents,
      maxStateBytes: options.maxStateBytes,
      findStarts: async (assigned, kept) => {
        const found = await findStartPoints({ ...startPoints, checkpoint, topic }, assigned, kept);
        const begins = await beginOutputs(this.#outputs, found);
        await rekeying?.begin(begins.starts);
        return begins;
      },
      idsHeldFrom: async () => {
        const reads = source.dedupeMs !== null;
        return idsHeldFrom(source, reads ? await oldestProgress(redis, source.id) : null, EPOCH);
      },
      onFatal: options.onFatal,
    });
    this.#report = new SourceReport({
      runtime: options,
      metrics,
      state,
      worker: this.#worker,
      ends: () => this.#endOffsets(),
      placeOf: (number) => topics.placeOf(number),
      archive: this.#archiver,
      ...(rekeying === null ? {} : { uncopied: () => rekeying.uncopied() }),
      catchUps: () => this.#catchUps.progress(),
    });
  }

  /** Starts reading. Throws `failed_precondition` when the topic does not exist. */
  static async start(options: RuntimeOptions): Promise<SourceRuntime> {
    const { source, views, eventLog } = options;
    let partitions = 0;
    for (const topic of topicsToMake(source)) {
      const count = await eventLog.admin.partitionCount(topic);
      if (count === null)
        throw new ForebayError(
          'failed_precondition',
          `source "${source.name}": there is no topic "${topic}"; run "forebay apply" again`,
        );
      if (topic === source.rekey?.topic) checkInternalTopic(source, source.rekey, count);
      else partitions += count;
    }
    for (const view of views) {
      const reason = refuseSpread(source, view.keyFields, source.rekey?.partitions ?? partitions);
      if (reason === null) continue;
      throw new ForebayError(
        'failed_precondition',
        `view "${view.name}", source "${source.name}": ${reason}`,
      );
    }
    const runtime = new SourceRuntime(options, await enterAllEpochs(options));
    try {
      await runtime.#begin();
    } catch (thrown) {
      // what has begun of it must not go on beside the next try
      await runtime.stop().catch(() => undefined);
      throw thrown;
    }
    return runtime;
  }

  async #begin(): Promise<void> {
    const { source, redis, group, logger, sessionTimeoutMs, maxWaitMs, onFatal } = this.#options;
    await this.#rekeying?.stage.start();
    await this.#prober.probe();
    this.#unwatch = redis.onReconnect(() => this.#worker.reconnected());
    const consumer = this.#log.consume({
      groupId: `${group}.${this.#topics.names[0]}`,
      topics: this.#topics.names,
      sessionTimeoutMs,
      maxWaitMs,
      minBytes: MIN_FETCH_BYTES,
      handlers: {
        onAssigned: (assigned) => this.#assigned(assigned),
        onRebalancing: () => this.#worker.settle(),
        onRevoked: (lost) => this.#worker.revoke(lost.map((place) => this.#topics.numberOf(place))),
        onBatch: ({ topic, partition, records, nextOffset }) => {
          const number = this.#topics.numberOf({ topic, partition });
          return this.#worker.process(number, this.#positionOf(number) ?? nextOffset, records, nextOffset);
        },
        onDoubt: () => checkTopicEpochs(this.#log, this.#epochs),
        onOutOfRange: async ({ topic, partition, offset, held }) => {
          await checkTopicEpochs(this.#log, this.#epochs);
          throw new ForebayError(
            'failed_precondition',
            `topic "${topic}", partition ${partition}: position ${offset} is not in ${held.low} … ${held.high}: records were deleted before they were read; run "forebay rebuild --source ${source.name}" and start again`,
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
    this.#report.start();
    this.#catchUps.start();
    this.#outputs?.start();
  }

  #positionOf(partition: number): number | null {
    return this.#topics.position(this.#consumer, partition);
  }

  async #assigned(assigned: readonly TopicPartition[]) {
    // nothing is delivered before the worker can seek
    this.#consumer = await this.#joining;
    const starts = await this.#worker.assign(assigned.map((place) => this.#topics.numberOf(place)));
    const startOf = (place: TopicPartition) => starts.get(this.#topics.numberOf(place)) as number;
    return assigned.map((place) => ({ ...place, offset: startOf(place) }));
  }

  /** Looks at the topics too: whether they are still the same. */
  #endOffsets(): Promise<ReadonlyMap<number, number>> {
    checkTopicEpochs(this.#log, this.#epochs).catch((error: unknown) => {
      if (error instanceof TopicMadeAnew) this.#options.onFatal(error);
    });
    return this.#topics.endOffsets();
  }

  /** The store dropped values by itself: nothing is complete any more, so all views are made anew. */
  async valuesWereLost(): Promise<void> {
    const { redis, views } = this.#options;
    for (const view of views)
      await inEveryBucket(redis, (bucket) => removeViewMarkers(redis, bucket, view.id));
    this.#worker.reconnected();
  }

  /** Stops reading, stores what was applied, empties the archiver. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#unwatch?.();
    try {
      await this.#report.stop();
      await this.#catchUps.stop();
      await this.#worker.stop();
      await this.#outputs?.close();
    } finally {
      await this.#consumer?.stop();
      await this.#rekeying?.stage.stop();
      await this.#prober.stop();
      await this.#archiver.close();
    }
  }
}
