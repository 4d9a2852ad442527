/** The read path of table views: the latest row of one entity as of the tick that a read answers for. */
import { tickAt } from './boundaries';
import type { DegradedReason, ReadContext } from './exactness';
import { isUnreadable } from './fold';
import type { StoredParts } from './fold-lists';
import { placeOf, type StoredPlace } from './stored-place';
import type { TableLayout } from './table-layout';
import { isOutsideMaxAge, leaveNothing, leaveStatuses } from './table-output';
import { TableValue } from './table-value';
import { STATUS, type ViewOutput } from './view-output';

/**
 * Reads values of one view; the value stands in `StoredParts.batch`, and the marker's cut is the newest finished tick.
 * Exact iff that is the reader's tick or the one after it: a value holds the rows of two ticks. Not re-entrant.
 */
export class TableRead {
  readonly layout: TableLayout;
  readonly #value: TableValue;

  constructor(layout: TableLayout) {
    this.layout = layout;
    this.#value = new TableValue(layout);
  }

  /** Leaves every feature of the view as of the tick of `context.tMs` in `out`. */
  fold({ batch }: StoredParts, context: ReadContext, out: ViewOutput): void {
    this.foldAt(placeOf(batch), context, out);
  }

  /** The same of a value in place. */
  foldAt(place: StoredPlace, { tMs, batchMarker }: ReadContext, out: ViewOutput): void {
    const { schedule } = this.layout.view;
    const tickMs = tickAt(schedule, tMs);
    const ahead = batchMarker === null ? Number.NaN : batchMarker.cutMs - tickMs;
    const reason = ahead === 0 || ahead === schedule.intervalMs ? null : 'incomplete';
    try {
      this.#read(place, tickMs, reason, out);
    } catch (thrown) {
      out.newestEventMs = Number.NaN;
      if (!isUnreadable(thrown)) throw thrown;
      leaveNothing(out, STATUS.DEGRADED, reason ?? 'unreadable');
    }
  }

  #read(place: StoredPlace, tickMs: number, known: DegradedReason | null, out: ViewOutput): void {
    const value = this.#value;
    const isThere = place.size >= 0;
    const readable = isThere && value.openAt(place);
    const slot = readable ? value.slotAt(tickMs) : -1;
    let reason = known;
    if (isThere && !readable) reason ??= 'unreadable';
    // a row of this tick was replaced by those of later ticks: the writer's clock is ahead of the reader's
    if (readable && slot < 0 && value.hadEarlierRow) reason ??= 'incomplete';
    out.newestEventMs = slot < 0 ? Number.NaN : value.eventTimeMs(slot);
    if (slot < 0) {
      leaveNothing(out, STATUS.NOT_FOUND, reason);
    } else if (isOutsideMaxAge(this.layout, out.newestEventMs, tickMs)) {
      leaveNothing(out, STATUS.OUTSIDE_MAX_AGE, reason);
    } else {
      leaveStatuses(out, value.read(slot, out), reason);
    }
  }
}
