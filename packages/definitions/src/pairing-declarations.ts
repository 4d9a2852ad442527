/** Event sources that are made of the events of others. */
import type { Duration, EventSourceDeclaration, MetadataOptions, Names, SourceFields } from './declarations';
import type { ScalarType } from './model';

/** What a joined source calls the time of its events, the right event's, and their id, made of both. */
export const JOINED_EVENT_TIME = 'event_time';
export const JOINED_EVENT_ID = 'event_id';

type SideFields<L extends SourceFields, R extends SourceFields> = `left.${Names<L>}` | `right.${Names<R>}`;

export interface JoinedSourceOptions<
  L extends SourceFields = SourceFields,
  R extends SourceFields = SourceFields,
  F extends Readonly<Record<string, SideFields<L, R>>> = Readonly<Record<string, SideFields<L, R>>>,
> extends MetadataOptions {
  name: string;
  /** What comes first, such as an impression. */
  left: EventSourceDeclaration<L>;
  /** What follows, such as a click. */
  right: EventSourceDeclaration<R>;
  /** Fields of the left that must equal fields of the right; the topics must be keyed by them. */
  on: { readonly [N in NoInfer<Names<L>>]?: NoInfer<Names<R>> };
  /** A right event pairs with the left ones that lie less than this before it, or at the same time. */
  within: Duration;
  /** Fields of pairs, as `left.field` or `right.field`; `event_time` and `event_id` come on top. */
  fields: F;
}

/** The names of a pair's fields. */
export type JoinedFieldTypes<F> = Readonly<
  Record<Names<F> | typeof JOINED_EVENT_TIME | typeof JOINED_EVENT_ID, ScalarType>
>;

export interface JoinedSourceDeclaration<F extends SourceFields = SourceFields> {
  readonly kind: 'joined source';
  readonly options: JoinedSourceOptions;
  /** The names alone matter, for keys of views. */
  readonly fieldTypes?: F;
}

/** One event for each pair of events of two sources with equal keys, the right one no later than `within` after the left one. */
export function joinedSource<
  const L extends SourceFields,
  const R extends SourceFields,
  const F extends Readonly<Record<string, SideFields<L, R>>>,
>(options: JoinedSourceOptions<L, R, F>): JoinedSourceDeclaration<JoinedFieldTypes<F>> {
  return { kind: 'joined source', options: options as unknown as JoinedSourceOptions };
}

export interface SequenceSourceOptions<F extends SourceFields = SourceFields> extends MetadataOptions {
  name: string;
  source: EventSourceDeclaration<F>;
  /** Fields that both events have in common; the topic must be keyed by them. */
  by: readonly NoInfer<Names<F>>[];
  /** CEL: which events begin a sequence … */
  first: string;
  /** … and which complete it: these are the events of the sequence source. */
  second: string;
  /** How long after the first event. */
  within: Duration;
}

export interface SequenceSourceDeclaration<F extends SourceFields = SourceFields> {
  readonly kind: 'sequence source';
  readonly options: SequenceSourceOptions;
  readonly fieldTypes?: F;
}

/** The events of a source that follow another one of the same keys within a time. */
export function sequenceSource<const F extends SourceFields>(
  options: SequenceSourceOptions<F>,
): SequenceSourceDeclaration<F> {
  return { kind: 'sequence source', options: options as unknown as SequenceSourceOptions };
}

/** What an aggregation view may read. */
export type ViewSourceDeclaration<F extends SourceFields = SourceFields> =
  | EventSourceDeclaration<F>
  | JoinedSourceDeclaration<F>
  | SequenceSourceDeclaration<F>;
