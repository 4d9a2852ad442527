import type { JoinKeyType } from '@forebay/contract';
import type { Duration, JoinKeyTypes, Names } from './declarations';

export const OUTPUT_FORMATS = ['json', 'protobuf'] as const;

/** A Kafka topic that receives the values of a view's changed entities (docs/OUTPUTS.md). */
export interface OutputOptions<N extends string = string> {
  /** No other view's, and no source's. */
  topic: string;
  /** `json` if left out. */
  format?: (typeof OUTPUT_FORMATS)[number];
  /** All of the view if left out. */
  features?: readonly N[];
  /** An entity is written at most once in so long; after each flush in which it changed if left out. */
  every?: Duration;
  /** Partitions of the topic when apply creates it; those of the source if left out. */
  partitions?: number;
}

type JoinKeyValueOf<T extends JoinKeyType> = T extends 'string'
  ? string
  : T extends 'bool'
    ? boolean
    : number | bigint;

/** Values that are kept as they were at each multiple of an interval, in ClickHouse (docs/OUTPUTS.md). */
export interface SeriesOptions<K extends JoinKeyTypes = JoinKeyTypes, N extends string = string> {
  /** Values are sampled at the multiples of it. */
  every: Duration;
  /** Numbers; all those of the view if left out. */
  features?: readonly N[];
  /** The entities that are sampled; those that changed last if left out. */
  entities?: readonly { readonly [J in Names<K>]: JoinKeyValueOf<K[J]> }[];
  /** How many of those that changed are sampled at most; 1,000 if left out, or fewer where there are many features. */
  maxEntities?: number;
  /** How long samples are kept; 30d if left out. */
  keep?: Duration;
}
