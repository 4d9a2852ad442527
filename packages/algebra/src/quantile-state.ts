import { ForebayError, type Hash64 } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import { BucketCounts } from './bucket-counts';
import { numberOf } from './exact-sum';
import { LastView } from './last-view';
import { viewOf } from './stream-tail';
import type { VariableState } from './variable-state';

const HEADER_BYTES = 16;
const ENTRY_BYTES = 8;
const MAX_COUNT = 0xffffffff;
/** The high word of a double keeps this many bits of its mantissa below those that choose the bucket. */
const DROPPED_BITS = 14;

const scratch = new DataView(new ArrayBuffer(8));

/**
 * The bucket of a number: 64 a power of two, by the bits of the double; negatives mirrored, 0 for zero. Ascends with the
 * number.
 */
export function bucketOf(x: number): number {
  if (x === 0) return 0;
  scratch.setFloat64(0, x);
  const bucket = ((scratch.getUint32(0) & 0x7fffffff) >>> DROPPED_BITS) + 1;
  return x < 0 ? -bucket : bucket;
}

/** The middle of a bucket: within 1/128 of each of its (normal) numbers. */
export function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  const high = ((Math.abs(bucket) - 1) << DROPPED_BITS) | (1 << (DROPPED_BITS - 1));
  scratch.setUint32(0, high);
  scratch.setUint32(4, 0);
  const middle = scratch.getFloat64(0);
  return bucket < 0 ? -middle : middle;
}

/**
 * Counts of logarithmic buckets, after DDSketch (Masson, Rim and Lee, 2019) with the bits of the double for its logarithm.
 * Encoded: f64 min, f64 max, then ascending by bucket: i32 bucket, u32 count (saturating).
 */
export class QuantileState implements VariableState {
  readonly #views = new LastView();
  readonly #counts = new BucketCounts();
  #min = 0;
  #max = 0;

  reset(): void {
    this.#counts.clear();
  }

  absorb(bytes: Uint8Array, from: number, size: number): void {
    if (size === 0) return;
    const view = this.#views.of(bytes);
    if ((size - HEADER_BYTES) % ENTRY_BYTES !== 0)
      throw new ForebayError('corrupt_data', `a quantile state of ${size} bytes ends inside an entry`);
    this.#extend(view.getFloat64(from, true), view.getFloat64(from + 8, true));
    const end = from + size;
    for (let at = from + HEADER_BYTES; at < end; at += ENTRY_BYTES)
      this.#counts.add(view.getInt32(at, true), view.getUint32(at + 4, true));
  }

  add(value: Value): void {
    const x = numberOf(value);
    this.#extend(x, x);
    this.#counts.add(bucketOf(x), 1);
  }

  /** Before the counts that go with it. */
  #extend(min: number, max: number): void {
    if (this.isEmpty || min < this.#min) this.#min = min;
    if (this.isEmpty || max > this.#max) this.#max = max;
  }

  addTo(held: Uint8Array, value: Value, _eventTimeMs: number, _tie: Hash64): Uint8Array {
    const x = numberOf(value);
    const bucket = bucketOf(x);
    const view = viewOf(held);
    let lower = 0;
    let upper = held.length === 0 ? 0 : (held.length - HEADER_BYTES) / ENTRY_BYTES;
    while (lower < upper) {
      const middle = (lower + upper) >>> 1;
      if (view.getInt32(HEADER_BYTES + ENTRY_BYTES * middle, true) < bucket) lower = middle + 1;
      else upper = middle;
    }
    const at = HEADER_BYTES + ENTRY_BYTES * lower;
    const found = at < held.length && view.getInt32(at, true) === bucket;
    const bytes = found ? held : insertEntry(held, at);
    const target = found ? view : viewOf(bytes);
    if (held.length === 0 || x < target.getFloat64(0, true)) target.setFloat64(0, x, true);
    if (held.length === 0 || x > target.getFloat64(8, true)) target.setFloat64(8, x, true);
    target.setInt32(at, bucket, true);
    target.setUint32(at + 4, Math.min(MAX_COUNT, target.getUint32(at + 4, true) + 1), true);
    return bytes;
  }

  encode(): Uint8Array {
    if (this.isEmpty) return new Uint8Array(0);
    let entries = 0;
    this.#counts.forEach(() => {
      entries++;
    });
    const bytes = new Uint8Array(HEADER_BYTES + ENTRY_BYTES * entries);
    const view = viewOf(bytes);
    view.setFloat64(0, this.#min, true);
    view.setFloat64(8, this.#max, true);
    let at = HEADER_BYTES;
    this.#counts.forEach((bucket, count) => {
      view.setInt32(at, bucket, true);
      view.setUint32(at + 4, Math.min(MAX_COUNT, count), true);
      at += ENTRY_BYTES;
    });
    return bytes;
  }

  get isEmpty(): boolean {
    return this.#counts.total === 0;
  }

  get count(): number {
    return this.#counts.total;
  }

  /** Of a state that is not empty. */
  get min(): number {
    return this.#min;
  }

  /** Of a state that is not empty. */
  get max(): number {
    return this.#max;
  }

  /** Of the value of rank floor(q · (n − 1)), counting from the smallest: the middle of its bucket, within [min, max]. NaN over no values. */
  quantile(q: number): number {
    if (this.isEmpty) return Number.NaN;
    const bucket = this.#counts.bucketAt(Math.floor(q * (this.#counts.total - 1)));
    return Math.min(this.#max, Math.max(this.#min, middleOf(bucket)));
  }
}

/** Room for an entry at `at`, zeros, and for the header where there is none. */
function insertEntry(held: Uint8Array, at: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(HEADER_BYTES, held.length) + ENTRY_BYTES);
  bytes.set(held.subarray(0, at));
  bytes.set(held.subarray(at), at + ENTRY_BYTES);
  return bytes;
}
