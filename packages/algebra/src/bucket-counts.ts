/** Counts by bucket of a quantile's states, in pages of the 64 buckets of one power of two. */
import { ForebayError } from '@forebay/contract';

const PAGE_BITS = 6;
const PAGE_BUCKETS = 1 << PAGE_BITS;
/** Of the largest double; the buckets of negative numbers are mirrored. */
const MAX_BUCKET = 131_008;
const MAX_PAGES = 4_096;
const INITIAL_PAGES = 16;

/** A bucket is found by its number, whatever order they come in; memory is that of the powers of two that were met. */
export class BucketCounts {
  total = 0;
  /** Of each page of buckets: its place in `#counts`, from 1; 0: it has none. */
  readonly #places = new Int16Array(MAX_PAGES);
  /** Pages in use, ascending. */
  readonly #pages: number[] = [];
  #used = 0;
  #counts = new Float64Array(PAGE_BUCKETS * INITIAL_PAGES);
  #totals = new Float64Array(INITIAL_PAGES);

  clear(): void {
    for (let i = 0; i < this.#used; i++) this.#places[this.#pages[i] as number] = 0;
    this.#used = 0;
    this.total = 0;
  }

  /** Throws `corrupt_data` for a bucket that no double is in. */
  add(bucket: number, count: number): void {
    if (bucket > MAX_BUCKET || bucket < -MAX_BUCKET)
      throw new ForebayError('corrupt_data', `bucket ${bucket} of a quantile state is not one of a double`);
    const page = (bucket >> PAGE_BITS) + MAX_PAGES / 2;
    const place = (this.#places[page] as number) - 1;
    const held = place < 0 ? this.#open(page) : place;
    const at = held * PAGE_BUCKETS + (bucket & (PAGE_BUCKETS - 1));
    this.#counts[at] = (this.#counts[at] as number) + count;
    this.#totals[held] = (this.#totals[held] as number) + count;
    this.total += count;
  }

  #open(page: number): number {
    const place = this.#used++;
    if (place === this.#totals.length) this.#grow();
    this.#places[page] = place + 1;
    this.#counts.fill(0, place * PAGE_BUCKETS, (place + 1) * PAGE_BUCKETS);
    this.#totals[place] = 0;
    let at = place;
    while (at > 0 && (this.#pages[at - 1] as number) > page) {
      this.#pages[at] = this.#pages[at - 1] as number;
      at--;
    }
    this.#pages[at] = page;
    return place;
  }

  #grow(): void {
    const [counts, totals] = [this.#counts, this.#totals];
    this.#counts = new Float64Array(2 * counts.length);
    this.#counts.set(counts);
    this.#totals = new Float64Array(2 * totals.length);
    this.#totals.set(totals);
  }

  /** The bucket of the count that is `rank`th (from 0) in the order of buckets; `rank` is below the total. */
  bucketAt(rank: number): number {
    let rest = rank;
    for (let i = 0; i < this.#used; i++) {
      const page = this.#pages[i] as number;
      const place = (this.#places[page] as number) - 1;
      const total = this.#totals[place] as number;
      if (rest >= total) {
        rest -= total;
        continue;
      }
      let at = place * PAGE_BUCKETS;
      while (rest >= (this.#counts[at] as number)) rest -= this.#counts[at++] as number;
      return firstOf(page) + at - place * PAGE_BUCKETS;
    }
    return 0;
  }

  /** Ascending by bucket. */
  forEach(visit: (bucket: number, count: number) => void): void {
    for (let i = 0; i < this.#used; i++) {
      const page = this.#pages[i] as number;
      const from = ((this.#places[page] as number) - 1) * PAGE_BUCKETS;
      for (let offset = 0; offset < PAGE_BUCKETS; offset++) {
        const count = this.#counts[from + offset] as number;
        if (count > 0) visit(firstOf(page) + offset, count);
      }
    }
  }
}

function firstOf(page: number): number {
  return (page - MAX_PAGES / 2) << PAGE_BITS;
}
