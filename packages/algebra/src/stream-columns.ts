import { COLUMN, type ColumnAccess } from './column-access';
import type { FixedComponent, ViewLayout } from './layout';

function codeOf(component: FixedComponent): ColumnAccess['code'] {
  if (component.kind === 'sum') return COLUMN.pair;
  return component.lane.cell === 'int64' && (component.kind === 'min' || component.kind === 'max')
    ? COLUMN.i64
    : COLUMN.f64;
}

/** Access to each fixed component of a stream list's rows, in the layout's order. */
export function streamColumns(layout: ViewLayout, view: DataView): ColumnAccess[] {
  return layout.fixed.map((component) => ({
    view,
    base: component.rowOffset,
    stride: layout.rowSize,
    second: 8,
    third: 16,
    code: codeOf(component),
  }));
}
