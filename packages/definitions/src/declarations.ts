/**
 * What a project is declared with. The functions only record what was written; `compileProject` validates it.
 * The type parameters carry the names of fields, join keys and features, so that an editor completes and checks them.
 */
import type { JoinKeyType } from '@forebay/contract';
import type { EnrichmentOptions } from './enrichment-declaration';
import type { ScalarType } from './model';
import type { SourceQuality } from './quality-declaration';
import type { FieldOptions, FormatOptions } from './record-format-declaration';

/** A whole number and a unit, such as 500ms, 90s, 15m, 1h or 30d. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

export interface MetadataOptions {
  owner?: string;
  description?: string;
  tags?: Readonly<Record<string, string>>;
}

export type JoinKeyTypes = Readonly<Record<string, JoinKeyType>>;
export type FieldTypes = Readonly<Record<string, ScalarType>>;
/** Types of a source's fields, and where those stand that are not found by their own name. */
export type SourceFields = Readonly<Record<string, ScalarType | FieldOptions>>;
export type Names<T> = Extract<keyof T, string>;
/** The names of the fields of some types. */
export type FieldsOf<F extends Readonly<Record<string, unknown>>, T extends string> = string extends keyof F
  ? string
  : { [N in Names<F>]: F[N] extends T | { readonly type: T } ? N : never }[Names<F>];

export interface EntityOptions<K extends JoinKeyTypes = JoinKeyTypes> extends MetadataOptions {
  name: string;
  /** Name and type of each join key, in the order in which keys are written. */
  joinKeys: K;
}

export interface EntityDeclaration<K extends JoinKeyTypes = JoinKeyTypes> {
  readonly kind: 'entity';
  readonly options: EntityOptions<K>;
}

/** What features describe: a name and one or more join keys. */
export function entity<const K extends JoinKeyTypes>(options: EntityOptions<K>): EntityDeclaration<K> {
  return { kind: 'entity', options };
}

/** One of several topics of an event source. */
export interface SourceTopicOptions<F extends SourceFields = SourceFields> {
  topic: string;
  /** Where in the values of this topic fields stand that stand elsewhere than in the source's other topics: field and path. */
  fields?: Partial<Record<Names<F>, string>>;
}

export interface RekeyOptions<F extends SourceFields = SourceFields> {
  /** Fields of the entity's join keys; all events with equal values of them come to one partition. */
  by: readonly Names<F>[];
  /** The internal topic; `<topic>.by-<fields>` if left out. */
  topic?: string;
  /** Of the internal topic, for ever; those of the source if left out. */
  partitions?: number;
}

export interface EventSourceOptions<F extends SourceFields = SourceFields> extends MetadataOptions {
  name: string;
  /** The Kafka topic. */
  topic?: string;
  /** Several topics whose records are events of this source, in place of `topic`; later ones are appended to the list. */
  topics?: readonly SourceTopicOptions<F>[];
  /** Name and type of each field of an event, and where it stands if not under its name; any of them but the event time may be null. */
  fields: F;
  /**
   * How records are written; JSON if left out. `avro` and `protobuf` take schemas from a schema registry, by the id that
   * each value begins with; with a `schema`, values are its bare bytes.
   */
  format?: FormatOptions;
  /** The timestamp field that says when the event happened. */
  eventTime: FieldsOf<F, 'timestamp'>;
  /** Orders events of one event time; without it, the position in the topic does. */
  eventId?: FieldsOf<F, 'string' | 'int32' | 'int64'>;
  /** The timestamp field that says when the event became known; without it, the archive records that. */
  knownAt?: FieldsOf<F, 'timestamp'>;
  /** The archive table; the source's name if left out. */
  table?: string;
  /** How late an event may arrive and still count everywhere; 1h if left out. */
  allowedLateness?: Duration;
  /**
   * How long copies of an event are known by their id: events of one entity with equal (event id, event time) count
   * once. Needs `eventId`; at least the allowed lateness. Copies all count if it is left out.
   */
  dedupe?: Duration;
  /** How far in the future an event's time may lie before it is refused; 5m if left out. */
  maxClockSkew?: Duration;
  /** How old the stream's progress may be before values are DEGRADED; 1m if left out. */
  maxStaleness?: Duration;
  /** Partitions of each topic when apply creates it; 4 if left out. */
  partitions?: number;
  /**
   * The fields that the records' keys are made of, where these are not those of the entity: events with equal values of them are in one
   * partition. An empty list: any event may be in any partition. Left out: records are taken to be keyed by the entity of each view.
   */
  keyedBy?: readonly Names<F>[];
  /**
   * Copies the topic, keyed by these fields, into an internal topic that is read in its place: where a topic of many partitions is not
   * keyed by the entity.
   */
  rekey?: RekeyOptions<F>;
  /** Fields that lead the archive's sort order: the keys that its readers filter and group by. */
  archiveOrder?: readonly Names<F>[];
  /** Further fields, which are looked up when an event is applied: features of other entities at the event's time. */
  enrich?: Readonly<Record<string, EnrichmentOptions<NoInfer<Names<F>>>>>;
  /** Rules that its rows are checked by, by name. */
  quality?: SourceQuality<NoInfer<Names<F>>>;
}

export interface EventSourceDeclaration<F extends SourceFields = SourceFields> {
  readonly kind: 'event source';
  readonly options: EventSourceOptions & { readonly fields: F };
}

/** A Kafka topic and the archive table that holds the same events. */
export function eventSource<const F extends SourceFields>(
  options: EventSourceOptions<F>,
): EventSourceDeclaration<F> {
  // The names of fields are widened, so that a source of any fields is an EventSourceDeclaration.
  return { kind: 'event source', options: options as unknown as EventSourceDeclaration<F>['options'] };
}

/** When the values of a view without a stream are made. */
export interface ScheduleOptions {
  /** The interval of ticks; values are those of the last tick that lies at least the delay back. */
  every: Duration;
  /** What became known up to so long after a tick is in its values. */
  wait?: Duration;
  /**
   * From when on after a tick its values are served; longer than the wait, with room for the run between. The wait and
   * the interval (at most 1h of it) if left out.
   */
  delay?: Duration;
}
