/** Which copies of records have been read, by partition of the internal topic. No I/O. */
import type { RekeyOrigin } from '@forebay/event-log';

type Origin = Pick<RekeyOrigin, 'partition' | 'offset'>;

/**
 * All copies of a record lie in one partition of the internal topic, and of the records that go there from one partition of the
 * original topic, each is copied for the first time after all that stand before it. So a copy is one too many exactly when a copy of
 * this or of a later record was read before: one offset for each original partition tells.
 */
export class OriginFences {
  /** By partition of the internal topic, by partition of the original one: the last original that was read. */
  readonly #last = new Map<number, Map<number, number>>();

  /** Reading of a partition (re)starts behind these originals. */
  begin(partition: number, last: ReadonlyMap<number, number>): void {
    this.#last.set(partition, new Map(last));
  }

  forget(): void {
    this.#last.clear();
  }

  /** Takes a copy as read; false: it is one too many. */
  take(partition: number, origin: Origin): boolean {
    let known = this.#last.get(partition);
    if (known === undefined) {
      known = new Map();
      this.#last.set(partition, known);
    }
    const last = known.get(origin.partition);
    if (last !== undefined && origin.offset <= last) return false;
    known.set(origin.partition, origin.offset);
    return true;
  }
}
