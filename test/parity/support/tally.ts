/** How many values were compared, by path, by operation and by both, and how they came out. */
import type { ComparedStatus, Comparison, PathName, ValueKind } from './comparison';

export interface Count {
  compared: number;
  differed: number;
  degraded: number;
  /** The largest relative difference of those that agree. */
  largest: number;
}

const newCount = (): Count => ({ compared: 0, differed: 0, degraded: 0, largest: 0 });

export class Tally {
  readonly all = newCount();
  readonly byPath = new Map<PathName, Count>();
  readonly byKind = new Map<ValueKind, Count>();
  readonly byBoth = new Map<`${PathName}, ${ValueKind}`, Count>();
  /** How many DEGRADED values there are of each path for each reason. */
  readonly reasons = new Map<PathName, Map<string, number>>();
  readonly statuses: Record<ComparedStatus, number> = {
    PRESENT: 0,
    NULL_VALUE: 0,
    NOT_FOUND: 0,
    OUTSIDE_MAX_AGE: 0,
    DEGRADED: 0,
  };

  /** Counts them all; returns those that differ. */
  add(comparisons: readonly Comparison[]): Comparison[] {
    for (const each of comparisons) {
      this.statuses[each.status]++;
      count(this.all, each);
      count(held(this.byPath, each.path), each);
      count(held(this.byKind, each.kind), each);
      count(held(this.byBoth, `${each.path}, ${each.kind}`), each);
      if (each.reason !== null) this.#countReason(each.path, each.reason);
    }
    return comparisons.filter(({ difference }) => difference === null);
  }

  #countReason(path: PathName, reason: string): void {
    const reasons = this.reasons.get(path) ?? new Map<string, number>();
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    this.reasons.set(path, reasons);
  }
}

function count(into: Count, { difference, status }: Comparison): void {
  into.compared++;
  if (difference === null) into.differed++;
  else into.largest = Math.max(into.largest, difference);
  if (status === 'DEGRADED') into.degraded++;
}

function held<Key>(counts: Map<Key, Count>, key: Key): Count {
  const found = counts.get(key) ?? newCount();
  counts.set(key, found);
  return found;
}
