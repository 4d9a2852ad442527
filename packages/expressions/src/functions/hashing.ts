import { type Hash64, xxHash64Into } from '@forebay/contract';
import type { Call, FunctionSpec, LiteralParameter } from '../function-spec';
import { canonicalInt, type Int } from '../int64';
import { MAX_HASH_BUCKETS } from '../limits';
import type { Sql } from '../sql';
import type { Evaluate } from '../value';

const TWO_32 = 0x1_0000_0000;
const MAX_UTF8_PER_UNIT = 3;

const BUCKETS: LiteralParameter = {
  literal: 'int',
  name: 'buckets',
  problem: (n) =>
    (n as Int) >= 1 && (n as Int) <= MAX_HASH_BUCKETS
      ? null
      : `${n} is not a number of buckets; give 1 to ${MAX_HASH_BUCKETS}`,
};

// Scratch space; hashing is synchronous, and nothing of it outlives a call.
const encoder = new TextEncoder();
const hash: Hash64 = { high: 0, low: 0 };
let scratch = new Uint8Array(1_024);
const int64Bytes = new Uint8Array(8);
const int64View = new DataView(int64Bytes.buffer);

/** `hash mod buckets`, exact: buckets × 2^32 stays below 2^53. */
function remainder(buckets: number): number {
  return ((hash.high % buckets) * TWO_32 + hash.low) % buckets;
}

function hashText(text: string): void {
  const needed = text.length * MAX_UTF8_PER_UNIT;
  if (scratch.length < needed) scratch = new Uint8Array(needed);
  xxHash64Into(scratch, 0, encoder.encodeInto(text, scratch).written, hash);
}

function hashInt(x: Int): void {
  if (typeof x === 'bigint') {
    int64View.setBigInt64(0, x, true);
  } else {
    const high = Math.floor(x / TWO_32);
    int64View.setUint32(0, x - high * TWO_32, true);
    int64View.setInt32(4, high, true);
  }
  xxHash64Into(int64Bytes, 0, 8, hash);
}

function bucketOf<A>(hashValue: (a: A) => void): (call: Call, a: Evaluate) => Evaluate {
  return ({ literals: [n] }, a) => {
    const buckets = Number(n);
    return (row) => {
      const x = a(row);
      if (x === null) return null;
      hashValue(x as A);
      return remainder(buckets);
    };
  };
}

function bucketSql({ literals: [n] }: Call, a: Sql): string {
  return `toInt64(xxHash64(${a}) % ${n})`;
}

function hashOf<A>(hashValue: (a: A) => void): (call: Call, a: Evaluate) => Evaluate {
  return (_call, a) => (row) => {
    const x = a(row);
    if (x === null) return null;
    hashValue(x as A);
    return canonicalInt(BigInt.asIntN(64, (BigInt(hash.high) << 32n) | BigInt(hash.low)));
  };
}

function hashSql(_call: Call, a: Sql): string {
  return `reinterpretAsInt64(xxHash64(${a}))`;
}

export const HASHING = {
  hash_bucket: {
    group: 'Hashing',
    doc: 'The xxHash64 of a string (UTF-8) or an int (8 bytes, little-endian), unsigned, modulo a literal number of buckets.',
    example: 'hash_bucket(origin, 100) < 10',
    signatures: [
      { parameters: ['string', BUCKETS], result: 'int', closure: bucketOf(hashText), sql: bucketSql },
      { parameters: ['int', BUCKETS], result: 'int', closure: bucketOf(hashInt), sql: bucketSql },
    ],
  },
  xxhash64: {
    group: 'Hashing',
    doc: 'The xxHash64 (seed 0) of a string (UTF-8) or an int (8 bytes, little-endian), its 64 bits read as a signed int.',
    example: 'xxhash64(origin)',
    signatures: [
      { parameters: ['string'], result: 'int', closure: hashOf(hashText), sql: hashSql },
      { parameters: ['int'], result: 'int', closure: hashOf(hashInt), sql: hashSql },
    ],
  },
} as const satisfies Record<string, FunctionSpec>;
