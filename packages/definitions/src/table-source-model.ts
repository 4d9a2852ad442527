/** Table sources in compiled form. */
import type { Metadata, ValueType } from './model';
import type { QualityRule } from './quality-model';

/** A ClickHouse table or query whose rows are already feature values. */
export interface TableSource {
  readonly id: number;
  readonly name: string;
  /** `table` or `database.table`; null: `query` gives the rows. */
  readonly table: string | null;
  /** A SELECT; null: `table` gives the rows. */
  readonly query: string | null;
  readonly fields: readonly TableField[];
  /** The field of type timestamp from which on a row speaks. */
  readonly eventTime: string;
  /** The field of type timestamp that says when the row became known; null: at its event time. */
  readonly knownAt: string | null;
  /** Absent: none. */
  readonly quality?: readonly QualityRule[];
  readonly metadata: Metadata;
}

export interface TableField {
  readonly name: string;
  /** No map. */
  readonly type: ValueType;
}
