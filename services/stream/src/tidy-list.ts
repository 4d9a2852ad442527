import type { StreamList } from '@forebay/algebra';

/** Before the first change of a flush: what would make its write, or all later ones, larger than need be. */
export function tidy(list: StreamList, wMs: number, heldFromMs: number): void {
  if (list.needsCompaction(wMs)) list.compact(wMs, heldFromMs);
  else if (list.needsSealing) list.seal();
}
