/** An entity of a view in a writer's memory. No I/O. */
import type { StreamList } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import type { ViewState } from './view-state';

export class CachedEntity {
  #list: StreamList | null = null;
  dirty = false;
  expiresAtMs = Number.POSITIVE_INFINITY;
  /** The flush in which it was last used. */
  usedIn = 0;
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

  /** Takes a list in place of the one that it had; null: none. */
  take(list: StreamList | null): void {
    this.#list?.release();
    this.#list = list;
  }
}
