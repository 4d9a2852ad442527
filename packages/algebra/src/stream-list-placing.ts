/** Into which row of a stream list an event goes. */
import { floorTo, SECOND_MS } from '@forebay/contract';
import { oldestEdge, rowAllowed } from './boundaries';
import type { ViewLayout } from './layout';
import { isTooLate, keepsLifetimeRow } from './stream-list-retention';
import { INSTANT_ROW, LIFETIME_ROW, type ListRows } from './stream-list-rows';

/** The row that takes an event at the writer's clock w, made if need be; −1 if none may hold it. */
export function rowFor(layout: ViewLayout, rows: ListRows, eventTimeMs: number, wMs: number): number {
  if (eventTimeMs >= wMs) return instantRow(rows, eventTimeMs);
  let at = rows.count - 1;
  while (at >= 0 && (rows.startOf(at) > eventTimeMs || rows.widthOf(at) === INSTANT_ROW)) at--;
  // `at` is the last ordinary row that starts at or before the event
  if (at >= 0 && rows.widthOf(at) !== LIFETIME_ROW && eventTimeMs < rows.endOf(at)) return at;
  if (keepsLifetimeRow(layout)) {
    if (eventTimeMs < oldestEdge(layout, wMs))
      return at >= 0 && rows.widthOf(0) === LIFETIME_ROW
        ? 0
        : rows.insert(0, Number.NEGATIVE_INFINITY, LIFETIME_ROW);
  } else if (isTooLate(layout, eventTimeMs, wMs)) {
    return -1;
  }
  return bucketRow(layout, rows, at, eventTimeMs, wMs);
}

/** A new row of the largest hop that is allowed and overlaps no ordinary row; `before` is the ordinary row before it. */
function bucketRow(
  layout: ViewLayout,
  rows: ListRows,
  before: number,
  eventTimeMs: number,
  wMs: number,
): number {
  const { hops } = layout;
  const previousEnd =
    before < 0 || rows.widthOf(before) === LIFETIME_ROW ? Number.NEGATIVE_INFINITY : rows.endOf(before);
  let next = before + 1;
  while (next < rows.count && rows.widthOf(next) === INSTANT_ROW) next++;
  const nextStart = next < rows.count ? rows.startOf(next) : Number.POSITIVE_INFINITY;
  for (let i = hops.length - 1; i >= 0; i--) {
    const hopMs = hops[i] as number;
    const startMs = floorTo(eventTimeMs, hopMs);
    if (startMs < previousEnd || startMs + hopMs > nextStart || !rowAllowed(layout, startMs, hopMs, wMs))
      continue;
    return rows.insertSorted(startMs, hopMs / SECOND_MS);
  }
  return -1;
}

function instantRow(rows: ListRows, eventTimeMs: number): number {
  for (let row = rows.count - 1; row >= 0 && rows.startOf(row) >= eventTimeMs; row--) {
    if (rows.startOf(row) === eventTimeMs && rows.widthOf(row) === INSTANT_ROW) return row;
  }
  return rows.insertSorted(eventTimeMs, INSTANT_ROW);
}
