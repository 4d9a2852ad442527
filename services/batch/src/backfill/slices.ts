/** How a range of history is cut into slices, each of which is staged by itself. */
import type { TimeSlice } from '@forebay/offline-store';

export interface MonthOfEvents {
  readonly monthMs: number;
  readonly events: number;
}

/**
 * Whole months, which are the parts of an archive, so that none is read twice: as many of them as have not more than `most` events, or a
 * single one. The first slice begins where the range does.
 *
 * @param months ascending, those with events
 * @param fromMs null: from the beginning
 */
export function slicesOf(
  months: readonly MonthOfEvents[],
  {
    fromMs,
    untilMs,
    most,
  }: { readonly fromMs: number | null; readonly untilMs: number; readonly most: number },
): TimeSlice[] {
  const slices: { fromMs: number | null; untilMs: number; events: number }[] = [];
  for (const { monthMs, events } of months) {
    const last = slices.at(-1);
    if (last === undefined) slices.push({ fromMs, untilMs, events });
    else if (last.events + events <= most) last.events += events;
    else {
      last.untilMs = monthMs;
      slices.push({ fromMs: monthMs, untilMs, events });
    }
  }
  return slices;
}
