/** One running joined or sequence source: reads the topics of its inputs once more, and counts what their events make. */
import { compileView, idsHeldFrom } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import { InputPartitions, type Pairing } from '@forebay/definitions';
import {
  keptLog,
  type LogConsumer,
  ProgressProber,
  type ReadableLog,
  type TopicPartition,
} from '@forebay/event-log';
import type { TopicEpoch } from '@forebay/offline-store';
import { checkpointKey, inEveryBucket, oldestProgress, removeViewMarkers } from '@forebay/online-store';
import { ArchiveReplay } from '../archive-replay';
import { NO_ARCHIVE } from '../archiver';
import { CatchUpChunkReader, type CatchUpRecord } from '../catch-up-records';
import { CatchUps } from '../catch-ups';
import { Checkpoints } from '../checkpoints';
import { NOTHING_ERASED } from '../erased-events';
import { Flusher } from '../flusher';
import { SourceReport } from '../observing/source-report';
import { beginOutputs, openOutputs } from '../output/open-outputs';
import { SourceMetrics } from '../source-metrics';
import type { RuntimeOptions } from '../source-runtime-options';
import { SourceState } from '../source-state';
import { SourceWorker } from '../source-worker';
import { checkTopicEpochs, enterTopicEpochs, epochsOf, type TopicEpochs } from '../topic-epoch-entry';
import { catchUpOfPairs } from './catch-up-of-pairs';
import { erasedOfInput } from './erased-of-input';
import { countPartitions, InputTopics } from './input-topics';
import { ARCHIVED_PAIR_STEP, JOIN_MARGIN_MS } from './pair-limits';
import { PairReader } from './pair-reader';
import { PairStarts } from './pair-starts';
import { pairedTopicControl } from './paired-topic-control';

const EPOCH = 0;
const TICK_MS = 250;
const PROBE_MS = 200;

export class PairedRuntime {
  readonly #options: RuntimeOptions;
  readonly #inputs: InputPartitions;
  readonly #topics: InputTopics;
  readonly #epochs: TopicEpochs;
  /** With offsets as they are kept. */
  readonly #log: ReadableLog;
  readonly #prober: ProgressProber;
  readonly #reader: PairReader;
  readonly #worker: SourceWorker<CatchUpRecord>;
  readonly #archive: ArchiveReplay;
  readonly #report: SourceReport;
  readonly #catchUps: CatchUps;
  readonly #outputs: ReturnType<typeof openOutputs>;
  /** Of each topic. */
  readonly #partitions: number;
  #joining: Promise<LogConsumer> | null = null;
  #consumer: LogConsumer | null = null;
  #timer: NodeJS.Timeout | null = null;
  #unwatch: (() => void) | null = null;
  #stopped = false;

  private constructor(
    options: RuntimeOptions,
    inputs: InputPartitions,
    partitions: number,
    epochs: TopicEpochs,
  ) {
    const { source, views, redis, logger, clock, schemas } = options;
    const eventLog = keptLog(options.eventLog, epochsOf(epochs));
    this.#options = options;
    this.#epochs = epochs;
    this.#log = eventLog;
    this.#inputs = inputs;
    this.#partitions = partitions;
    const topics = new InputTopics(inputs, eventLog.admin);
    this.#topics = topics;
    this.#prober = new ProgressProber({
      probe: async (clockMs) => ({ clockMs, ends: await topics.endOffsets() }),
      topic: topics.names.join(', '),
      intervalMs: PROBE_MS,
      now: clock,
      logger,
    });
    const metrics = new SourceMetrics(options);
    const layouts = views.map((view) => compileView(view, source));
    const state = new SourceState(layouts, redis.buckets, options.lookUps?.exactWithinMs);
    const allPartitions = partitions * topics.names.length;
    const heldFromMs = () => state.heldFromMs;
    this.#reader = new PairReader({
      source,
      inputs,
      readerOf: (input) => new CatchUpChunkReader(input, schemas),
      erasedOf: (input) => erasedOfInput(options, input),
      heldFromMs,
      readsAll: () => this.#worker.assigned.length === allPartitions,
      maxBytes: options.maxPairBytes,
    });
    const checkpoint = new Checkpoints(redis, (bucket) => checkpointKey(bucket, source.id));
    const topic = pairedTopicControl({ topics, prober: this.#prober, consumer: () => this.#consumer });
    const runtime = { ...options, eventLog };
    const starts = new PairStarts({
      ...runtime,
      checkTopics: () => checkTopicEpochs(eventLog, epochs),
      inputs,
      topics,
      checkpoint,
      topic,
      heldFromMs,
      reader: this.#reader,
    });
    this.#catchUps = new CatchUps({
      runtime,
      views,
      caughtUp: catchUpOfPairs({ runtime, inputs, topics, partitions: allPartitions }),
      partitions: () => this.#prober.partitions,
    });
    this.#outputs = openOutputs(options, topic, () => this.#worker.stored);
    this.#worker = new SourceWorker<CatchUpRecord>({
      name: source.name,
      sourceId: source.id,
      maxStalenessMs: source.maxStalenessMs,
      epoch: EPOCH,
      redis,
      state,
      reader: this.#reader,
      flusher: new Flusher(redis),
      // its events are made anew from the archives of the inputs whenever they are asked for
      archiver: NO_ARCHIVE,
      // a dead letter that comes again makes pairs by its id
      replays: { admit: async (_origins, read) => read },
      erased: { ...NOTHING_ERASED, refresh: () => this.#reader.refreshErased() },
      // its inputs are not
      enrichment: null,
      outputs: this.#outputs,
      checkpoint,
      topic,
      metrics,
      logger,
      clock,
      flushEveryMs: options.flushEveryMs,
      flushEvents: options.flushEvents,
      maxStateBytes: options.maxStateBytes,
      findStarts: async (assigned, kept) => beginOutputs(this.#outputs, await starts.find(assigned, kept)),
      idsHeldFrom: async () =>
        idsHeldFrom(source, await oldestProgress(redis, source.id), EPOCH) - JOIN_MARGIN_MS,
      onFatal: options.onFatal,
    });
    this.#archive = new ArchiveReplay({
      worker: this.#worker,
      topics,
      offline: options.offline,
      flushEvents: options.flushEvents,
      step: ARCHIVED_PAIR_STEP,
      isEnded: () => this.#stopped,
    });
    this.#report = new SourceReport({
      runtime: options,
      metrics,
      state,
      worker: this.#worker,
      ends: () => topics.endOffsets(),
      placeOf: (number) => topics.placeOf(number),
      archive: null,
      pairBytes: () => this.#reader.sizeBytes,
      catchUps: () => this.#catchUps.progress(),
    });
  }

  /** Starts reading. Throws `failed_precondition` where a topic does not exist, or the topics differ in their partitions. */
  static async start(options: RuntimeOptions): Promise<PairedRuntime> {
    const inputs = new InputPartitions(options.source.pairing as Pairing);
    const partitions = await countPartitions(options.eventLog, options.source.name, inputs);
    const epochs = new Map<string, TopicEpoch>();
    for (const source of inputs.sources)
      for (const [topic, epoch] of await enterTopicEpochs({ ...options, source })) epochs.set(topic, epoch);
    const runtime = new PairedRuntime(options, inputs, partitions, epochs);
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
    await this.#prober.probe();
    this.#unwatch = redis.onReconnect(() => this.#worker.reconnected());
    const consumer = this.#log.consume({
      groupId: `${group}.pairs.${source.id}`,
      // partitions of one number in topics of equally many go to one member
      topics: this.#topics.names,
      sessionTimeoutMs,
      maxWaitMs,
      handlers: {
        onAssigned: (assigned) => this.#assign(assigned),
        onRebalancing: () => this.#worker.settle(),
        onRevoked: (lost) => this.#worker.revoke(lost.map((place) => this.#topics.numberOf(place))),
        onBatch: ({ topic, partition, records, nextOffset }) => {
          const number = this.#topics.numberOf({ topic, partition });
          const from = this.#topics.position(this.#consumer, number) ?? nextOffset;
          return this.#worker.process(number, from, records, nextOffset);
        },
        onDoubt: () => checkTopicEpochs(this.#log, this.#epochs),
        onOutOfRange: async ({ topic, partition, offset, held }) => {
          await checkTopicEpochs(this.#log, this.#epochs);
          if (offset < held.low)
            throw new ForebayError(
              'unavailable',
              `topic "${topic}", partition ${partition}: records from ${offset} on were deleted; they are read from the archive`,
            );
          throw new ForebayError(
            'failed_precondition',
            `topic "${topic}", partition ${partition}: position ${offset} is not in ${held.low} … ${held.high}: Kafka lost records that were read; restore them, or delete the topic and make it anew`,
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

  async #assign(assigned: readonly TopicPartition[]) {
    // nothing is delivered before the worker can seek
    this.#consumer = await this.#joining;
    await this.#checkPartitions();
    this.#checkTogether(assigned);
    const numbers = assigned.map((place) => this.#topics.numberOf(place));
    await this.#worker.assign(numbers);
    await this.#archive.run(numbers);
    return assigned.map((place, i) => ({
      ...place,
      offset: this.#worker.appliedTo(numbers[i] as number) as number,
    }));
  }

  /** Throws `internal` if partners may be read by another process. */
  #checkTogether(assigned: readonly TopicPartition[]): void {
    const partitionsOf = (wanted: string) =>
      assigned.flatMap(({ topic, partition }) => (topic === wanted ? [partition] : [])).sort((a, b) => a - b);
    const [first = '', ...others] = this.#topics.names.map((topic) => partitionsOf(topic).join());
    if (others.every((each) => each === first)) return;
    throw new ForebayError(
      'internal',
      `source "${this.#options.source.name}": partitions of one number were given to several processes`,
    );
  }

  /** Events of a key that were produced before partitions were added lie in another partition than those after. */
  async #checkPartitions(): Promise<void> {
    const { source } = this.#options;
    const partitions = await countPartitions(this.#log, source.name, this.#inputs);
    if (partitions === this.#partitions) return;
    throw new ForebayError(
      'failed_precondition',
      `source "${source.name}": its topics have ${partitions} partitions, and had ${this.#partitions} when reading began; start the stream service again`,
    );
  }

  /** The store dropped values by itself: nothing is complete any more, so all views are made anew. */
  async valuesWereLost(): Promise<void> {
    const { redis, views } = this.#options;
    for (const view of views)
      await inEveryBucket(redis, (bucket) => removeViewMarkers(redis, bucket, view.id));
    this.#worker.reconnected();
  }

  /** Stops reading, and stores what was applied. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#unwatch?.();
    try {
      await this.#report.stop();
      await this.#catchUps.stop();
      await this.#worker.stop();
      await this.#outputs?.close();
    } finally {
      await this.#consumer?.stop();
      await this.#prober.stop();
    }
  }
}
