/** The SQL that writes the cells of a table view's row (docs/CODEC.md, table value, codec 1). */
import type { TableFeaturePlan, TableLayout } from '@forebay/algebra';
import type { ScalarType } from '@forebay/definitions';
import { type ColumnType, scalarSql } from './table-column-types';
import type { TableColumns } from './table-columns';

/** Fixed width, zeros kept: a FixedString, which concat keeps whole. */
const bytesOf = (number: string, size: number) => `reinterpret(${number}, 'FixedString(${size})')`;
const lengthOf = (bytes: string) => bytesOf(`toUInt32(length(${bytes}))`, 4);

/** A scalar's value as the number whose bytes are stored. */
const CELLS: Readonly<Record<Exclude<ScalarType, 'string'>, { type: string; bytes: number }>> = {
  bool: { type: 'UInt8', bytes: 1 },
  int32: { type: 'Int32', bytes: 4 },
  int64: { type: 'Int64', bytes: 8 },
  double: { type: 'Float64', bytes: 8 },
  timestamp: { type: 'Float64', bytes: 8 },
};

/** Per cell: whether it is null, and its bytes; those of a null are zeros, or none if its length varies. */
interface CellSql {
  readonly isNull: string;
  readonly bytes: string;
}

/** `column` gives the SQL of a field's column. */
export function cellsSql(
  layout: TableLayout,
  columns: TableColumns,
  column: (field: string) => string,
): string {
  const cells = new Map(
    layout.cells.map((plan) => {
      const { field } = plan.feature;
      return [plan, cellSql(plan, column(field), columns.get(field) as ColumnType)];
    }),
  );
  const fixed = layout.cells.filter(({ isVariable }) => !isVariable);
  const variable = layout.cells.filter(({ isVariable }) => isVariable);
  const bytes = (plan: TableFeaturePlan) => (cells.get(plan) as CellSql).bytes;
  const parts = [
    ...nullBytesSql(layout, (plan) => (cells.get(plan) as CellSql).isNull),
    ...fixed.map(bytes),
    ...variable.map((plan) => lengthOf(bytes(plan))),
    ...variable.map(bytes),
  ];
  return `concat(${parts.join(', ')}, '')`;
}

function nullBytesSql(layout: TableLayout, isNull: (plan: TableFeaturePlan) => string): string[] {
  const byBit = [...layout.cells].sort((a, b) => a.bit - b.bit);
  return Array.from({ length: layout.nullBytes }, (_, byte) => {
    const bits = byBit
      .slice(8 * byte, 8 * byte + 8)
      .map((plan, bit) => `toUInt8(${isNull(plan)}) * ${1 << bit}`);
    return `char(${bits.join(' + ')})`;
  });
}

function cellSql({ shape }: TableFeaturePlan, column: string, type: ColumnType): CellSql {
  if (shape.kind === 'vector') return vectorSql(column);
  if (shape.kind === 'list') return listSql(shape.type, column, type.element as ColumnType);
  const value = scalarSql(shape.type, type)!.value(column);
  const isNull = `isNull(${value})`;
  if (shape.type === 'string') return { isNull, bytes: `ifNull(${value}, '')` };
  const cell = CELLS[shape.type];
  return { isNull, bytes: bytesOf(`CAST(ifNull(${value}, 0), '${cell.type}')`, cell.bytes) };
}

/** No vector is written as an empty array; one with a NaN or an infinity in it is null too. */
function vectorSql(column: string): CellSql {
  const numbers = `CAST(arrayMap(x -> x + 0., ${column}), 'Array(Float32)')`;
  const isNull = `(empty(${column}) OR NOT arrayAll(x -> isFinite(x), ${numbers}))`;
  return { isNull, bytes: `if(${isNull}, '', reinterpret(${numbers}, 'String'))` };
}

/** A list with a NaN or an infinity in it is null. */
function listSql(type: ScalarType, column: string, element: ColumnType): CellSql {
  const value = scalarSql(type, element)!.value;
  if (type === 'string') {
    const entry = `concat(${lengthOf(value('x'))}, ${value('x')})`;
    return { isNull: '0', bytes: `arrayStringConcat(arrayMap(x -> ${entry}, ${column}))` };
  }
  const cells = (of: string) =>
    `reinterpret(CAST(arrayMap(x -> ${of}, ${column}), 'Array(${CELLS[type].type})'), 'String')`;
  if (type !== 'double') return { isNull: '0', bytes: cells(value('x')) };
  const isNull = `NOT arrayAll(x -> isFinite(toFloat64(x)), ${column})`;
  return { isNull, bytes: `if(${isNull}, '', ${cells('toFloat64(x) + 0.')})` };
}
