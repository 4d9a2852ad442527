/** Reads a topic for one view whose values are made anew, beside the common reading of its source; what Kafka has no more, from the archive. */
import { compileView } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import { type AggregationView, asRead } from '@forebay/definitions';
import type { EventRecord, LogConsumer, ReadableLog, RecordBatch, TopicPartition } from '@forebay/event-log';
import { archivedEvents, archivedOrigins, archivedUpTo } from '@forebay/offline-store';
import { NO_ARCHIVE } from './archiver';
import { CatchUpChunkReader, type CatchUpRecord } from './catch-up-records';
import { CatchUpCheckpoints } from './catch-up-starts';
import { archivedEnrichment } from './enrichment/event-enrichment';
import { Flusher } from './flusher';
import { OriginFences } from './rekeying/origin-fences';
import { RekeyedReader } from './rekeying/rekeyed-reader';
import { ReplayGate } from './replays';
import type { RuntimeOptions } from './source-runtime-options';
import { SourceState } from './source-state';
import { SourceTopics, spanOf } from './source-topics';
import { SourceWorker } from './source-worker';
import { archiveEnd } from './start-point';
import type { FoundStarts, StartPoint } from './start-points';
import type { TopicControl } from './topic-control';

/** Fences carry no epoch of their own: see `docs/CODEC.md`. */
const FENCE_EPOCH = 0;
const TICK_MS = 250;

export interface CatchUpReaderOptions {
  readonly runtime: Omit<RuntimeOptions, 'onFatal' | 'views' | 'producer' | 'instruments' | 'eventLog'> & {
    /** With offsets as they are kept. */
    readonly eventLog: ReadableLog;
  };
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
  readonly #topics: SourceTopics;
  readonly #worker: SourceWorker<CatchUpRecord>;
  #joining: Promise<LogConsumer> | null = null;
  #consumer: LogConsumer | null = null;
  #timer: NodeJS.Timeout | null = null;
  #unwatch: (() => void) | null = null;
  #ended = false;

  private constructor(options: CatchUpReaderOptions) {
    this.#options = options;
    this.#topics = new SourceTopics(asRead(options.runtime.source), options.runtime.eventLog.admin);
    const { view, partitions } = options;
    const {
      source,
      lookUps,
      redis,
      offline,
      logger,
      clock,
      flushEveryMs,
      flushEvents,
      maxStateBytes,
      schemas,
    } = options.runtime;
    const fences = source.rekey === undefined ? null : new OriginFences();
    const chunks = new CatchUpChunkReader(asRead(source), schemas);
    const checkpoint = new CatchUpCheckpoints(redis, { sourceId: source.id, viewId: view.id });
    this.#worker = new SourceWorker<CatchUpRecord>({
      name: `${source.name}: ${view.name}@${view.version}`,
      sourceId: source.id,
      maxStalenessMs: source.maxStalenessMs,
      epoch: FENCE_EPOCH,
      redis,
      state: new SourceState([compileView(view, source)], redis.buckets, lookUps?.exactWithinMs),
      reader: fences === null ? chunks : new RekeyedReader(chunks, fences),
      flusher: new Flusher(redis),
      archiver: NO_ARCHIVE,
      replays: new ReplayGate({ store: offline, source, clock, onDecided: () => {} }),
      enrichment: archivedEnrichment(options.runtime),
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
        return fences === null ? found : this.#behindArchive(found, fences);
      },
      // copies are told by all ids: progress is the common reading's, which is far ahead
      idsHeldFrom: async () => Number.NEGATIVE_INFINITY,
      onFatal: (error) => this.#end(error),
    });
  }

  /** Which copies of records were read is told by the archive: reading goes on from where it ends, if it is behind. */
  async #behindArchive(found: FoundStarts, fences: OriginFences): Promise<FoundStarts> {
    const { source, offline } = this.#options.runtime;
    const archived = new Map(
      (await archivedUpTo(offline, source, FENCE_EPOCH)).map((entry) => [entry.partition, entry]),
    );
    const bounds = await this.#topics.watermarks();
    const starts: StartPoint[] = [];
    for (const start of found.starts) {
      const { partition } = start;
      const low = bounds.get(partition)?.low ?? 0;
      const offset = Math.min(start.offset, archiveEnd(archived.get(partition), low) ?? low);
      fences.begin(partition, await archivedOrigins(offline, source, { partition, offset }));
      starts.push({ ...start, offset });
    }
    return { ...found, starts };
  }

  static async start(options: CatchUpReaderOptions): Promise<CatchUpReader> {
    const reader = new CatchUpReader(options);
    await reader.#begin();
    return reader;
  }

  async #begin(): Promise<void> {
    const { source, eventLog, redis, group, logger, sessionTimeoutMs, maxWaitMs } = this.#options.runtime;
    this.#unwatch = redis.onReconnect(() => this.#worker.reconnected());
    const consumer = eventLog.consume({
      groupId: `${group}.${this.#topics.names[0]}.view-${this.#options.view.id}`,
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
    const bounds = await this.#topics.watermarks();
    for (const number of numbers) await this.#readArchive(number, bounds.get(number)?.low ?? 0);
    return assigned.map((place) => ({
      ...place,
      offset: this.#worker.appliedTo(this.#topics.numberOf(place)) as number,
    }));
  }

  /** Applies what lies before the topic's first record. Throws `CatchUpEnded`, `unavailable`, or `failed_precondition` where the archive lacks it too. */
  async #readArchive(partition: number, low: number): Promise<void> {
    const { source, offline } = this.#options.runtime;
    const applied = () => {
      const at = this.#worker.appliedTo(partition);
      if (at !== null && !this.#ended) return at;
      throw new ForebayError(
        'unavailable',
        `source "${source.name}": the reading of the archive was overtaken`,
      );
    };
    while (applied() < low) {
      const from = applied();
      const archived = await archivedUpTo(offline, source, FENCE_EPOCH);
      const end = archiveEnd(
        archived.find((entry) => entry.partition === partition),
        low,
      );
      const held = archived.find((entry) => entry.partition === partition);
      if (held === undefined || end === null || end <= from || from < Math.min(held.first, held.last.from))
        throw new ForebayError(
          'failed_precondition',
          `source "${source.name}", partition ${partition}: records from ${from} on are neither in the topic, which begins at ${low}, nor in the archive`,
        );
      await this.#readArchived(partition, { from, to: Math.min(end, low) }, applied);
    }
  }

  async #readArchived(
    partition: number,
    { from, to }: { readonly from: number; readonly to: number },
    applied: () => number,
  ): Promise<void> {
    const { source, offline, flushEvents } = this.#options.runtime;
    const range = { partition, from, to, sinceMs: Number.NEGATIVE_INFINITY };
    let expected = from;
    for await (const events of archivedEvents(offline, source, range, flushEvents)) {
      const records = events.map(({ row, offset, arrivedAtMs, origin }) => ({
        value: null,
        ...(origin === undefined ? {} : { origin }),
        headers: {},
        row,
        offset,
        timestampMs: arrivedAtMs,
      }));
      const next = (events.at(-1)?.offset as number) + 1;
      await this.#worker.processPatiently(partition, expected, records, next);
      // a rewind has come in between: the range is asked for again
      if (applied() !== next) return;
      expected = next;
    }
    await this.#worker.processPatiently(partition, expected, NOTHING, to);
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

/** Reading goes on behind it. */
const NOTHING: readonly EventRecord[] = [];
