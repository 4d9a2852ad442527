/** Where the reading of a joined or sequence source begins, and which of its views it feeds. */
import { ForebayError } from '@forebay/contract';
import type { AggregationView, EventSource, InputPartitions } from '@forebay/definitions';
import { isTopicBeginning, type ReadableLog } from '@forebay/event-log';
import {
  type ArchivedPartition,
  archivedBefore,
  archivedUpTo,
  type OfflineStore,
} from '@forebay/offline-store';
import {
  inEveryBucket,
  type RedisConnection,
  raiseViewMarkers,
  readViewStanding,
} from '@forebay/online-store';
import type { Logger } from '@forebay/service-kit';
import type { Checkpoints } from '../checkpoints';
import { loadedUntil } from '../loaded-until';
import type { NumberedTopics } from '../source-topics';
import { completeSince, decideStart, type PartitionFacts } from '../start-point';
import { type FoundStarts, findStartPoints, type StartPoint } from '../start-points';
import type { TopicControl } from '../topic-control';
import { prepareViews } from '../view-standings';
import type { PairReader } from './pair-reader';

/** Of archives, which need none: offsets carry the epoch of their topic. */
const EPOCH = 0;

export interface PairStartsOptions {
  readonly source: EventSource;
  readonly views: readonly AggregationView[];
  readonly inputs: InputPartitions;
  readonly topics: NumberedTopics;
  readonly checkpoint: Checkpoints;
  readonly topic: Pick<TopicControl<never>, 'partitions' | 'bounds'>;
  readonly offline: OfflineStore;
  readonly redis: RedisConnection;
  /** With offsets as they are kept. */
  readonly eventLog: ReadableLog;
  /** Throws `TopicMadeAnew` when a topic is another one than that which is being read. */
  readonly checkTopics: () => Promise<void>;
  readonly logger: Logger;
  readonly clock: () => number;
  /** The event time from which on events of the source are asked for; −∞: all. */
  readonly heldFromMs: () => number;
  readonly reader: Pick<PairReader, 'begin' | 'join' | 'canJoin'>;
}

export class PairStarts {
  readonly #withinMs: number;

  constructor(private readonly options: PairStartsOptions) {
    this.#withinMs = options.source.pairing?.definition.withinMs ?? 0;
  }

  /**
   * Reading begins where everything is that may still be part of a pair which is asked for, and no later than at the checkpoint. What
   * lies before that only finds pairs that the values hold already, which their ids tell. Values that were lost are made anew apart, as
   * those of other sources. Throws `failed_precondition` when records are lost for good, and `conflict` where partitions cannot be read
   * beside those that are kept.
   */
  async find(partitions: readonly number[], kept: ReadonlySet<number>): Promise<FoundStarts> {
    const { checkpoint, topic, topics, reader, checkTopics, offline } = this.options;
    if (kept.size > 0) this.#checkApart(partitions, kept);
    const found = await findStartPoints(
      {
        checkpoint,
        topic,
        checkTopic: checkTopics,
        archived: () => this.#archivedAndRead(kept),
        prepareViews: (facts) =>
          prepareViews(
            {
              ...this.options,
              withinMs: this.#withinMs,
              loadedUntilMs: () => loadedUntil(offline, topics.archives),
            },
            facts,
          ),
        decide: (facts) => this.#decide(facts),
      },
      partitions,
      kept,
    );
    const bounds = await topic.bounds();
    // what no view takes needs no partners
    const again = found.feeding.size === 0 ? null : await this.#readAgainFrom();
    const starts = found.starts.map((start): StartPoint => {
      const { low = 0 } = bounds.get(start.partition) ?? {};
      // of a topic that was made anew, what was read lies before all that it has
      const from = again === null ? start.offset : (again.get(start.partition) ?? low);
      const offset = Math.max(low, Math.min(start.offset, from));
      return { ...start, offset, archivedTo: offset };
    });
    const ends = starts.map(
      ({ partition, offset }) => [partition, offset, bounds.get(partition)?.high ?? offset] as const,
    );
    if (kept.size > 0) reader.join(ends);
    else reader.begin(ends);
    return { ...found, starts };
  }

  /** Throws `conflict` where partners of events that come were forgotten, or are read by the partitions that stay. */
  #checkApart(partitions: readonly number[], kept: ReadonlySet<number>): void {
    const { inputs, reader } = this.options;
    const groupOf = (number: number) => inputs.topicPlaceOf(number).partition;
    const groups = new Set([...kept].map(groupOf));
    if (reader.canJoin() && !partitions.some((number) => groups.has(groupOf(number)))) return;
    throw new ForebayError('conflict', 'what is held lacks partners of the partitions that come');
  }

  #decide({ partition: number, ...facts }: PartitionFacts): ReturnType<typeof decideStart> {
    const { inputs, source } = this.options;
    const { topic, partition } = inputs.topicPlaceOf(number);
    return decideStart({ ...source, topic }, { ...facts, partition, archivedTo: facts.checkpoint });
  }

  /**
   * What the archives have of partitions that were read for this source, as far as anything tells that. A partition without a
   * checkpoint whose topic has everything is read from its beginning, unless views of it are made anew apart: those of a source that
   * is new, or of a store that is empty, are complete without the archive.
   */
  async #archivedAndRead(kept: ReadonlySet<number>): Promise<ReadonlyMap<number, ArchivedPartition>> {
    const { inputs, offline, topic, checkpoint } = this.options;
    const archived = await inputs.byInput(async (input) => {
      const entries = await archivedUpTo(offline, input, EPOCH);
      return new Map(entries.map((entry) => [entry.partition, entry]));
    });
    if (await this.#areMadeAnew()) return archived;
    await checkpoint.read(kept);
    for (const [number, { low }] of await topic.bounds()) {
      const isWhole = isTopicBeginning(low) && (archived.get(number)?.first ?? low) >= low;
      if (isWhole && checkpoint.rangeOf(number).lowest === null) archived.delete(number);
    }
    return archived;
  }

  /** Whether a rebuild of each view has begun, everywhere. */
  async #areMadeAnew(): Promise<boolean> {
    const { views, redis, source } = this.options;
    const standings = await Promise.all(
      views.map(({ id }) =>
        inEveryBucket(redis, (bucket) =>
          readViewStanding(redis, bucket, { sourceId: source.id, viewId: id }),
        ),
      ),
    );
    return standings.flat().every(({ kind }) => kind === 'catching_up');
  }

  /** By partition, from where on a record may still be part of a pair; a partition that has none is missing where it is asked for all. */
  async #readAgainFrom(): Promise<ReadonlyMap<number, number>> {
    const { inputs, eventLog, heldFromMs } = this.options;
    const heldFrom = heldFromMs();
    if (heldFrom === Number.NEGATIVE_INFINITY) return new Map();
    const deleted: string[] = [];
    const again = await inputs.ask(async (topic, input, i) => {
      const fromMs = heldFrom - inputs.earlierMs(i) - input.maxClockSkewMs;
      // no record arrived before 1970
      const found = await eventLog.admin.offsetsAt(topic, Math.max(0, fromMs));
      deleted.push(...(await this.#deletedSince(topic, fromMs, found)));
      return found;
    });
    if (deleted.length > 0) await this.#tellDeleted(deleted);
    return again;
  }

  /** The partitions of which Kafka has deleted records that should be read again, in words. */
  async #deletedSince(
    topic: string,
    fromMs: number,
    found: ReadonlyMap<number, number>,
  ): Promise<readonly string[]> {
    const { offline, eventLog, topics } = this.options;
    const deleted: string[] = [];
    for (const [partition, { low }] of await eventLog.admin.watermarks(topic)) {
      if (isTopicBeginning(low) || found.get(partition) !== low) continue;
      const { source, partition: number } = topics.archiveOf(topics.numberOf({ topic, partition }));
      if (await archivedBefore(offline, source, { partition: number, offset: low, arrivedFromMs: fromMs }))
        deleted.push(`topic "${topic}", partition ${partition}: records before ${low}`);
    }
    return deleted;
  }

  /** Pairs may be missing: values are complete only after them. */
  async #tellDeleted(deleted: readonly string[]): Promise<void> {
    const { source, logger, views, redis, clock } = this.options;
    logger.warn(
      `source "${source.name}": ${deleted.join('; ')} were deleted, though their partners may still come; ` +
        'let Kafka keep records for longer than "within" and the allowed lateness together',
    );
    const facts = { resumed: true, untruncated: false, lostBeginning: false, lostValues: false };
    for (const view of views) {
      const terms = { ...facts, nowMs: clock(), loadedUntilMs: null, withinMs: this.#withinMs };
      const completeSinceMs = completeSince(view, source, terms);
      await inEveryBucket(redis, (bucket) => raiseViewMarkers(redis, bucket, view.id, { completeSinceMs }));
    }
  }
}
