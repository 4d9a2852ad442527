/** Entities whose last records are DEGRADED for a reason that passes, whatever happens to them: they are written again then. No I/O. */
import type { DegradedReason } from '@forebay/algebra';

/**
 * `soon`: within moments, so that the position can wait for it. While reading is behind it does not: a process that is started again
 * would begin there.
 */
const PASSING: Partial<Record<DegradedReason, 'soon' | 'later'>> = {
  no_progress: 'soon',
  no_marker: 'soon',
  stale: 'later',
  clock_skew: 'later',
};

export class OwedEntities {
  readonly #soon = new Set<string>();
  readonly #later = new Set<string>();

  /** The entity was written; `degraded`: why its values are not exact. */
  written(key: string, degraded: DegradedReason | null): void {
    const passes = degraded === null ? undefined : PASSING[degraded];
    if (passes === 'soon') this.#soon.add(key);
    else this.#soon.delete(key);
    if (passes === 'later') this.#later.add(key);
    else this.#later.delete(key);
  }

  get size(): number {
    return this.#soon.size + this.#later.size;
  }

  /** Whether the position has to wait. */
  get holdsPosition(): boolean {
    return this.#soon.size > 0;
  }

  /** One of them, to ask about; null: there is none. */
  get first(): string | null {
    const [key = null] = this.#soon.size > 0 ? this.#soon : this.#later;
    return key;
  }

  /** Hands over those that are better off now that values of the view are DEGRADED for this reason, or for none. */
  release(degraded: DegradedReason | null): ReadonlySet<string> {
    const passes = degraded === null ? undefined : PASSING[degraded];
    const released = new Set<string>();
    if (passes === 'soon') return released;
    for (const key of this.#soon) released.add(key);
    this.#soon.clear();
    if (passes === 'later') return released;
    for (const key of this.#later) released.add(key);
    this.#later.clear();
    return released;
  }
}
