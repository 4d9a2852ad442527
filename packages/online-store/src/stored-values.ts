/**
 * The values that one command was answered with: ranges of bytes that lie in one memory. There are hundreds in an answer, and
 * most are read once, so a value has no object of its own unless it is asked for.
 */
export class StoredValues {
  length = 0;
  #memory: Uint8Array = NOTHING;
  #view: DataView = new DataView(NOTHING.buffer);
  #from = new Int32Array(0);
  /** −1: there is no such key. */
  #sizes = new Int32Array(0);

  /** A copy of each. */
  static of(values: readonly (Uint8Array | null)[]): StoredValues {
    const memory = new Uint8Array(values.reduce((sum, value) => sum + (value?.length ?? 0), 0));
    const stored = new StoredValues();
    stored.memory = memory;
    stored.begin(values.length);
    let at = 0;
    for (const [i, value] of values.entries()) {
      if (value === null) stored.place(i, 0, ABSENT);
      else {
        memory.set(value, at);
        stored.place(i, at, value.length);
        at += value.length;
      }
    }
    return stored;
  }

  /** What the values lie in, besides other bytes. */
  get memory(): Uint8Array {
    return this.#memory;
  }

  set memory(memory: Uint8Array) {
    if (memory === this.#memory) return;
    this.#memory = memory;
    this.#view = new DataView(memory.buffer, memory.byteOffset, memory.length);
  }

  /** Of all of `memory`. */
  get view(): DataView {
    return this.#view;
  }

  /** Where the value begins in `memory`. */
  fromOf(index: number): number {
    return this.#from[index] as number;
  }

  /** Of the value in bytes; −1: there is none. */
  sizeOf(index: number): number {
    return this.#sizes[index] as number;
  }

  /** The value in place, or null where there is none. */
  at(index: number): Uint8Array | null {
    const size = this.#sizes[index] as number;
    const { buffer, byteOffset } = this.#view;
    return size < 0 ? null : new Uint8Array(buffer, byteOffset + (this.#from[index] as number), size);
  }

  /** The same in memory of their own. */
  kept(): StoredValues {
    let [begin, end] = [Number.POSITIVE_INFINITY, 0];
    for (let i = 0; i < this.length; i++) {
      if (this.sizeOf(i) < 0) continue;
      begin = Math.min(begin, this.fromOf(i));
      end = Math.max(end, this.fromOf(i) + this.sizeOf(i));
    }
    const kept = new StoredValues();
    kept.begin(this.length);
    if (end > 0) kept.memory = new Uint8Array(this.memory.subarray(begin, end));
    for (let i = 0; i < this.length; i++) {
      const size = this.sizeOf(i);
      kept.place(i, size < 0 ? 0 : this.fromOf(i) - begin, size);
    }
    return kept;
  }

  /** @internal For whoever reads an answer: it has so many values, whose places follow. */
  begin(length: number): void {
    this.length = length;
    if (this.#from.length >= length) return;
    this.#from = new Int32Array(length);
    this.#sizes = new Int32Array(length);
  }

  /** @internal */
  place(index: number, from: number, size: number): void {
    this.#from[index] = from;
    this.#sizes[index] = size;
  }

  /** @internal The first `count` values were moved in memory. */
  move(count: number, by: number): void {
    for (let i = 0; i < count; i++) this.#from[i] = (this.#from[i] as number) + by;
  }
}

/** Size of a value that is not there. */
export const ABSENT = -1;

const NOTHING = new Uint8Array(0);
