/** What a catch-up must know of the source of its view: of one that has topics of its own, and of one that is made of others. */
import type { CatchUpRecord } from './catch-up-records';
import type { EventReader } from './chunk-reader';
import type { EventEnrichment } from './enrichment/event-enrichment';
import type { NumberedTopics } from './source-topics';
import type { SourceWorkerOptions } from './source-worker-options';
import type { StartPoint } from './start-points';

export interface CaughtUpSource {
  readonly topics: NumberedTopics;
  /** The name of the group that reads them in common. */
  readonly group: string;
  /** A reading beside the common one, with a memory of its own. */
  readonly open: (assigned: () => readonly number[]) => CatchUpReading;
  /**
   * Of a view that has caught up to these offsets: the instant that the source's progress must not have passed when it joins; null: it
   * is not near enough. Left out: it may join at any time.
   */
  readonly joinsBefore?: (offsetOf: (partition: number) => number) => Promise<number | null>;
}

export interface CatchUpReading extends Pick<SourceWorkerOptions<CatchUpRecord>, 'replays' | 'erased'> {
  readonly reader: EventReader;
  readonly enrichment: EventEnrichment | null;
  /** So many offsets of a partition are read of the archive before it is another one's turn. */
  readonly archiveStep: number;
  /**
   * Where reading begins to go on from these points: there, or before them. Throws `conflict` where that cannot be done beside partitions
   * that are kept.
   */
  begin(starts: readonly StartPoint[], kept: ReadonlySet<number>): Promise<readonly StartPoint[]>;
}
