/** How many values were compared, by path and by operation, and how they came out. */
import type { OperationName } from '@forebay/definitions';
import type { ExpectedStatus } from '@forebay/testkit';
import type { Comparison, PathName } from './comparison';

export interface Count {
  compared: number;
  differed: number;
  degraded: number;
  largest: number;
}

const newCount = (): Count => ({ compared: 0, differed: 0, degraded: 0, largest: 0 });

export class Tally {
  readonly byPath = new Map<PathName, Count>();
  readonly byOperation = new Map<OperationName, Count>();
  readonly statuses: Record<ExpectedStatus, number> = {
    PRESENT: 0,
    NULL_VALUE: 0,
    NOT_FOUND: 0,
    DEGRADED: 0,
  };
  compared = 0;

  /** Counts them all; returns those that differ. */
  add(comparisons: readonly Comparison[]): Comparison[] {
    for (const each of comparisons) {
      this.compared++;
      this.statuses[each.status]++;
      for (const count of [held(this.byPath, each.path), held(this.byOperation, each.feature.operation)]) {
        count.compared++;
        if (each.difference === null) count.differed++;
        else count.largest = Math.max(count.largest, each.difference);
        if (each.status === 'DEGRADED') count.degraded++;
      }
    }
    return comparisons.filter(({ difference }) => difference === null);
  }
}

function held<Key>(counts: Map<Key, Count>, key: Key): Count {
  const count = counts.get(key) ?? newCount();
  counts.set(key, count);
  return count;
}
