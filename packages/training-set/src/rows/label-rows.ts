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

/** A column of the rows with its type in ClickHouse, as the training set has it. */
export interface RowColumn {
  readonly name: string;
  readonly type: string;
}

/** The owner drops it. */
export interface LabelRows {
  /** In the rows' order; any names, all different. */
  readonly columns: readonly RowColumn[];
  readonly count: number;
  /** A SELECT of the number of the row from 0 on, `_forebay_row`, and the columns under their names, ordered by the number. */
  readonly rowsSql: string;
  /**
   * A SELECT of `n` UInt64 the row's number from 0 on, `t` Int64 its instant in ms (rounded down, so that nothing later is
   * seen), and `v0` … the values of the fields as expressions take them: Nullable UInt8, Int64, Float64 or String; of
   * required ones not Nullable. In no order. Its values are right only if `check` did not throw.
   */
  select(timestampColumn: string, fields: readonly RowField[]): string;
  /**
   * Throws `invalid_request` that names every column that is missing or of the wrong type, and the first rows whose key is
   * null, whose timestamp is none, or whose value is not one of the field's type.
   */
  check(timestampColumn: string, fields: readonly RowField[]): Promise<void>;
  drop(): Promise<void>;
}

/** Throws `invalid_request` for rows that can't be read, and the signal's reason once it is aborted. */
export type StageRows = (
  store: OfflineStore,
  input: RowInput,
  table: string,
  onProgress?: (sentBytes: number, sizeBytes: number) => void,
  signal?: AbortSignal,
) => Promise<LabelRows>;
