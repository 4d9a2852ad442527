/** Reads a topic for one view whose values are made anew, beside the common reading of its source; what Kafka has no more, from the archive. */
import { compileView } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import type { AggregationView } from '@forebay/definitions';
import type { LogConsumer, ReadableLog, RecordBatch, TopicPartition } from '@forebay/event-log';
import { ArchiveReplay } from './archive-replay';
import { NO_ARCHIVE } from './archiver';
import type { CatchUpRecord } from './catch-up-records';
import type { CaughtUpSource } from './catch-up-source';
import { CatchUpCheckpoints } from './catch-up-starts';
import { Flusher } from './flusher';
import type { RuntimeOptions } from './source-runtime-options';
import { SourceState } from './source-state';
import { type NumberedTopics, spanOf } from './source-topics';
import { SourceWorker } from './source-worker';
import type { TopicControl } from './topic-control';

/** Fences carry no epoch of their own: see `docs/CODEC.md`. */
const FENCE_EPOCH = 0;
const TICK_MS = 250;

export type CatchUpRuntime = Omit<
  RuntimeOptions,
  'onFatal' | 'views' | 'producer' | 'instruments' | 'eventLog'
> & {
  /** With offsets as they are kept. */
  readonly eventLog: ReadableLog;
};

export interface CatchUpReaderOptions {
  readonly runtime: CatchUpRuntime;
  readonly caughtUp: CaughtUpSource;
  readonly view: AggregationView;
  /** The numbers of those that there are. */
  readonly partitions: () => readonly number[];
  /** It has ended by itself: there is nothing to catch up any more, or it cannot go on. */
  readonly onEnded: (error: ForebayError) => void;
}

/** What the common reading has measured, sent to the dead letters and archived, is not again. */
const NO_METRICS = {
  chunk: () => {},
  counts: () => {},
  deadLetters: () => {},
  flush: () => {},
  delays: () => {},
  progress: () => {},
  rewind: () => {},
  schemaLookupFailed: () => {},
};

export class CatchUpReader {
  readonly #options: CatchUpReaderOptions;
  readonly #topics: NumberedTopics;
  readonly #worker: SourceWorker<CatchUpRecord>;
  readonly #archive: ArchiveReplay;
  #joining: Promise<LogConsumer> | null = null;
  #consumer: LogConsumer | null = null;
  #timer: NodeJS.Timeout | null = null;
  #unwatch: (() => void) | null = null;
  #ended = false;

  private constructor(options: CatchUpReaderOptions) {
    this.#options = options;
    const { view, partitions, caughtUp, runtime } = options;
    const { source, redis, logger, clock, flushEveryMs, flushEvents, maxStateBytes } = runtime;
    this.#topics = caughtUp.topics;
    const reading = caughtUp.open(() => this.#worker.assigned);
    const checkpoint = new CatchUpCheckpoints(redis, { sourceId: source.id, viewId: view.id });
    this.#worker = new SourceWorker<CatchUpRecord>({
      name: `${source.name}: ${view.name}@${view.version}`,
      sourceId: source.id,
      maxStalenessMs: source.maxStalenessMs,
      epoch: FENCE_EPOCH,
      redis,
      state: new SourceState([compileView(view, source)], redis.buckets, runtime.lookUps?.exactWithinMs),
      reader: reading.reader,
      flusher: new Flusher(redis),
      archiver: NO_ARCHIVE,
      replays: reading.replays,
      erased: reading.erased,
      enrichment: reading.enrichment,
      // what changes meanwhile is written when the common reading feeds the view again
      outputs: null,
      checkpoint,
      topic: this.#topicControl(partitions),
      metrics: NO_METRICS,
      logger,
      clock,
      flushEveryMs,
      flushEvents,
      maxStateBytes,
      findStarts: async (assigned, kept) => {
        const found = await checkpoint.findStarts(assigned, kept);
        return { ...found, starts: await reading.begin(found.starts, kept) };
      },
      // copies are told by all ids: progress is the common reading's, which is far ahead
      idsHeldFrom: async () => Number.NEGATIVE_INFINITY,
      onFatal: (error) => this.#end(error),
    });
    this.#archive = new ArchiveReplay({
      worker: this.#worker,
      topics: this.#topics,
      offline: runtime.offline,
      flushEvents,
      step: reading.archiveStep,
      isEnded: () => this.#ended,
    });
  }

  static async start(options: CatchUpReaderOptions): Promise<CatchUpReader> {
    const reader = new CatchUpReader(options);
    await reader.#begin();
    return reader;
  }

  async #begin(): Promise<void> {
    const { source, eventLog, redis, logger, sessionTimeoutMs, maxWaitMs } = this.#options.runtime;
    this.#unwatch = redis.onReconnect(() => this.#worker.reconnected());
    const consumer = eventLog.consume({
      groupId: `${this.#options.caughtUp.group}.view-${this.#options.view.id}`,
      topics: this.#topics.names,
      sessionTimeoutMs,
      maxWaitMs,
      handlers: {
        onAssigned: (assigned) => this.#assigned(assigned),
        onRebalancing: () => this.#worker.settle(),
        onRevoked: (lost) => this.#worker.revoke(lost.map((place) => this.#topics.numberOf(place))),
        onBatch: (batch) => this.#process(batch),
        onOutOfRange: async ({ topic, partition }) => {
          throw new ForebayError(
            'unavailable',
            `topic "${topic}", partition ${partition}: records were deleted meanwhile; they are read from the archive`,
          );
        },
        onError: (error, { fatal }) => {
          if (fatal) this.#end(error);
          else logger.warn({ reason: error.reason }, `source "${source.name}": ${error.message}`);
        },
      },
    });
    this.#joining = consumer;
    this.#consumer = await consumer;
    this.#timer = setInterval(() => void this.#worker.tick(), TICK_MS);
  }

  #process({ topic, partition, records, nextOffset }: RecordBatch): Promise<void> {
    const number = this.#topics.numberOf({ topic, partition });
    return this.#worker.process(number, this.#positionOf(number) ?? nextOffset, records, nextOffset);
  }

  #positionOf(partition: number): number | null {
    return this.#topics.position(this.#consumer, partition);
  }

  async #assigned(assigned: readonly TopicPartition[]) {
    this.#consumer = await this.#joining;
    const numbers = assigned.map((place) => this.#topics.numberOf(place));
    await this.#worker.assign(numbers);
    await this.#archive.run(numbers);
    return assigned.map((place) => ({
      ...place,
      offset: this.#worker.appliedTo(this.#topics.numberOf(place)) as number,
    }));
  }

  #topicControl(partitions: () => readonly number[]): TopicControl<CatchUpRecord> {
    const topics = this.#topics;
    return {
      get partitions() {
        return spanOf(partitions()).partitions;
      },
      // it tells no progress
      absent: [],
      seek: (partition, offset) => topics.seek(this.#consumer, partition, offset),
      pause: (partition) => topics.pause(this.#consumer, partition),
      resume: (partition) => topics.resume(this.#consumer, partition),
      position: (partition) => this.#positionOf(partition),
      bounds: () => topics.watermarks(),
      commit: () => {},
      sendDeadLetters: async () => {},
      arrivedBefore: () => null,
    };
  }

  #end(error: ForebayError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.onEnded(error);
  }

  async stop(): Promise<void> {
    this.#ended = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#unwatch?.();
    // what is not stored is read again, by whoever goes on
    await this.#worker
      .stop()
      .catch((error: unknown) => this.#options.runtime.logger.debug({ err: error }, 'a catch-up ended'));
    await this.#consumer?.stop();
  }
}
