/** An entity of a view in a writer's memory. No I/O. */
import type { StreamList } from '@forebay/algebra';
import { ForebayError, MINUTE_MS } from '@forebay/contract';
import type { ViewState } from './view-state';

const NEVER = 2 ** 30;

export class CachedEntity {
  #list: StreamList | null = null;
  dirty = false;
  /** The minute since the epoch before whose end its stored value may expire: a small integer lies in the object itself. */
  expiresAtMinute = NEVER;
  /** The flush in which it was last used. */
  usedIn = 0;
  /** Whether it is in the memory of its view: what was forgotten is never used again. */
  isKept = true;
  /** The entity of the same key in the next view that takes the same events by the same keys, if it was looked up. */
  twin: CachedEntity | null = null;
  /** What it counts for in the view's size. */
  sizeBytes = 0;

  constructor(
    readonly view: ViewState,
    readonly key: string,
    readonly bucket: number,
  ) {}

  /** Whether its value was asked for, and has come. */
  get isLoaded(): boolean {
    return this.#list !== null;
  }

  get list(): StreamList {
    if (this.#list !== null) return this.#list;
    throw new ForebayError('internal', `entity "${this.key}" is used before its value was read`);
  }

  /** +∞: never. */
  expireAt(instantMs: number): void {
    this.expiresAtMinute = Number.isFinite(instantMs) ? Math.floor(instantMs / MINUTE_MS) : NEVER;
  }

  /** Takes a list in place of the one that it had; null: none. */
  take(list: StreamList | null): void {
    this.#list?.release();
    this.#list = list;
  }
}
