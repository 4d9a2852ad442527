/**
 * What a person would write to fold the states of one operation: each class knows its bytes (docs/CODEC.md), takes states in
 * the order from the newest to the oldest, and may be asked for its value between them.
 */

export interface HandState {
  reset(): void;
  /** Takes the state `[from, to)` of what `view` and `bytes` show. */
  absorb(bytes: Buffer, view: DataView, from: number, to: number): void;
  value(): unknown;
}

const REGISTERS = 4096;

/** Hashes in a table of open addresses; beyond `exact` of them HyperLogLog with the estimator of Ertl (2017), algorithm 6. */
export class HandDistinct implements HandState {
  readonly #exact: number;
  readonly #highs = new Uint32Array(2048);
  readonly #lows = new Uint32Array(2048);
  #size = 0;
  readonly #registers = new Uint8Array(REGISTERS);
  #dense = false;

  constructor(exact: number) {
    this.#exact = exact;
  }

  reset(): void {
    this.#highs.fill(0);
    this.#lows.fill(0);
    this.#size = 0;
    this.#dense = false;
  }

  absorb(bytes: Buffer, view: DataView, from: number, to: number): void {
    if (bytes[from] === 1) {
      this.#toRegisters();
      const registers = this.#registers;
      for (let i = 0; i < REGISTERS; i++) {
        const rank = bytes[from + 1 + i] as number;
        if (rank > (registers[i] as number)) registers[i] = rank;
      }
      return;
    }
    for (let at = from + 1; at < to; at += 8)
      this.#add(view.getUint32(at + 4, true), view.getUint32(at, true));
  }

  #add(high: number, low: number): void {
    if (this.#dense) {
      this.#raise(high, low);
      return;
    }
    let place = low & 2047;
    while (this.#highs[place] !== 0 || this.#lows[place] !== 0) {
      if (this.#lows[place] === low && this.#highs[place] === high) return;
      place = (place + 1) & 2047;
    }
    this.#highs[place] = high;
    this.#lows[place] = low;
    if (++this.#size > this.#exact) this.#toRegisters();
  }

  #raise(high: number, low: number): void {
    const upper = high & 0xfffff;
    const rank = upper !== 0 ? Math.clz32(upper) - 11 : low !== 0 ? 21 + Math.clz32(low) : 53;
    const register = high >>> 20;
    if (rank > (this.#registers[register] as number)) this.#registers[register] = rank;
  }

  #toRegisters(): void {
    if (this.#dense) return;
    this.#dense = true;
    this.#registers.fill(0);
    for (let i = 0; i < 2048; i++)
      if (this.#highs[i] !== 0 || this.#lows[i] !== 0)
        this.#raise(this.#highs[i] as number, this.#lows[i] as number);
  }

  value(): number {
    if (!this.#dense) return this.#size;
    const counts = new Uint32Array(54);
    for (let i = 0; i < REGISTERS; i++) {
      const rank = this.#registers[i] as number;
      counts[rank] = (counts[rank] as number) + 1;
    }
    // no register of these entities is full
    let z = 0;
    for (let rank = 52; rank >= 1; rank--) z = 0.5 * (z + (counts[rank] as number));
    let power = (counts[0] as number) / REGISTERS;
    let sigma = power;
    for (let factor = 1, before = -1; before !== sigma; factor += factor) {
      power *= power;
      before = sigma;
      sigma += power * factor;
    }
    return Math.round((REGISTERS * REGISTERS) / (2 * Math.LN2) / (z + REGISTERS * sigma));
  }
}

const word = new DataView(new ArrayBuffer(8));

/** Counts of the buckets of numbers that are not negative, in one flat array. */
export class HandQuantile implements HandState {
  readonly #q: number;
  readonly #counts = new Uint32Array(1 << 17);
  readonly #touched = new Int32Array(4096);
  #size = 0;
  #total = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  constructor(q: number) {
    this.#q = q;
  }

  reset(): void {
    for (let i = 0; i < this.#size; i++) this.#counts[this.#touched[i] as number] = 0;
    this.#size = 0;
    this.#total = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
  }

  absorb(_bytes: Buffer, view: DataView, from: number, to: number): void {
    this.#min = Math.min(this.#min, view.getFloat64(from, true));
    this.#max = Math.max(this.#max, view.getFloat64(from + 8, true));
    for (let at = from + 16; at < to; at += 8) {
      const bucket = view.getInt32(at, true);
      const count = view.getUint32(at + 4, true);
      const held = this.#counts[bucket] as number;
      if (held === 0) this.#touched[this.#size++] = bucket;
      this.#counts[bucket] = held + count;
      this.#total += count;
    }
  }

  value(): number {
    let rank = Math.floor(this.#q * (this.#total - 1));
    let bucket = 0;
    for (const each of this.#touched.subarray(0, this.#size).sort()) {
      bucket = each;
      const count = this.#counts[each] as number;
      if (rank < count) break;
      rank -= count;
    }
    if (bucket === 0) return Math.min(this.#max, Math.max(this.#min, 0));
    word.setUint32(0, ((bucket - 1) << 14) | (1 << 13));
    return Math.min(this.#max, Math.max(this.#min, word.getFloat64(0)));
  }
}

export class HandHistogram implements HandState {
  readonly #counts: Float64Array;

  constructor(bins: number) {
    this.#counts = new Float64Array(bins);
  }

  reset(): void {
    this.#counts.fill(0);
  }

  absorb(_bytes: Buffer, view: DataView, from: number): void {
    const counts = this.#counts;
    for (let i = 0; i < counts.length; i++)
      counts[i] = (counts[i] as number) + view.getFloat64(from + 8 * i, true);
  }

  value(): number[] {
    return Array.from(this.#counts);
  }
}

/** Counts by an integer that is safe. */
export class HandCounts implements HandState {
  readonly #counts = new Map<number, number>();

  reset(): void {
    this.#counts.clear();
  }

  absorb(_bytes: Buffer, view: DataView, from: number, to: number): void {
    const counts = this.#counts;
    for (let at = from + 1; at < to; at += 16) {
      const key = view.getInt32(at + 4, true) * 4_294_967_296 + view.getUint32(at, true);
      counts.set(key, (counts.get(key) ?? 0) + view.getFloat64(at + 8, true));
    }
  }

  value(): Map<number, number> {
    const keys = Float64Array.from(this.#counts.keys()).sort();
    const map = new Map<number, number>();
    for (const key of keys) map.set(key, this.#counts.get(key) as number);
    return map;
  }
}

/** The k most frequent names, all of them ASCII. */
export class HandTop implements HandState {
  readonly #k: number;
  readonly #counts = new Map<string, number>();

  constructor(k: number) {
    this.#k = k;
  }

  reset(): void {
    this.#counts.clear();
  }

  absorb(bytes: Buffer, view: DataView, from: number, to: number): void {
    const counts = this.#counts;
    for (let at = from + 1; at < to; ) {
      const end = at + 4 + view.getUint32(at, true);
      const name = bytes.toString('latin1', at + 4, end);
      counts.set(name, (counts.get(name) ?? 0) + view.getFloat64(end, true));
      at = end + 8;
    }
  }

  value(): string[] {
    const sorted = [...this.#counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    return sorted.slice(0, this.#k).map(([name]) => name);
  }
}

interface Sum {
  high: number;
  low: number;
}

/** Sums by a name, all of them ASCII. */
export class HandSums implements HandState {
  readonly #sums = new Map<string, Sum>();

  reset(): void {
    this.#sums.clear();
  }

  absorb(bytes: Buffer, view: DataView, from: number, to: number): void {
    for (let at = from + 1; at < to; ) {
      const end = at + 4 + view.getUint32(at, true);
      const name = bytes.toString('latin1', at + 4, end);
      const x = view.getFloat64(end + 8, true);
      const low = view.getFloat64(end + 16, true);
      const held = this.#sums.get(name);
      if (held === undefined) this.#sums.set(name, { high: x, low });
      else {
        const sum = held.high + x;
        const part = sum - held.high;
        held.low += held.high - (sum - part) + (x - part) + low;
        held.high = sum;
      }
      at = end + 24;
    }
  }

  value(): Map<string, number> {
    const map = new Map<string, number>();
    for (const name of [...this.#sums.keys()].sort()) {
      const { high, low } = this.#sums.get(name) as Sum;
      map.set(name, high + low);
    }
    return map;
  }
}

/** The n last numbers: states come from the newest on, so the first n are they. */
export class HandLast implements HandState {
  readonly #n: number;
  #values: number[] = [];

  constructor(n: number) {
    this.#n = n;
  }

  reset(): void {
    this.#values = [];
  }

  absorb(_bytes: Buffer, view: DataView, from: number, to: number): void {
    for (let at = from; at < to && this.#values.length < this.#n; at += 24)
      this.#values.push(view.getFloat64(at + 16, true));
  }

  value(): number[] {
    return this.#values.slice();
  }
}

/** How many runs there are of events with less than a gap between them; states come from the newest on. */
export class HandSessions implements HandState {
  readonly #gapMs: number;
  #runs = 0;
  #firstMs = Number.POSITIVE_INFINITY;

  constructor(gapMs: number) {
    this.#gapMs = gapMs;
  }

  reset(): void {
    this.#runs = 0;
    this.#firstMs = Number.POSITIVE_INFINITY;
  }

  absorb(_bytes: Buffer, view: DataView, from: number, to: number): void {
    for (let at = to - 24; at >= from; at -= 24) {
      if (this.#firstMs - view.getFloat64(at + 8, true) >= this.#gapMs) this.#runs++;
      this.#firstMs = view.getFloat64(at, true);
    }
  }

  value(): number {
    return this.#runs;
  }
}
