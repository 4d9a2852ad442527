/** Where the reading of a joined or sequence source begins, and since when its views are complete. */
import { ceilTo, ForebayError, HOUR_MS } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import type { ReadableLog } from '@forebay/event-log';
import { archivedBefore, listLoads, type OfflineStore } from '@forebay/offline-store';
import {
  inEveryBucket,
  type RedisConnection,
  raiseStreamMarker,
  readViewStanding,
  startStreamMarker,
} from '@forebay/online-store';
import type { Logger } from '@forebay/service-kit';
import { allOf } from '../by-bucket';
import type { Checkpoints } from '../checkpoints';
import { faultPoint } from '../fault-points';
import { feedingOf } from '../feeding';
import { decideStart, describeCompleteness } from '../start-point';
import type { FoundStarts, StartPoint } from '../start-points';
import type { InputPartitions } from './input-partitions';
import { pairsCompleteSince } from './pair-completeness';

type Bounds = ReadonlyMap<number, { readonly low: number; readonly high: number }>;

export interface PairStartsOptions {
  readonly source: EventSource;
  readonly views: readonly AggregationView[];
  readonly inputs: InputPartitions;
  readonly checkpoint: Checkpoints;
  /** What the topics hold, by partition of the source. */
  readonly bounds: () => Promise<Bounds>;
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
  /** Told by partition where reading begins, and where the topic ends now. */
  readonly onStarts: (
    starts: readonly (readonly [partition: number, from: number, endOffset: number])[],
  ) => void;
}

export class PairStarts {
  readonly #withinMs: number;

  constructor(private readonly options: PairStartsOptions) {
    this.#withinMs = options.source.pairing?.definition.withinMs ?? 0;
  }

  /**
   * Reading begins where everything is that may still be part of a pair which is asked for, and no later than at the checkpoint. What
   * lies before that only finds pairs that the values hold already, which their ids tell. Throws `failed_precondition` when records
   * are lost for good.
   */
  async find(partitions: readonly number[]): Promise<FoundStarts> {
    const { checkpoint, inputs, redis, views } = this.options;
    await this.options.checkTopics();
    const [, bounds] = await Promise.all([checkpoint.read(new Set()), this.options.bounds()]);
    const again = await this.#readAgainFrom(bounds);
    const fresh = Array.from({ length: checkpoint.buckets }, () => new Map<number, number>());
    const starts = partitions.map((number): StartPoint => {
      const { low, high } = bounds.get(number) ?? { low: 0, high: 0 };
      const { lowest, highest, missing } = checkpoint.rangeOf(number);
      for (const stored of [lowest, highest]) {
        const { topic, partition } = inputs.topicPlaceOf(number);
        const facts = { partition, checkpoint: stored, archivedTo: low, low, high };
        const decision = decideStart({ ...this.options.source, topic }, facts);
        if (decision.kind === 'refuse') throw new ForebayError('failed_precondition', decision.reason);
      }
      const known = missing.length > 0 || lowest === null ? low : Math.min(lowest, again.get(number) ?? low);
      // of a topic that was made anew, what was read lies before all that it has
      const offset = Math.max(low, known);
      for (const bucket of missing) fresh[bucket]?.set(number, offset);
      return { partition: number, offset, archivedTo: offset };
    });
    faultPoint('checkpoints-read');
    await this.#markViews(bounds);
    faultPoint('views-marked');
    this.options.onStarts(
      starts.map(
        ({ partition, offset }) => [partition, offset, bounds.get(partition)?.high ?? offset] as const,
      ),
    );
    // from the first value on there is a checkpoint, so that its absence tells of a loss
    await allOf(
      fresh.map(async (next, bucket) => {
        await checkpoint.advance(next, bounds.size, [bucket]);
      }),
    );
    faultPoint('start-points-found');
    const everywhere = new Set(fresh.keys());
    const feeding = feedingOf(
      views.map(({ id }) => [id, everywhere] as const),
      redis.buckets,
    );
    return { starts, feeding };
  }

  /** By partition, from where on a record may still be part of a pair. */
  async #readAgainFrom(bounds: Bounds): Promise<ReadonlyMap<number, number>> {
    const { inputs, eventLog, heldFromMs } = this.options;
    const heldFrom = heldFromMs();
    if (heldFrom === Number.NEGATIVE_INFINITY)
      return new Map([...bounds].map(([number, { low }]) => [number, low]));
    return inputs.ask(async (input, i) => {
      const fromMs = heldFrom - inputs.earlierMs(i, this.#withinMs) - input.maxClockSkewMs;
      // no record arrived before 1970
      const found = await eventLog.admin.offsetsAt(input.topic, Math.max(0, fromMs));
      await this.#noteDeleted(input, fromMs, found);
      return found;
    });
  }

  /** Where Kafka has deleted what should be read again, pairs may be missing: values are complete only after them. */
  async #noteDeleted(input: EventSource, fromMs: number, found: ReadonlyMap<number, number>): Promise<void> {
    const { offline, eventLog, source, logger, views, redis } = this.options;
    const lows = await eventLog.admin.beginningOffsets(input.topic);
    for (const [partition, low] of lows) {
      if (low === 0 || found.get(partition) !== low) continue;
      if (!(await archivedBefore(offline, input, { partition, offset: low, arrivedFromMs: fromMs })))
        continue;
      logger.warn(
        `source "${source.name}": topic "${input.topic}", partition ${partition}: records before ${low} were deleted, though their partners may still come; ` +
          'let Kafka keep records for longer than "within" and the allowed lateness together',
      );
      for (const view of views) {
        const completeSinceMs = this.#completeSince(view, {
          isRead: false,
          untruncated: false,
          loadedUntilMs: null,
        });
        await inEveryBucket(redis, (bucket) =>
          raiseStreamMarker(redis, bucket, view.id, { completeSinceMs }),
        );
      }
      return;
    }
  }

  /** Gives each view its stream marker where it has none: it is new, or its values were lost. */
  async #markViews(bounds: Bounds): Promise<void> {
    const { source, views, inputs, offline, redis, logger } = this.options;
    const loads = (await Promise.all(inputs.sources.map((input) => listLoads(offline, input)))).flat();
    const loadedUntilMs = loads.length === 0 ? null : Math.max(...loads.map((load) => load.completeUntilMs));
    const untruncated = [...bounds.values()].every(({ low }) => low === 0);
    for (const view of views) {
      const completeSinceMs = this.#completeSince(view, { isRead: true, untruncated, loadedUntilMs });
      const started = await inEveryBucket(redis, async (bucket) => {
        const standing = await readViewStanding(redis, bucket, { sourceId: source.id, viewId: view.id });
        return standing.kind === 'absent' && startStreamMarker(redis, bucket, view.id, { completeSinceMs });
      });
      if (started.includes(true)) logger.info(describeCompleteness(view, completeSinceMs));
    }
  }

  #completeSince(
    view: AggregationView,
    facts: Pick<Parameters<typeof pairsCompleteSince>[0], 'isRead' | 'untruncated' | 'loadedUntilMs'>,
  ): number {
    const { source, clock, heldFromMs } = this.options;
    const sinceMs = pairsCompleteSince({
      ...facts,
      heldFromMs: heldFromMs(),
      nowMs: clock(),
      withinMs: this.#withinMs,
      maxClockSkewMs: source.maxClockSkewMs,
    });
    return Number.isFinite(sinceMs) ? ceilTo(sinceMs, view.batch?.cutHopMs ?? HOUR_MS) : sinceMs;
  }
}
