/**
 * The functions that a project is declared with. They only record what was written; `compileProject` validates it.
 * The type parameters carry the names of fields, join keys and features, so that an editor completes and checks them.
 */
import type { JoinKeyType } from '@forebay/contract';
import type { FeatureDeclaration } from './feature-declarations';
import type { ScalarType } from './model';

/** A whole number and a unit, such as 500ms, 90s, 15m, 1h or 30d. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

export interface MetadataOptions {
  owner?: string;
  description?: string;
  tags?: Readonly<Record<string, string>>;
}

type JoinKeyTypes = Readonly<Record<string, JoinKeyType>>;
type FieldTypes = Readonly<Record<string, ScalarType>>;
type Names<T> = Extract<keyof T, string>;
type FieldsOf<F extends FieldTypes, T extends ScalarType> = string extends keyof F
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

/** A length, or a length and the hop by which the left edge moves, or everything before. */
export type WindowDeclaration = Duration | 'lifetime' | { length: Duration; hop: Duration };

export interface BatchOptions {
  /** How long after its cut a batch value answers exactly. */
  horizon?: Duration;
  /** How often it is materialized; only on demand if left out. */
  every?: Duration;
  /** Cuts are multiples of it; 1h if left out. */
  cutHop?: Duration;
}

export interface StreamOptions {
  /** How long stream rows are held. */
  retention?: Duration;
}

type FeatureDeclarations = Readonly<Record<string, FeatureDeclaration>>;
type DerivedExpressions = Readonly<Record<string, string>>;

export interface AggregationViewOptions<
  K extends JoinKeyTypes = JoinKeyTypes,
  F extends FieldTypes = FieldTypes,
  D extends DerivedExpressions = DerivedExpressions,
  A extends FeatureDeclarations = FeatureDeclarations,
> extends MetadataOptions {
  name: string;
  /** 1 if left out. A changed meaning needs a new version. */
  version?: number;
  entity: EntityDeclaration<K>;
  source: EventSourceDeclaration<F>;
  /** For each join key the field or derived column that holds it; the field of the same name if left out. */
  keys?: { readonly [N in Names<K>]?: NoInfer<Names<F> | Names<D>> };
  /** Events for which it is not true are not in the view. */
  filter?: string;
  /** Columns computed from fields and from earlier derived columns. */
  derive?: D;
  /** History by materialization; false: none. */
  batch?: BatchOptions | false;
  stream?: StreamOptions;
  features: A;
}

export interface AggregationViewDeclaration<N extends string = string> {
  readonly kind: 'aggregation view';
  readonly options: AggregationViewOptions;
  /** Some of the view's features, for a feature service. */
  pick(...features: readonly N[]): FeatureSelection;
}

export interface FeatureSelection {
  readonly kind: 'feature selection';
  readonly view: AggregationViewDeclaration;
  readonly features: readonly string[];
}

/** Aggregated features of one entity from one event source. */
export function aggregationView<
  const K extends JoinKeyTypes,
  const F extends FieldTypes,
  const A extends FeatureDeclarations,
  const D extends DerivedExpressions = Record<never, string>,
>(options: AggregationViewOptions<K, F, D, A>): AggregationViewDeclaration<Names<A>> {
  const view: AggregationViewDeclaration<Names<A>> = {
    kind: 'aggregation view',
    options: options as unknown as AggregationViewOptions,
    pick: (...features) => ({ kind: 'feature selection', view, features }),
  };
  return view;
}

export interface FeatureServiceOptions extends MetadataOptions {
  name: string;
  /** 1 if left out. A changed list needs a new version. */
  version?: number;
  /** Whole views, or what `pick` gives. */
  features: readonly (AggregationViewDeclaration | FeatureSelection)[];
}

export interface FeatureServiceDeclaration {
  readonly kind: 'feature service';
  readonly options: FeatureServiceOptions;
}

/** The named, versioned list of features that one model asks for. */
export function featureService(options: FeatureServiceOptions): FeatureServiceDeclaration {
  return { kind: 'feature service', options };
}

export interface ProjectOptions {
  name: string;
  entities?: readonly EntityDeclaration[];
  eventSources?: readonly EventSourceDeclaration[];
  aggregationViews?: readonly AggregationViewDeclaration[];
  featureServices?: readonly FeatureServiceDeclaration[];
}

export interface ProjectDeclaration {
  readonly kind: 'project';
  readonly options: ProjectOptions;
}

/** Everything that is declared together; the default export of a definitions file. */
export function project(options: ProjectOptions): ProjectDeclaration {
  return { kind: 'project', options };
}
