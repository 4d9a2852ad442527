/** Some rows of a response, as a response of their own. */
import type { FeatureResponse, TypedColumn } from './feature-response';
import type { ColumnPlaces } from './online-features';

const PRESENT = 1;

/** Numbers, statuses and vectors are slices of the message, not copies. */
export function responseRows(
  response: FeatureResponse,
  { columns, blockWidth }: Pick<ColumnPlaces, 'columns' | 'blockWidth'>,
  from: number,
  count: number,
): FeatureResponse {
  const to = from + count;
  const rowBytes = blockWidth * Float64Array.BYTES_PER_ELEMENT;
  const statuses = response.statuses.subarray(from * columns.length, to * columns.length);
  return {
    ...response,
    rowCount: count,
    float64Block: response.float64Block.subarray(from * rowBytes, to * rowBytes),
    typed: response.typed.map((column) => typedRows(column, from, to)),
    // as in a response of its own, none are needed where all are PRESENT
    statuses: statuses.every((status) => status === PRESENT) ? statuses.subarray(0, 0) : statuses,
    degraded: response.degraded.flatMap((one) =>
      one.row >= from && one.row < to ? [{ ...one, row: one.row - from }] : [],
    ),
    firstRow: response.firstRow + from,
    rowVariants: response.rowVariants.subarray(from, to),
  };
}

function typedRows(column: TypedColumn, from: number, to: number): TypedColumn {
  const rowBytes = column.vectorLength * Float32Array.BYTES_PER_ELEMENT;
  return {
    ...column,
    integers: column.integers.slice(from, to),
    strings: column.strings.slice(from, to),
    lists: column.lists.slice(from, to),
    maps: column.maps.slice(from, to),
    nullRows: new Set([...column.nullRows].flatMap((row) => (row >= from && row < to ? [row - from] : []))),
    vectors: column.vectors.subarray(from * rowBytes, to * rowBytes),
  };
}
