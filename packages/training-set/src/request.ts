/** What a training set is made of, and what it came to. */
import type { FeatureReference, Project } from '@forebay/definitions';

/** Formats of files with rows and of training sets. CSV: with a line of names; NDJSON: one JSON object a line; Arrow: the IPC file. */
export const ROW_FORMATS = ['Parquet', 'CSV', 'NDJSON', 'Arrow'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

/** A file on this machine. */
export interface RowFile {
  readonly file: string;
  readonly format: RowFormat;
}

/** Where a training set is written. */
export interface RowTarget {
  /** As people call it: a path, or an address. */
  readonly name: string;
  readonly format: RowFormat;
  /** Throws what is wrong with it: before the work, not after it. */
  check(): Promise<void>;
  /** All of it or nothing. Its own errors are ForebayErrors; what `bytes` throws is thrown as it is. */
  write(bytes: AsyncIterable<Buffer>, signal?: AbortSignal): Promise<void>;
}

/** Where the rows come from: a file, or a SELECT of ClickHouse, whose order is that of its result. */
export type RowInput = RowFile | { readonly query: string };

export interface TrainingSetRequest {
  readonly project: Project;
  /** In the order of the training set's columns. */
  readonly features: readonly FeatureReference[];
  readonly rows: RowInput;
  readonly out: RowTarget;
  /** The rows' column with the instant that values are as of; null: `timestamp` or `event_timestamp`, the one that is there. */
  readonly timestampColumn: string | null;
  /** Join keys and request fields whose column has another name. */
  readonly columns: Readonly<Record<string, string>>;
  /** Values as they were known then, whatever the time of a row; null: each row sees what was known at its own time. */
  readonly knownAsOfMs: number | null;
  /** Whether each feature gets a column with its status, `<feature>__status`. */
  readonly withStatuses: boolean;
  /** Worker threads that fold; null: as many as the work and the machine ask for. */
  readonly threads: number | null;
  /**
   * Whether the same rows over the same history give the same bytes, for ever. Then all events are sorted and folded in their total
   * order; else, with many events for each row, ClickHouse adds doubles up in any order, and their last bits may differ.
   */
  readonly isReproducible?: boolean;
  /** A share of the whole, 0 to 1, and what is being done. */
  readonly onProgress?: (share: number, doing: string) => void;
  /** Ends the work; its reason is thrown. */
  readonly signal?: AbortSignal;
}

export interface TrainingSetResult {
  readonly rows: number;
  /** Of the file. */
  readonly bytes: number;
  /** Of the event sources and tables, over all views: how many were folded. */
  readonly events: number;
  /** Columns of the file, in order. */
  readonly columns: readonly string[];
  /** How many values have each status, by feature in the order of the request: see STATUS of the algebra. */
  readonly statuses: readonly Readonly<Record<string, number>>[];
}
