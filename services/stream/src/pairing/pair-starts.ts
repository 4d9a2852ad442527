/** Where the reading of a joined or sequence source begins, and which of its views it feeds. */
import { ForebayError } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import { isTopicBeginning, type ReadableLog } from '@forebay/event-log';
import { type ArchivedPartition, archivedBefore, archivedUpTo, type OfflineStore } from '@forebay/offline-store';
import { inEveryBucket, type RedisConnection, raiseViewMarkers } from '@forebay/online-store';
import type { Logger } from '@forebay/service-kit';
import type { Checkpoints } from '../checkpoints';
import { loadedUntil } from '../loaded-until';
import { completeSince, decideStart, type PartitionFacts } from '../start-point';
import { type FoundStarts, findStartPoints, type StartPoint } from '../start-points';
import type { TopicControl } from '../topic-control';
import { prepareViews } from '../view-standings';
import type { InputPartitions } from './input-partitions';
import type { PairReader } from './pair-reader';

/** Of archives, which need none: offsets carry the epoch of their topic. */
const EPOCH = 0;

export interface PairStartsOptions {
  readonly source: EventSource;
  readonly views: readonly AggregationView[];
  readonly inputs: InputPartitions;
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
    const { checkpoint, topic, reader, checkTopics } = this.options;
    if (kept.size > 0 && !reader.canJoin())
      throw new ForebayError('conflict', 'what is held lacks partners of the partitions that come');
    const found = await findStartPoints(
      {
        checkpoint,
        topic,
        checkTopic: checkTopics,
        archived: () => this.#archivedOfTruncated(),
        prepareViews: (facts) =>
          prepareViews(
            {
              ...this.options,
              withinMs: this.#withinMs,
              loadedUntilMs: () => loadedUntil(this.options.offline, this.options.inputs.sources),
            },
            facts,
          ),
        decide: (facts) => this.#decide(facts),
      },
      partitions,
      kept,
    );
    const bounds = await topic.bounds();
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

  #decide({ partition: number, ...facts }: PartitionFacts): ReturnType<typeof decideStart> {
    const { inputs, source } = this.options;
    const { topic, partition } = inputs.topicPlaceOf(number);
    const decision = decideStart({ ...source, topic }, { ...facts, partition, archivedTo: facts.checkpoint });
    return decision;
  }

  /**
   * What the archives have, of partitions that lack their beginning: of another one without a checkpoint everything is in the topic,
   * and is read from there.
   */
  async #archivedOfTruncated(): Promise<ReadonlyMap<number, ArchivedPartition>> {
    const { inputs, offline, topic, checkpoint } = this.options;
    const archived = await inputs.byInput(async (input) => {
      const entries = await archivedUpTo(offline, input, EPOCH);
      return new Map(entries.map((entry) => [entry.partition, entry]));
    });
    await checkpoint.read(new Set());
    for (const [number, { low }] of await topic.bounds())
      if (isTopicBeginning(low) && checkpoint.rangeOf(number).lowest === null) archived.delete(number);
    return archived;
  }

  /** By partition, from where on a record may still be part of a pair. */
  async #readAgainFrom(): Promise<ReadonlyMap<number, number>> {
    const { inputs, eventLog, heldFromMs } = this.options;
    const heldFrom = heldFromMs();
    if (heldFrom === Number.NEGATIVE_INFINITY) return new Map();
    return inputs.ask(async (topic, input, i) => {
      const fromMs = heldFrom - inputs.earlierMs(i, this.#withinMs) - input.maxClockSkewMs;
      // no record arrived before 1970
      const found = await eventLog.admin.offsetsAt(topic, Math.max(0, fromMs));
      await this.#noteDeleted(topic, input, fromMs, found);
      return found;
    });
  }
}
