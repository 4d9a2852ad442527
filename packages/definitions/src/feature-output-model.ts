import type { OUTPUT_FORMATS } from './feature-output-declaration';

export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** Where the values of a view's changed entities are written to, keyed by entity. */
export interface OutputTopic {
  readonly topic: string;
  readonly format: OutputFormat;
  /** In the view's order. */
  readonly features: readonly string[];
  /** An entity is written at most once in so long; null: after each flush in which it changed. */
  readonly everyMs: number | null;
  /** When apply creates the topic. */
  readonly partitions: number;
}

/** Values of a view that are kept as they were at each multiple of an interval. */
export interface FeatureSeries {
  readonly everyMs: number;
  /** Numbers, in the view's order. */
  readonly features: readonly string[];
  /** Encoded keys of those that are sampled; empty: those that changed last. */
  readonly entities: readonly string[];
  /** Of those that changed, so many at most; 0 where they are declared. */
  readonly maxEntities: number;
  /** How long samples are kept. */
  readonly keepMs: number;
}
