/** What a read of a table view leaves: the same from Redis and in training sets. */
import type { DegradedReason } from './exactness';
import type { TableLayout } from './table-layout';
import { STATUS, type ViewOutput } from './view-output';

export function newTableOutput(layout: TableLayout): ViewOutput {
  const features = layout.features.length;
  return {
    numbers: new Float64Array(features),
    others: new Array(features).fill(null),
    statuses: new Uint8Array(features),
    reason: null,
    allPresent: false,
    newestEventMs: Number.NaN,
  };
}

/** Whether a row is too old for a tick. */
export function isOutsideMaxAge({ view }: TableLayout, eventTimeMs: number, tickMs: number): boolean {
  return view.maxAgeMs !== null && tickMs - eventTimeMs > view.maxAgeMs;
}

/** No value for any feature; with a reason all are DEGRADED. */
export function leaveNothing(out: ViewOutput, status: number, reason: DegradedReason | null): void {
  out.numbers.fill(Number.NaN);
  out.others.fill(null);
  out.statuses.fill(reason === null ? status : STATUS.DEGRADED);
  out.reason = reason;
  out.allPresent = false;
}

/** The statuses of the values that stand in `out`, of which there may be nulls; with a reason all are DEGRADED. */
export function leaveStatuses(out: ViewOutput, mayBeNull: boolean, reason: DegradedReason | null): void {
  const { numbers, others, statuses, allPresent } = out;
  out.reason = reason;
  out.allPresent = !mayBeNull && reason === null;
  if (!mayBeNull) {
    // as those of the row before, which are there still
    if (out.allPresent && allPresent) return;
    statuses.fill(reason === null ? STATUS.PRESENT : STATUS.DEGRADED);
    return;
  }
  for (let i = 0; i < statuses.length; i++) {
    const isNull = others[i] === null && Number.isNaN(numbers[i]);
    statuses[i] = reason !== null ? STATUS.DEGRADED : isNull ? STATUS.NULL_VALUE : STATUS.PRESENT;
  }
}
