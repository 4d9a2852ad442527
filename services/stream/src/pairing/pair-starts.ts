/** Where the reading of a joined or sequence source begins, and which of its views it feeds. */
import { ForebayError } from '@forebay/contract';
import type { AggregationView, EventSource, InputPartitions } from '@forebay/definitions';
import { isTopicBeginning, type ReadableLog } from '@forebay/event-log';
import {
  type ArchivedPartition,
  archivedUpTo,
  firstOffsetsArrived,
  type OfflineStore,
} from '@forebay/offline-store';
import {
  inEveryBucket,
  oldestProgress,
  type RedisConnection,
  raiseViewMarkers,
  readViewStanding,
} from '@forebay/online-store';
import type { Logger } from '@forebay/service-kit';
import { heldFrom } from '../catch-up-plan';
import type { Checkpoints } from '../checkpoints';
import { loadedUntil } from '../loaded-until';
import type { NumberedTopics } from '../source-topics';
import { completeSince, decideStart, type PartitionFacts } from '../start-point';
import { type FoundStarts, findStartPoints, type StartPoint } from '../start-points';
import type { TopicControl } from '../topic-control';
import { prepareViews } from '../view-standings';
import type { PairReader } from './pair-reader';

type Bounds = ReadonlyMap<number, { readonly low: number }>;

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
    const again = found.feeding.size === 0 ? null : await this.#readAgainFrom(bounds);
    const starts = found.starts.map((start): StartPoint => {
      const { low = 0 } = bounds.get(start.partition) ?? {};
      // of a topic that was made anew, what was read lies before all that it has
      const at = Math.max(low, start.offset);
      const offset = again === null ? at : Math.min(at, again.get(start.partition) ?? low);
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
   * checkpoint, or progress, whose topic has everything is read from its beginning, unless the views are made anew apart: those of a
   * source that is new, or of a store that is empty, are complete without the archive.
   */
  async #archivedAndRead(kept: ReadonlySet<number>): Promise<ReadonlyMap<number, ArchivedPartition>> {
    const { inputs, offline, topic, checkpoint, redis, source } = this.options;
    const archived = await inputs.byInput(async (input) => {
      const entries = await archivedUpTo(offline, input, EPOCH);
      return new Map(entries.map((entry) => [entry.partition, entry]));
    });
    if (await this.#areMadeAnew()) return archived;
    const progress = await oldestProgress(redis, source.id);
    await checkpoint.read(kept);
    for (const [number, { low }] of await topic.bounds()) {
      const isWhole = isTopicBeginning(low) && (archived.get(number)?.first ?? low) >= low;
      const toldMs = progress?.instantsMs[number] ?? 0;
      const wasRead = checkpoint.rangeOf(number).lowest !== null || (toldMs > 0 && Number.isFinite(toldMs));
      if (isWhole && !wasRead) archived.delete(number);
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

  /**
   * By partition, from where on a record may still be part of a pair: in the archive, where Kafka has it no more. A partition is missing
   * where all are asked for.
   */
  async #readAgainFrom(bounds: Bounds): Promise<ReadonlyMap<number, number>> {
    const { inputs, topics, eventLog, heldFromMs } = this.options;
    const askedFromMs = heldFromMs();
    if (askedFromMs === Number.NEGATIVE_INFINITY) return new Map();
    const fromMs = (input: EventSource, i: number) =>
      askedFromMs - inputs.earlierMs(i) - input.maxClockSkewMs;
    // no record arrived before 1970
    const again = await inputs.ask((topic, input, i) =>
      eventLog.admin.offsetsAt(topic, Math.max(0, fromMs(input, i))),
    );
    const lost: string[] = [];
    for (const [i, input] of inputs.sources.entries()) {
      const lows = [...bounds].flatMap(([number, { low }]) => {
        // what the topic has had from its beginning on is not deleted
        const isCut = low > 0 && again.get(number) === low && inputs.placeOf(number).input === i;
        return isCut ? [{ number, low, partition: topics.archiveOf(number).partition }] : [];
      });
      if (lows.length === 0) continue;
      for (const { number, low, from, lostFrom } of await this.#archivedBefore(
        input,
        fromMs(input, i),
        lows,
      )) {
        again.set(number, from);
        const { topic, partition } = topics.placeOf(number);
        if (lostFrom < from) lost.push(`topic "${topic}", partition ${partition}: records before ${low}`);
      }
    }
    if (lost.length > 0) await this.#tellLost(lost);
    return again;
  }

  /** Of partitions whose topic begins where reading should: where it begins in the archive, and where it would if nothing were lost. */
  async #archivedBefore(
    input: EventSource,
    fromMs: number,
    lows: readonly { readonly number: number; readonly low: number; readonly partition: number }[],
  ) {
    const { offline } = this.options;
    const arrived = await firstOffsetsArrived(offline, input, fromMs);
    const archived = new Map(
      (await archivedUpTo(offline, input, EPOCH)).map((entry) => [entry.partition, entry]),
    );
    return lows.map(({ number, low, partition }) => {
      const lostFrom = Math.min(low, arrived.get(partition) ?? low);
      const held = heldFrom({ partition, low, archived: archived.get(partition) ?? null });
      return { number, low, lostFrom, from: Math.max(lostFrom, Math.min(low, held)) };
    });
  }

  /** Pairs may be missing: values are complete only after them. */
  async #tellLost(lost: readonly string[]): Promise<void> {
    const { source, logger, views, redis, clock } = this.options;
    logger.warn(
      `source "${source.name}": ${lost.join('; ')} were deleted, and not all of them are archived, though their partners may still come`,
    );
    const facts = { resumed: true, untruncated: false, lostBeginning: false, lostValues: false };
    for (const view of views) {
      const terms = { ...facts, nowMs: clock(), loadedUntilMs: null, withinMs: this.#withinMs };
      const completeSinceMs = completeSince(view, source, terms);
      await inEveryBucket(redis, (bucket) => raiseViewMarkers(redis, bucket, view.id, { completeSinceMs }));
    }
  }
}
