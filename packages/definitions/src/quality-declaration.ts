import type { Duration } from './declarations';

export const SEVERITIES = ['warn', 'stop'] as const;

interface QualityCommon {
  /** `stop`: a batch run that would read such rows, or write such values, fails before it writes anything. `warn` if left out. */
  severity?: (typeof SEVERITIES)[number];
  /** The share of rows that may break the rule, 0 to 1; 0 if left out. */
  tolerance?: number;
  /** Of a source: how far back rows are looked at; 1d if left out. */
  over?: Duration;
}

type RowRule<N extends string> =
  | { notNull: N }
  /** At least one of the bounds; null is neither below nor above. */
  | { range: { field: N; min?: number; max?: number } }
  /** Null is allowed, too. */
  | { allowed: { field: N; values: readonly (string | number | boolean)[] } }
  /** CEL that is true of a good row; null passes. */
  | { expression: string };

type SetRule<N extends string> =
  /** No two rows have equal values of these fields; rows with a null among them are not looked at. */
  | { unique: readonly N[] }
  /** The newest row is no older. */
  | { freshness: Duration }
  | { rowCount: { min?: number; max?: number } };

/** A rule over the rows of a source (docs/QUALITY.md). */
export type SourceQualityOptions<N extends string = string> = QualityCommon & (RowRule<N> | SetRule<N>);

/** A rule over the values of a view's features, one row for each entity. */
export type ViewQualityOptions<N extends string = string> = Omit<QualityCommon, 'over'> &
  (RowRule<N> | { rowCount: { min?: number; max?: number } });

/** By the name of the rule. */
export type SourceQuality<N extends string = string> = Readonly<Record<string, SourceQualityOptions<N>>>;
export type ViewQuality<N extends string = string> = Readonly<Record<string, ViewQualityOptions<N>>>;
