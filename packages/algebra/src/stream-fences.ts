import type { ViewLayout } from './layout';
import { type FenceEntry, readFences, readTail, viewOf } from './stream-tail';

/** What a stored stream list says of the partitions whose events are in it. Throws `corrupt_data`. */
export function fencesOf({ rowSize }: ViewLayout, stream: Uint8Array): readonly FenceEntry[] {
  const view = viewOf(stream);
  return readFences(view, readTail(view, rowSize));
}
