/** Merging the rows of a stream list into the largest ones that its clock allows. */
import { ceilTo, floorTo, SECOND_MS } from '@forebay/contract';
import { foldColumn, resetAccumulator, writeCells } from './accumulator';
import { oldestEdge, rowAllowed } from './boundaries';
import type { ColumnAccess } from './column-access';
import { ROW_HEADER_BYTES, type ViewLayout } from './layout';
import { streamColumns } from './stream-columns';
import { keepsLifetimeRow, retentionOf } from './stream-list-retention';
import { INSTANT_ROW, LIFETIME_ROW, type ListRows } from './stream-list-rows';
import { viewOf } from './stream-tail';
import { compareSegments, type Segment } from './variable-part';

interface Target extends Segment {
  readonly rows: number[];
}

/** Merges every row into the largest one allowed at w, and drops those past retention; `acc` is scratch. */
export function compactRows(layout: ViewLayout, rows: ListRows, wMs: number, acc: Float64Array): void {
  const targets = targetsOf(layout, rows, wMs);
  const merged = new Uint8Array(Math.max(1, targets.length) * layout.rowSize);
  const view = viewOf(merged);
  const columns = streamColumns(layout, rows.view);
  for (const [i, target] of targets.entries()) {
    const at = i * layout.rowSize;
    let events = 0;
    resetAccumulator(acc, layout);
    for (const row of target.rows) {
      events += rows.eventsOf(row);
      for (const [c, component] of layout.fixed.entries()) {
        foldColumn(
          acc,
          component,
          columns[c] as ColumnAccess,
          columns[component.countIndex] as ColumnAccess,
          row,
          row + 1,
        );
      }
    }
    view.setFloat64(at, target.startMs, true);
    view.setUint32(at + 8, target.widthSeconds, true);
    view.setUint32(at + ROW_HEADER_BYTES - 4, Math.min(events, 0xffffffff), true);
    writeCells(view, at, layout, acc);
  }
  rows.replace(merged, targets.length);
}

/** For each distinct target segment, ascending: the rows that go into it. */
function targetsOf(layout: ViewLayout, rows: ListRows, wMs: number): Target[] {
  const targets: Target[] = [];
  for (let row = 0; row < rows.count; row++) {
    const segment = { startMs: rows.startOf(row), widthSeconds: rows.widthOf(row) };
    const target = compactionTarget(layout, segment, wMs);
    if (target === null) continue;
    const newest = targets[targets.length - 1];
    const existing =
      newest !== undefined && compareSegments(newest, target) === 0
        ? newest
        : targets.find((candidate) => compareSegments(candidate, target) === 0);
    if (existing === undefined) targets.push({ ...target, rows: [row] });
    else existing.rows.push(row);
  }
  return targets.sort(compareSegments);
}

/** Where a row's content belongs at clock w; null: nowhere any more. */
export function compactionTarget(
  layout: ViewLayout,
  { startMs, widthSeconds }: Segment,
  wMs: number,
): Segment | null {
  if (widthSeconds === LIFETIME_ROW || (widthSeconds === INSTANT_ROW && startMs >= wMs))
    return { startMs, widthSeconds };
  const endMs = widthSeconds === INSTANT_ROW ? startMs + 1 : startMs + widthSeconds * SECOND_MS;
  if (keepsLifetimeRow(layout)) {
    if (ceilTo(endMs, layout.hops[0] ?? 1) <= oldestEdge(layout, wMs))
      return { startMs: Number.NEGATIVE_INFINITY, widthSeconds: LIFETIME_ROW };
  } else if (endMs <= wMs - retentionOf(layout)) {
    return null;
  }
  for (let i = layout.hops.length - 1; i >= 0; i--) {
    const hopMs = layout.hops[i] as number;
    const bucketMs = floorTo(startMs, hopMs);
    if (hopMs < widthSeconds * SECOND_MS) break;
    if (rowAllowed(layout, bucketMs, hopMs, wMs))
      return { startMs: bucketMs, widthSeconds: hopMs / SECOND_MS };
  }
  return { startMs, widthSeconds };
}
