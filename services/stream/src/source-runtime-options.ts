import type { ForebayError } from '@forebay/contract';
import type { AggregationView, EntityKeys, EventSource } from '@forebay/definitions';
import type { ReadableLog, RecordProducer } from '@forebay/event-log';
import type { SchemaLookup } from '@forebay/formats';
import type { OfflineStore } from '@forebay/offline-store';
import type { RedisConnection } from '@forebay/online-store';
import type { Instruments, Logger } from '@forebay/service-kit';
import type { ArchiverOptions, EventArchive } from './archiver';
import type { LookUps } from './enrichment/look-ups';
import type { OutputLog } from './output/output-log';

/** What a running source is put together from. */
export interface RuntimeOptions {
  /** That the source is of. */
  readonly project: string;
  readonly source: EventSource;
  /** Those that have a stream; none: the source is only archived. */
  readonly views: readonly AggregationView[];
  /** Left out: the source is not enriched, and none is with its views. */
  readonly lookUps?: LookUps;
  /** By source that is read, of one made of others by input: by which columns events belong to entities. Left out: none is known. */
  readonly entityKeys?: ReadonlyMap<number, readonly EntityKeys[]>;
  readonly redis: RedisConnection;
  readonly offline: OfflineStore;
  readonly eventLog: ReadableLog;
  /** Of sources whose records are written with schemas of a registry. */
  readonly schemas?: SchemaLookup;
  readonly producer: RecordProducer;
  /** Left out: views have no output topics. */
  readonly outputLog?: Pick<OutputLog, 'producer' | 'ensureTopic'>;
  readonly instruments: Instruments;
  /** The name of this process among those that read: letters, digits, `-`, `_` and `.`. */
  readonly member: string;
  readonly logger: Logger;
  readonly clock: () => number;
  readonly group: string;
  readonly flushEveryMs: number;
  readonly flushEvents: number;
  readonly maxStateBytes: number;
  /** Of events that may still be part of a pair. */
  readonly maxPairBytes: number;
  readonly sessionTimeoutMs: number;
  readonly maxWaitMs: number;
  readonly onFatal: (error: ForebayError) => void;
  /** Default: ClickHouse. */
  readonly archiveWith?: (options: ArchiverOptions) => EventArchive;
}
