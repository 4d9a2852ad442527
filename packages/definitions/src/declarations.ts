/**
 * What a project is declared with. The functions only record what was written; `compileProject` validates it.
 * The type parameters carry the names of fields, join keys and features, so that an editor completes and checks them.
 */
import type { JoinKeyType } from '@forebay/contract';
import type { ScalarType } from './model';

/** A whole number and a unit, such as 500ms, 90s, 15m, 1h or 30d. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

export interface MetadataOptions {
  owner?: string;
  description?: string;
  tags?: Readonly<Record<string, string>>;
}

export type JoinKeyTypes = Readonly<Record<string, JoinKeyType>>;
export type FieldTypes = Readonly<Record<string, ScalarType>>;
export type Names<T> = Extract<keyof T, string>;
/** The names of the fields of some types. */
export type FieldsOf<F extends Readonly<Record<string, string>>, T extends string> = string extends keyof F
  ? string
  : { [N in Names<F>]: F[N] extends T ? N : never }[Names<F>];

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

export interface EventSourceOptions<F extends FieldTypes = FieldTypes> extends MetadataOptions {
  name: string;
  /** The Kafka topic. */
  topic: string;
  /** Name and type of each field of an event; any of them but the event time may be null. */
  fields: F;
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
  /** Partitions of the topic when apply creates it; 4 if left out. */
  partitions?: number;
  /** Fields that lead the archive's sort order: the keys that its readers filter and group by. */
  archiveOrder?: readonly Names<F>[];
}

export interface EventSourceDeclaration<F extends FieldTypes = FieldTypes> {
  readonly kind: 'event source';
  readonly options: EventSourceOptions & { readonly fields: F };
}

/** A Kafka topic and the archive table that holds the same events. */
export function eventSource<const F extends FieldTypes>(
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
