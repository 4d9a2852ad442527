import { NUMBER_COLUMN } from '../sql/joined-sql';

/** Rows by their numbers: from `first` on, `count` of them. */
export interface RowRange {
  readonly first: number;
  readonly count: number;
}

/** A SELECT of some staged rows, in their order. @param rowsSql see `LabelRows` */
export function rowRangeSql(rowsSql: string, { first, count }: RowRange): string {
  return `SELECT * EXCEPT (${NUMBER_COLUMN}) FROM (${rowsSql})
WHERE ${NUMBER_COLUMN} >= ${first} AND ${NUMBER_COLUMN} < ${first + count} ORDER BY ${NUMBER_COLUMN}`;
}
