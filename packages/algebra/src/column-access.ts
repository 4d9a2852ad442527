/** Where the numbers of a fixed component stand in stored bytes, and how one is read. */
/** How the numbers of a column are stored; the codes of the batch list, of which stream rows use f64 and i64. */
export const COLUMN = { variable: 1, u16: 2, i32: 4, f64: 8, i64: 9, pair: 16 } as const;
export type ColumnCode = (typeof COLUMN)[keyof typeof COLUMN];

/** Where the cells of one component stand; reused between folds. */
export interface ColumnAccess {
  view: DataView;
  /** Byte offset of row 0's cell, or for several parallel arrays of the first array. */
  base: number;
  /** Bytes from one row's cell to the next. */
  stride: number;
  /** Bytes from a component's first number to its second and third: within the cell, or between parallel arrays. */
  second: number;
  third: number;
  code: ColumnCode;
}

/** One number of a column that holds unsigned counts. */
export function readCount(column: ColumnAccess, row: number): number {
  const at = column.base + row * column.stride;
  if (column.code === COLUMN.u16) return column.view.getUint16(at, true);
  return column.code === COLUMN.i32 ? column.view.getUint32(at, true) : column.view.getFloat64(at, true);
}

export function readNumber(column: ColumnAccess, row: number): number {
  const at = column.base + row * column.stride;
  return column.code === COLUMN.i32 ? column.view.getInt32(at, true) : column.view.getFloat64(at, true);
}
