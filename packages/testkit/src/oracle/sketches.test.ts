import { xxHash64 } from '@forebay/contract';
import { Random } from '../random';
import { plainXxHash64 } from './plain-xxhash64';
import { distinctEstimate, sketchedQuantile } from './sketches';

const seed = 20_260_512;

describe(`sketches, restated (seed ${seed})`, () => {
  it('hash as xxHash64 does, at every length', () => {
    const random = new Random(seed);
    for (let length = 0; length < 100; length++) {
      const bytes = Uint8Array.from({ length }, () => random.integer(256));
      expect(plainXxHash64(bytes)).toBe(xxHash64(bytes));
    }
  });

  it('answer a quantile within 1/128 of the true one', () => {
    const random = new Random(seed);
    for (let round = 0; round < 2_000; round++) {
      const scale = 10 ** (random.integer(600) - 300);
      const values = Array.from({ length: 1 + random.integer(9) }, () => (random.real() - 0.5) * scale);
      const ascending = values.sort((a, b) => a - b);
      const q = random.real();
      const truth = ascending[Math.floor(q * (ascending.length - 1))] as number;
      expect(Math.abs(sketchedQuantile(ascending, q) - truth)).toBeLessThanOrEqual(Math.abs(truth) / 128);
    }
  });

  it('answer the very value where only one was seen, zero and the smallest double among them', () => {
    for (const x of [0, 1, -1, 2 ** 53, 5e-324, 2 ** -1022, 1e308, -0.1])
      expect(sketchedQuantile([x], 0.5)).toBe(x);
    expect(sketchedQuantile([1, 1.01, 2], 0.5)).toBe(1.0078125);
    expect(sketchedQuantile([-2, -1.01, -1], 0.5)).toBe(-1.0078125);
  });

  it('count distinct values exactly up to the bound, and within some per cent beyond', () => {
    const values = Array.from({ length: 5_000 }, (_, i) => `value ${i % 2_500}`);
    expect(distinctEstimate(values, 2_500)).toBe(2_500);
    expect(Math.abs(distinctEstimate(values, 2_499) - 2_500)).toBeLessThan(150);
    expect(distinctEstimate([1, 2, 3, 3, true], 0)).toBe(3);
  });
});
