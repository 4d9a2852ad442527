/** What the sketches answer, restated plainly: a bucket by halving and doubling, registers of all hashes at once. */
import type { Value } from '@forebay/expressions';
import { plainXxHash64 } from './plain-xxhash64';

const BUCKETS_PER_OCTAVE = 64;
const SMALLEST_NORMAL = 2 ** -1022;
/** Subnormal numbers all have the spacing of the first octave: 2^−1028 a bucket. */
const SUBNORMAL_BUCKET = 2 ** -1028;

/** `[from, to)`: the bucket of a positive double, of which an octave `[2^e, 2^(e+1))` has 64 of equal width. */
function bucketAround(x: number): { readonly from: number; readonly width: number } {
  if (x < SMALLEST_NORMAL)
    return { from: Math.floor(x / SUBNORMAL_BUCKET) * SUBNORMAL_BUCKET, width: SUBNORMAL_BUCKET };
  let octave = 1;
  while (octave > x) octave /= 2;
  while (octave * 2 <= x) octave *= 2;
  const width = octave / BUCKETS_PER_OCTAVE;
  return { from: octave + Math.floor((x - octave) / width) * width, width };
}

/** What a quantile sketch answers instead of x: the middle of its bucket; zero is zero. */
function bucketMiddle(x: number): number {
  if (x === 0) return 0;
  const { from, width } = bucketAround(Math.abs(x));
  return Math.sign(x) * (from + width / 2);
}

/** The bucket of rank floor(q·(n − 1)), its middle clamped to the smallest and largest value. */
export function sketchedQuantile(ascending: readonly number[], q: number): number {
  const middle = bucketMiddle(ascending[Math.floor(q * (ascending.length - 1))] as number);
  return Math.min(Math.max(middle, ascending[0] as number), ascending[ascending.length - 1] as number);
}

function hashOf(value: Value): bigint {
  if (typeof value === 'string') return plainXxHash64(Buffer.from(value));
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setBigInt64(0, BigInt(value as number | bigint | boolean), true);
  return plainXxHash64(new Uint8Array(bytes.buffer));
}

const REGISTERS = 4_096;
const REST_BITS = 52;

/** The number of distinct values up to `exact`, beyond it the estimate from HyperLogLog registers of their hashes. */
export function distinctEstimate(values: readonly Value[], exact: number): number {
  const hashes = new Set(values.map(hashOf));
  if (hashes.size <= exact) return hashes.size;
  const registers = new Array<number>(REGISTERS).fill(0);
  for (const hash of hashes) {
    const register = Number(hash >> 52n);
    const rest = (hash & ((1n << 52n) - 1n)).toString(2).padStart(REST_BITS, '0');
    const rank = (rest.includes('1') ? rest.indexOf('1') : REST_BITS) + 1;
    registers[register] = Math.max(registers[register] as number, rank);
  }
  return estimateOf(registers);
}

/** Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", 2017 (arXiv:1702.01284), algorithm 6. */
function estimateOf(registers: readonly number[]): number {
  const share = (rank: number) => registers.filter((held) => held === rank).length / REGISTERS;
  let z = tau(1 - share(REST_BITS + 1));
  for (let rank = REST_BITS; rank >= 1; rank--) z = (z + share(rank)) / 2;
  z += sigma(share(0));
  return Math.round(REGISTERS / (2 * Math.LN2) / z);
}

/** σ(x) = x + Σ_{k≥1} x^(2^k) · 2^(k−1). */
function sigma(x: number): number {
  let sum = x;
  for (let k = 1, power = x * x; k <= 64; k++, power *= power) sum += power * 2 ** (k - 1);
  return sum;
}

/** τ(x) = (1 − x − Σ_{k≥1} (1 − x^(2^−k))² · 2^(−k)) / 3. */
function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let sum = 1 - x;
  for (let k = 1; k <= 64; k++) sum -= (1 - x ** (2 ** -k)) ** 2 * 2 ** -k;
  return sum / 3;
}
