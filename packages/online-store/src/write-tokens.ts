import { randomBytes } from 'node:crypto';

/** Write tokens: 5 random bytes of the process, and a counter. No two writes of any writers have the same. */
export class WriteTokens {
  readonly #token = new Uint8Array(8);
  #count = 0;

  constructor() {
    this.#token.set(randomBytes(5));
  }

  /** 8 bytes in memory that the next call overwrites. */
  next(): Uint8Array {
    this.#count++;
    // after 2^24 writes the random part is drawn anew
    if (this.#count === 2 ** 24) {
      this.#count = 0;
      this.#token.set(randomBytes(5));
    }
    this.#token[5] = this.#count & 0xff;
    this.#token[6] = (this.#count >>> 8) & 0xff;
    this.#token[7] = this.#count >>> 16;
    return this.#token;
  }
}
