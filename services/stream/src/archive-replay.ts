/** Events that Kafka has no more, from the archives, before the topics are read on. */
import { ForebayError } from '@forebay/contract';
import type { EventRecord } from '@forebay/event-log';
import { type ArchivedEvent, archivedEvents, archivedUpTo, type OfflineStore } from '@forebay/offline-store';
import type { CatchUpRecord } from './catch-up-records';
import type { NumberedTopics } from './source-topics';
import type { SourceWorker } from './source-worker';
import { archiveEnd } from './start-point';

/** Of archives, which need none: offsets carry the epoch of their topic. */
const EPOCH = 0;
/** Reading goes on behind it. */
const NOTHING: readonly EventRecord[] = [];

export interface ArchiveReplayOptions {
  readonly worker: Pick<SourceWorker<CatchUpRecord>, 'appliedTo' | 'processPatiently'>;
  readonly topics: NumberedTopics;
  readonly offline: OfflineStore;
  /** Events are applied in pieces of so many. */
  readonly flushEvents: number;
  /** So many offsets of a partition are read before it is another one's turn. */
  readonly step: number;
  readonly isEnded: () => boolean;
}

interface OffsetsOf {
  readonly number: number;
  /** Offsets [from, to). */
  readonly from: number;
  readonly to: number;
}

export class ArchiveReplay {
  constructor(private readonly options: ArchiveReplayOptions) {}

  /**
   * Applies what lies between where memory stands and the first records of the topics, of the partition first that is the furthest
   * behind by the times of arrival. Throws `unavailable` when memory becomes void meanwhile, or `failed_precondition` where an archive
   * lacks it too.
   */
  async run(numbers: readonly number[]): Promise<void> {
    const bounds = await this.options.topics.watermarks();
    const lows = numbers.map((number) => ({ number, low: bounds.get(number)?.low ?? 0 }));
    const reachedMs = new Map<number, number>();
    const reached = ({ number }: { readonly number: number }) =>
      reachedMs.get(number) ?? Number.NEGATIVE_INFINITY;
    for (;;) {
      const behind = lows.filter(({ number, low }) => this.#appliedTo(number) < low);
      const [first, ...others] = behind;
      if (first === undefined) return;
      const next = others.reduce((least, each) => (reached(each) < reached(least) ? each : least), first);
      reachedMs.set(next.number, await this.#read(next.number, next.low));
    }
  }

  #appliedTo(number: number): number {
    const at = this.options.worker.appliedTo(number);
    if (at !== null && !this.options.isEnded()) return at;
    const { source } = this.options.topics.archiveOf(number);
    throw new ForebayError(
      'unavailable',
      `source "${source.name}": the reading of the archive was overtaken`,
    );
  }

  /** Applies a step of the archive. Resolves with when the last of it arrived. */
  async #read(number: number, low: number): Promise<number> {
    const { offline, topics, step } = this.options;
    const { source, partition } = topics.archiveOf(number);
    const from = this.#appliedTo(number);
    const archived = await archivedUpTo(offline, source, EPOCH);
    const held = archived.find((entry) => entry.partition === partition);
    const end = archiveEnd(held, low);
    if (held === undefined || end === null || end <= from || from < Math.min(held.first, held.last.from))
      throw new ForebayError(
        'failed_precondition',
        `source "${source.name}", partition ${partition}: records from ${from} on are neither in the topic, which begins at ${low}, nor in the archive`,
      );
    return this.#apply({ number, from, to: Math.min(end, low, from + step) });
  }

  async #apply({ number, from, to }: OffsetsOf): Promise<number> {
    const { offline, topics, worker, flushEvents } = this.options;
    const { source, partition } = topics.archiveOf(number);
    const range = { partition, from, to, sinceMs: Number.NEGATIVE_INFINITY };
    let expected = from;
    let newestMs = Number.NEGATIVE_INFINITY;
    for await (const events of archivedEvents(offline, source, range, flushEvents)) {
      const last = events.at(-1) as ArchivedEvent;
      const next = last.offset + 1;
      await worker.processPatiently(number, expected, events.map(asRecord), next);
      // a rewind has come in between: the range is asked for again
      if (this.#appliedTo(number) !== next) return Number.NEGATIVE_INFINITY;
      expected = next;
      newestMs = last.arrivedAtMs;
    }
    await worker.processPatiently(number, expected, NOTHING, to);
    return newestMs;
  }
}

function asRecord({ row, offset, arrivedAtMs, origin }: ArchivedEvent): CatchUpRecord {
  return {
    value: null,
    ...(origin === undefined ? {} : { origin }),
    headers: {},
    row,
    offset,
    timestampMs: arrivedAtMs,
  };
}
