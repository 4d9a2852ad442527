/** Why a run of an aggregation view has found no value to write. */
import { MAX_ENTITY_KEY_BYTES } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import type { EventTally } from '@forebay/offline-store';

/** @param scanned the events of the archive that its windows can see */
export function noValueReason(
  { view, source }: { readonly view: AggregationView; readonly source: EventSource },
  scanned: number,
  { counting, withKeys, passing }: EventTally,
): string {
  if (scanned === 0) return `the archive of "${source.name}" has no event in its windows before the cut`;
  if (counting === 0) return nothingCounts(view, source, scanned);
  if (withKeys === 0) return `${eventsText(counting)} in its windows, and none has ${keysText(view)}`;
  if (passing === 0)
    return `${eventsText(withKeys)} with ${keysText(view)} in its windows, and none passes the view's filter (${view.filter})`;
  return `${eventsText(passing)} in its windows, and every entity key is longer than ${MAX_ENTITY_KEY_BYTES} bytes`;
}

function nothingCounts({ schedule }: AggregationView, source: EventSource, scanned: number): string {
  const lies = `${eventsText(scanned)} of "${source.name}" in its windows`;
  if (source.pairing !== undefined) return `${lies}, and no two make a pair`;
  const late = schedule === null ? '' : ', or became known after the tick and the wait';
  return `${lies}, and all are of loads that have not finished${late}`;
}

const eventsText = (events: number) => (events === 1 ? 'there is 1 event' : `there are ${events} events`);

function keysText({ keyFields }: AggregationView): string {
  const names = keyFields.map((name) => `"${name}"`).join(', ');
  return keyFields.length === 1 ? `the join key ${names}` : `all join keys (${names})`;
}
