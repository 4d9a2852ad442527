import type { KeyColumn, OnlineFeaturesRequest, RequestColumn } from './online-features-request';

/** The keys and the data of some rows of a request that has been checked. */
export function rowsOf(
  { keys, data }: Pick<OnlineFeaturesRequest, 'keys' | 'data'>,
  rows: readonly number[],
  ofRows: number,
): { readonly keys: readonly KeyColumn[]; readonly data: readonly RequestColumn[] } {
  return {
    keys: keys.map((column) => ({ ...column, values: rows.map((row) => column.values[row] as never) })),
    data: data.map((column) => {
      const { values, nulls } = column;
      if (values.length !== ofRows) return column; // one value for all rows
      const isNull = new Set(nulls);
      return {
        ...column,
        values: rows.map((row) => values[row] as never),
        nulls: rows.flatMap((row, i) => (isNull.has(row) ? [i] : [])),
      };
    }),
  };
}
