/** The rows that a training set is asked for, staged in ClickHouse: all of their columns, in their order. */
import type { ScalarType } from '@forebay/definitions';
import type { OfflineStore } from '@forebay/offline-store';
import type { RowInput } from '../request';

/** A join key or a request field, and the rows' column that it is taken from. */
export interface RowField {
  readonly name: string;
  readonly column: string;
  readonly type: ScalarType;
  /** A join key: null is refused. A request field may be null. */
  readonly required: boolean;
}

/** A column of the rows with its type in ClickHouse. */
export interface RowColumn {
  readonly name: string;
  readonly type: string;
}

/** The owner drops it. */
export interface LabelRows {
  /** The table's name, unquoted. It holds `_row` UInt64, the number of the row from 0 on (its sorting key), and the columns. */
  readonly table: string;
  readonly columns: readonly RowColumn[];
  readonly count: number;
  /**
   * A SELECT of `n` UInt64 the row's number, `t` Int64 its instant in ms (rounded down, so that nothing later is seen), and `v0` … the values of the fields as
   * expressions take them: Nullable UInt8, Int64, Float64 or String; of required ones not Nullable.
   */
  select(timestampColumn: string, fields: readonly RowField[]): string;
  /** Throws `invalid_request` that names every column that is missing or of the wrong type, and the first rows whose key is null or whose timestamp is none. */
  check(timestampColumn: string, fields: readonly RowField[]): Promise<void>;
  drop(): Promise<void>;
}

export type StageRows = (
  store: OfflineStore,
  input: RowInput,
  table: string,
  onProgress?: (sentBytes: number, sizeBytes: number) => void,
) => Promise<LabelRows>;
