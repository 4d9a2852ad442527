import { type Hash64, xxHash64, xxHash64Into } from './xxhash64';

const hex = (hash: bigint) => hash.toString(16).padStart(16, '0');

/** Byte i is (167 i + 13) mod 256. */
const bytes = Uint8Array.from({ length: 200 }, (_, i) => (i * 167 + 13) % 256);

/** Hashes of the first n bytes, as ClickHouse gives them for the same string (`lower(hex(xxHash64(s)))`). */
const CLICKHOUSE: Readonly<Record<number, string>> = {
  0: 'ef46db3751d8e999',
  1: '2078e1ad38ad738b',
  3: '634d95fc01a189cd',
  4: 'eed340908a1ac6c6',
  7: '0da493621d6dc898',
  8: '76f916c7bb523126',
  9: '175d7bee83bd73b9',
  12: 'fb52f89a1dc449d2',
  15: '4e1c333b057fb6a4',
  16: '7bbeff67699312f6',
  31: '65c5feb01da7464d',
  32: '7665c921c9bf2ec7',
  33: 'b5a9d9ef259ae821',
  36: 'de4c0f568d54d497',
  40: 'c94202b2b0886774',
  47: 'ffb42101c210309e',
  63: 'b0289cd9324034f0',
  64: 'fff2525c99bf2005',
  65: '01fbd6d6ac20fbaf',
  100: '74e502db362efd4c',
  127: '48b995c66a54ba1c',
  128: '048add5a12b8c247',
  199: '70e8f16903174a44',
};

describe('xxHash64', () => {
  it.each([
    ['', 'ef46db3751d8e999'],
    ['a', 'd24ec4f1a98c6e5b'],
    ['abc', '44bc2cf5ad770999'],
    ['Nobody inspects the spammish repetition', 'fbcea83c8a378bf1'],
  ])('gives the published hash of "%s"', (text, expected) => {
    expect(hex(xxHash64(Buffer.from(text)))).toBe(expected);
  });

  it.each(Object.entries(CLICKHOUSE))('equals ClickHouse over %s bytes', (length, expected) => {
    expect(hex(xxHash64(bytes.subarray(0, Number(length))))).toBe(expected);
  });

  it('hashes a range of a larger buffer without touching what is around it', () => {
    const out: Hash64 = { high: 0, low: 0 };
    const shifted = new Uint8Array(240).fill(255);
    shifted.set(bytes.subarray(0, 100), 17);
    xxHash64Into(shifted, 17, 117, out);
    expect(hex((BigInt(out.high) << 32n) | BigInt(out.low))).toBe(CLICKHOUSE[100]);
  });

  it('leaves both words unsigned', () => {
    const out: Hash64 = { high: -1, low: -1 };
    xxHash64Into(bytes, 0, 64, out);
    expect(out).toEqual({ high: 0xfff2525c, low: 0x99bf2005 });
  });
});
