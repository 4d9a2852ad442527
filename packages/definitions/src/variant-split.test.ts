import { xxHash64 } from '@forebay/contract';
import { EntityPlaces, SHARE_PARTS } from './entity-places';
import type { ServiceVariant } from './model';
import { VariantSplit } from './variant-split';

const KEYS = Array.from({ length: 20_000 }, (_, i) => `user${i}`);

const split = (shares: readonly number[], service = 'risk') =>
  new VariantSplit(
    'shop',
    service,
    shares.map((percent, i): ServiceVariant => ({ name: `v${i}`, sharePpm: percent * 10_000, features: [] })),
  );

const variantsOf = (shares: readonly number[], service?: string) => {
  const made = split(shares, service);
  return KEYS.map((key) => made.variantOf(key));
};

/** Of each pair of variants, how many keys went from the one to the other. */
function moves(before: readonly number[], after: readonly number[]): Record<string, number> {
  const counts: Record<string, number> = {};
  before.forEach((variant, i) => {
    const now = after[i] as number;
    if (now !== variant) counts[`${variant}→${now}`] = (counts[`${variant}→${now}`] ?? 0) + 1;
  });
  return counts;
}

describe('the split of entities over variants', () => {
  it('is that of xxHash64 over salt and key, as ClickHouse computes it', () => {
    // SELECT xxHash64('shop/risk/user1') % 1000000
    expect(new EntityPlaces('shop/risk').of('user1')).toBe(210_679);
  });

  it('hashes keys of any length and any characters', () => {
    const places = new EntityPlaces('shop/risk');
    for (const key of ['', 'ä€😀', 'x'.repeat(341), 'ä'.repeat(342), 'y'.repeat(5_000)])
      expect(places.of(key)).toBe(Number(xxHash64(Buffer.from(`shop/risk/${key}`)) % 1_000_000n));
  });

  it('gives each variant its share', () => {
    const counts = [0, 0, 0];
    for (const variant of variantsOf([70, 29, 1])) counts[variant] = (counts[variant] as number) + 1;
    [0.7, 0.29, 0.01].forEach((share, i) => {
      const deviations = Math.sqrt(KEYS.length * share * (1 - share));
      expect(Math.abs((counts[i] as number) - KEYS.length * share)).toBeLessThan(4 * deviations);
    });
  });

  it('moves nobody but between the first and the last when the share of the last one changes', () => {
    expect(Object.keys(moves(variantsOf([90, 10]), variantsOf([80, 20])))).toEqual(['0→1']);
    expect(Object.keys(moves(variantsOf([60, 30, 10]), variantsOf([65, 30, 5])))).toEqual(['2→0']);
    expect(Object.keys(moves(variantsOf([90, 10]), variantsOf([89, 10, 1])))).toEqual(['0→2']);
  });

  it('of two services have nothing to do with each other', () => {
    const [one, other] = [variantsOf([50, 50]), variantsOf([50, 50], 'ranking')];
    const both = one.filter((variant, i) => variant === 1 && other[i] === 1).length;
    expect(Math.abs(both - KEYS.length / 4)).toBeLessThan(4 * Math.sqrt((KEYS.length * 3) / 16));
  });

  it('gives nobody a share of 0, and everybody one of 100', () => {
    expect(new Set(variantsOf([100, 0]))).toEqual(new Set([0]));
    expect(new Set(variantsOf([0, 100]))).toEqual(new Set([1]));
    expect(new Set(variantsOf([100]))).toEqual(new Set([0]));
  });

  it('has whole places below SHARE_PARTS', () => {
    const places = new EntityPlaces('s');
    for (const key of KEYS.slice(0, 1_000)) {
      const place = places.of(key);
      expect(Number.isInteger(place) && place >= 0 && place < SHARE_PARTS).toBe(true);
    }
  });
});
