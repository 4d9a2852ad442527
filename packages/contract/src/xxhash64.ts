/**
 * xxHash64 with seed 0, in 32-bit limbs (no BigInt on the hot path).
 * Source of the algorithm and its constants: the xxHash specification, https://github.com/Cyan4973/xxHash (doc/xxhash_spec.md).
 * Equal to ClickHouse's `xxHash64(String)` over the same bytes.
 */
export interface Hash64 {
  /** Upper and lower 32 bits, each an unsigned integer. */
  high: number;
  low: number;
}

const P1H = 0x9e3779b1;
const P1L = 0x85ebca87;
const P2H = 0xc2b2ae3d;
const P2L = 0x27d4eb4f;
const P3H = 0x165667b1;
const P3L = 0x9e3779f9;
const P4H = 0x85ebca77;
const P4L = 0xc2b2ae63;
const P5H = 0x27d4eb2f;
const P5L = 0x165667c5;

// The 64-bit register that the helpers below leave their result in.
let h = 0;
let l = 0;

function multiply(ah: number, al: number, bh: number, bl: number): void {
  const a0 = al & 0xffff;
  const a1 = al >>> 16;
  const b0 = bl & 0xffff;
  const b1 = bl >>> 16;
  const low = a0 * b0;
  const cross1 = a1 * b0 + (low >>> 16);
  const cross2 = a0 * b1 + (cross1 & 0xffff);
  const carry = a1 * b1 + Math.floor(cross1 / 0x10000) + Math.floor(cross2 / 0x10000);
  l = (((cross2 & 0xffff) << 16) | (low & 0xffff)) >>> 0;
  h = (carry + Math.imul(ah, bl) + Math.imul(al, bh)) >>> 0;
}

function add(ah: number, al: number, bh: number, bl: number): void {
  const low = (al >>> 0) + (bl >>> 0);
  l = low >>> 0;
  h = (ah + bh + (low > 0xffffffff ? 1 : 0)) >>> 0;
}

function rotateLeft(ah: number, al: number, bits: number): void {
  if (bits >= 32) {
    const swap = ah;
    ah = al;
    al = swap;
    bits -= 32;
  }
  if (bits === 0) {
    h = ah >>> 0;
    l = al >>> 0;
    return;
  }
  h = ((ah << bits) | (al >>> (32 - bits))) >>> 0;
  l = ((al << bits) | (ah >>> (32 - bits))) >>> 0;
}

function round(accH: number, accL: number, inH: number, inL: number): void {
  multiply(inH, inL, P2H, P2L);
  add(accH, accL, h, l);
  rotateLeft(h, l, 31);
  multiply(h, l, P1H, P1L);
}

function mergeRound(accH: number, accL: number, valueH: number, valueL: number): void {
  round(0, 0, valueH, valueL);
  multiply((accH ^ h) >>> 0, (accL ^ l) >>> 0, P1H, P1L);
  add(h, l, P4H, P4L);
}

function read32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)) >>>
    0
  );
}

/** Hashes `bytes[from, to)`; writes into `out`, which the caller owns and may reuse. */
export function xxHash64Into(bytes: Uint8Array, from: number, to: number, out: Hash64): void {
  const size = to - from;
  let at = from;
  let hashH: number;
  let hashL: number;
  if (size >= 32) {
    const acc = [0x60ea27ee, 0xadc0b5d6, P2H, P2L, 0, 0, 0x61c8864e, 0x7a143579];
    do {
      for (let lane = 0; lane < 8; lane += 2) {
        round(acc[lane] as number, acc[lane + 1] as number, read32(bytes, at + 4), read32(bytes, at));
        acc[lane] = h;
        acc[lane + 1] = l;
        at += 8;
      }
    } while (at + 32 <= to);
    hashH = 0;
    hashL = 0;
    const rotations = [1, 7, 12, 18];
    for (let lane = 0; lane < 4; lane++) {
      rotateLeft(acc[2 * lane] as number, acc[2 * lane + 1] as number, rotations[lane] as number);
      add(hashH, hashL, h, l);
      hashH = h;
      hashL = l;
    }
    for (let lane = 0; lane < 4; lane++) {
      mergeRound(hashH, hashL, acc[2 * lane] as number, acc[2 * lane + 1] as number);
      hashH = h;
      hashL = l;
    }
  } else {
    hashH = P5H;
    hashL = P5L;
  }
  add(hashH, hashL, Math.floor(size / 0x100000000), size >>> 0);
  hashH = h;
  hashL = l;
  for (; at + 8 <= to; at += 8) {
    round(0, 0, read32(bytes, at + 4), read32(bytes, at));
    rotateLeft((hashH ^ h) >>> 0, (hashL ^ l) >>> 0, 27);
    multiply(h, l, P1H, P1L);
    add(h, l, P4H, P4L);
    hashH = h;
    hashL = l;
  }
  if (at + 4 <= to) {
    multiply(0, read32(bytes, at), P1H, P1L);
    rotateLeft((hashH ^ h) >>> 0, (hashL ^ l) >>> 0, 23);
    multiply(h, l, P2H, P2L);
    add(h, l, P3H, P3L);
    hashH = h;
    hashL = l;
    at += 4;
  }
  for (; at < to; at++) {
    multiply(0, bytes[at] as number, P5H, P5L);
    rotateLeft((hashH ^ h) >>> 0, (hashL ^ l) >>> 0, 11);
    multiply(h, l, P1H, P1L);
    hashH = h;
    hashL = l;
  }
  // avalanche
  hashL = (hashL ^ (hashH >>> 1)) >>> 0;
  multiply(hashH, hashL, P2H, P2L);
  hashH = h;
  hashL = l;
  hashL = (hashL ^ ((hashH << 3) | (hashL >>> 29))) >>> 0;
  hashH = (hashH ^ (hashH >>> 29)) >>> 0;
  multiply(hashH, hashL, P3H, P3L);
  out.high = h;
  out.low = (l ^ h) >>> 0;
}

/** Hashes all of `bytes` into an unsigned 64-bit integer. */
export function xxHash64(bytes: Uint8Array): bigint {
  const out: Hash64 = { high: 0, low: 0 };
  xxHash64Into(bytes, 0, bytes.length, out);
  return (BigInt(out.high) << 32n) | BigInt(out.low);
}
