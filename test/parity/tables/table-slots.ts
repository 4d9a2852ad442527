/** The rows of an entity as a run stores them, made without a server. */
import {
  encodeTableCells,
  encodeTableValue,
  firstTickOf,
  rowHash,
  type TableHistoryRow,
  type TableLayout,
  type TableSlot,
} from '@forebay/algebra';
import { ceilTo } from '@forebay/contract';
import type { TableRow } from '@forebay/testkit';

type Slot = TableSlot & TableHistoryRow;

/**
 * The latest first.
 *
 * @param knownAsOfMs rows that became known later are left out, all others are seen from their event time on; null: by tick and wait
 */
export function slotsOf(
  layout: TableLayout,
  rows: readonly TableRow[],
  knownAsOfMs: number | null = null,
): Slot[] {
  const { schedule } = layout.view;
  return rows
    .filter(({ knownAtMs }) => knownAsOfMs === null || knownAtMs <= knownAsOfMs)
    .map(({ eventTimeMs, knownAtMs, values }): Slot => {
      const cells = encodeTableCells(layout, values);
      const { high, low } = rowHash(cells);
      const validFromMs =
        knownAsOfMs === null
          ? firstTickOf(schedule, eventTimeMs, knownAtMs)
          : ceilTo(eventTimeMs, schedule.intervalMs);
      return { eventTimeMs, knownAtMs, validFromMs, cells, hash: (BigInt(high) << 32n) | BigInt(low) };
    })
    .sort(
      (a, b) =>
        b.eventTimeMs - a.eventTimeMs ||
        b.knownAtMs - a.knownAtMs ||
        Number(b.hash > a.hash) - Number(b.hash < a.hash),
    );
}

/** The value that a run of the tick writes: the row as of the tick, and where that is new the one before it; null: nothing. */
export function writtenTable(
  layout: TableLayout,
  rows: readonly TableRow[],
  tickMs: number,
): Uint8Array | null {
  const slots = slotsOf(layout, rows);
  const seenAt = (tick: number) => slots.find(({ validFromMs }) => validFromMs <= tick);
  const now = seenAt(tickMs);
  if (now === undefined) return null;
  const before = now.validFromMs === tickMs ? seenAt(tickMs - layout.view.schedule.intervalMs) : undefined;
  const held = before === undefined ? [now] : [now, before];
  const oldestMs = (held.at(-1) as Slot).validFromMs;
  return encodeTableValue(
    held,
    slots.some(({ validFromMs }) => validFromMs < oldestMs),
  );
}
