import type { ForebayError } from '@forebay/contract';
import type { RedisConnection } from '@forebay/online-store';
import type { Logger } from '@forebay/service-kit';
import type { EventArchive } from './archiver';
import type { Checkpoints } from './checkpoints';
import type { EventReader } from './chunk-reader';
import type { EventEnrichment } from './enrichment/event-enrichment';
import type { ErasedEvents } from './erased-events';
import type { Flusher } from './flusher';
import type { SourceOutputs } from './output/source-outputs';
import type { HeadedRecord, ReplayGate } from './replays';
import type { SourceMetrics } from './source-metrics';
import type { SourceState } from './source-state';
import type { FoundStarts } from './start-points';
import type { TopicControl } from './topic-control';

/** What a reading of a source is put together from. */
export interface SourceWorkerOptions<R extends HeadedRecord> {
  readonly name: string;
  readonly sourceId: number;
  readonly maxStalenessMs: number;
  readonly epoch: number;
  readonly redis: RedisConnection;
  readonly state: SourceState;
  readonly reader: EventReader;
  readonly flusher: Flusher;
  readonly archiver: Pick<EventArchive, 'room' | 'add' | 'assign'>;
  readonly replays: Pick<ReplayGate, 'admit'>;
  /** Asked before reading begins. */
  readonly erased: Pick<ErasedEvents, 'refresh' | 'without'>;
  /** null: records have all fields. */
  readonly enrichment: EventEnrichment | null;
  /** null: no view gives anything besides being read. */
  readonly outputs: Pick<SourceOutputs, 'note' | 'stored' | 'forget' | 'beside'> | null;
  readonly checkpoint: Pick<Checkpoints, 'guard' | 'advance'>;
  readonly topic: TopicControl<R>;
  /**
   * Where the reading of partitions begins, and which views it feeds; others are kept, and go on as they are. Throws `conflict` when
   * those can't be kept.
   */
  readonly findStarts: (partitions: readonly number[], kept: ReadonlySet<number>) => Promise<FoundStarts>;
  readonly metrics: Pick<
    SourceMetrics,
    'chunk' | 'counts' | 'deadLetters' | 'flush' | 'delays' | 'progress' | 'rewind' | 'schemaLookupFailed'
  >;
  readonly logger: Logger;
  readonly clock: () => number;
  readonly flushEveryMs: number;
  /** Records are decoded and applied in pieces of at most so many, and flushed when so many wait. */
  readonly flushEvents: number;
  readonly maxStateBytes: number;
  /** The event time from which on ids are held, by what the store knows of the source's progress. */
  readonly idsHeldFrom: () => Promise<number>;
  /** Reading can't go on without a person. */
  readonly onFatal: (error: ForebayError) => void;
}
