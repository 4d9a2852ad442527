/** The types an expression works with. An int is an int64; a timestamp is an int64 of milliseconds since the epoch, UTC. */
export const EXPRESSION_TYPES = ['bool', 'int', 'double', 'string', 'timestamp'] as const;

export type ExpressionType = (typeof EXPRESSION_TYPES)[number];

/**
 * A value at run time, always in its one canonical form: an int is a number where that is exact
 * (`Number.isSafeInteger`), else a bigint; a double is a finite number and never −0; a timestamp is a number.
 */
export type Value = null | boolean | number | bigint | string;

/** A decoded event: the values of the columns, in the order in which they were declared. */
export type Row = readonly Value[];

/** A compiled (sub)expression. Pure; reads the row, never keeps it. */
export type Evaluate = (row: Row) => Value;

/** A column that an expression may read; its position in the list of columns is its index in the row. */
export interface Column {
  readonly name: string;
  readonly type: ExpressionType;
}
