import { viewOf } from './stream-tail';

/** The DataView of the bytes asked for last: the states of a part stand in one array, and a view for each would be garbage. */
export class LastView {
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = viewOf(this.#bytes);

  of(bytes: Uint8Array): DataView {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = viewOf(bytes);
    }
    return this.#view;
  }
}
