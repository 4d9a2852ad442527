const INITIAL_PLACES = 64;

/** Numbers of keys by their hashes: a table of open addresses. The keys themselves, and what makes two equal, are its owner's. */
export class KeyPlaces {
  size = 0;
  /** Numbers of keys from 1; 0: free. At most half of them are taken. */
  #table = new Int32Array(INITIAL_PLACES);
  /** Of each key. */
  #hashes = new Uint32Array(INITIAL_PLACES / 2);
  #places = new Int32Array(INITIAL_PLACES / 2);
  #hash = 0;
  #place = 0;

  clear(): void {
    for (let key = 0; key < this.size; key++) this.#table[this.#places[key] as number] = 0;
    this.size = 0;
  }

  /** The first key that may have this hash; −1: none has. */
  first(hash: number): number {
    this.#hash = hash;
    this.#place = hash & (this.#table.length - 1);
    return this.#candidate();
  }

  /** The next one, after `first`. */
  next(): number {
    this.#place = (this.#place + 1) & (this.#table.length - 1);
    return this.#candidate();
  }

  #candidate(): number {
    for (;;) {
      const key = (this.#table[this.#place] as number) - 1;
      if (key < 0 || this.#hashes[key] === this.#hash) return key;
      this.#place = (this.#place + 1) & (this.#table.length - 1);
    }
  }

  /** Adds a key where `first` and `next` found none; returns its number. */
  add(hash: number): number {
    const key = this.size++;
    if (key === this.#hashes.length) this.#grow();
    this.#hashes[key] = hash;
    this.#put(key);
    return key;
  }

  #put(key: number): void {
    const mask = this.#table.length - 1;
    let place = (this.#hashes[key] as number) & mask;
    while (this.#table[place] !== 0) place = (place + 1) & mask;
    this.#table[place] = key + 1;
    this.#places[key] = place;
  }

  #grow(): void {
    const { length } = this.#hashes;
    const hashes = this.#hashes;
    this.#hashes = new Uint32Array(2 * length);
    this.#hashes.set(hashes);
    this.#places = new Int32Array(2 * length);
    this.#table = new Int32Array(4 * length);
    for (let key = 0; key < length; key++) this.#put(key);
  }
}
