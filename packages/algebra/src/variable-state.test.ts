import { layoutOf, lifetime, NOON, StoredEntity } from './entity.fixture';

const streamed = (features: Parameters<typeof layoutOf>[0]) =>
  new StoredEntity(layoutOf(features, { batch: null, stream: { retentionMs: 86_400_000 } }));
const window = lifetime;

describe('strings', () => {
  it('come back byte for byte, with a byte order mark, zero bytes and none at all', () => {
    const entity = streamed([
      { operation: 'first', input: 's', window },
      { operation: 'last', input: 's', window },
      { operation: 'last_n', input: 's', window, parameters: { n: 3 } },
    ]);
    for (const [i, s] of ['\ufeffa', '', 'b\0'].entries()) entity.add({ at: NOON + i, s }, NOON + 9);
    entity.store();
    expect(entity.values(NOON + 9)).toEqual(['\ufeffa', 'b\0', ['b\0', '', '\ufeffa']]);
  });
});

describe('ties', () => {
  it('of one event time go by the tie, then by the value: bytes of strings, numbers of numbers', () => {
    const entity = streamed(
      (['s', 'i', 'big', 'x', 'b'] as const).flatMap((input) => [
        { operation: 'first' as const, input, window },
        { operation: 'last' as const, input, window },
        { operation: 'last_n' as const, input, window, parameters: { n: 2 } },
      ]),
    );
    entity.add({ at: NOON, tie: 7, s: 'é', i: 10, big: 2n ** 60n, x: -2, b: true }, NOON + 1);
    entity.add({ at: NOON, tie: 7, s: 'z', i: 9, big: -(2n ** 60n), x: -10, b: false }, NOON + 1);
    entity.add({ at: NOON, tie: 0x80000000, s: 'a', i: -1, big: 0, x: -1e300, b: false }, NOON + 1);
    entity.store();
    expect(entity.values(NOON + 1)).toEqual([
      'z',
      'a',
      ['a', 'é'],
      9,
      -1,
      [-1, 10],
      -(2n ** 60n),
      0,
      [0, 2n ** 60n],
      -10,
      -1e300,
      [-1e300, -2],
      0,
      0,
      [0, 1],
    ]);
  });
});

describe('int64', () => {
  it('keeps every bit at its limits, as a number where that is exact', () => {
    const entity = streamed(
      (['min', 'max', 'first', 'last'] as const).map((operation) => ({ operation, input: 'big', window })),
    );
    const limits = [2n ** 63n - 1n, -(2n ** 63n)];
    for (const [i, big] of limits.entries()) entity.add({ at: NOON + i, big }, NOON + 9);
    entity.store();
    expect(entity.values(NOON + 9)).toEqual([limits[1], limits[0], limits[0], limits[1]]);
    entity.add({ at: NOON + 2, big: -(2 ** 53 - 1) }, NOON + 9);
    entity.add({ at: NOON - 1, big: 2n ** 53n }, NOON + 9);
    entity.store();
    expect(entity.values(NOON + 9)).toEqual([limits[1], limits[0], 2n ** 53n, -(2 ** 53 - 1)]);
  });

  it('sums exactly far beyond 2^53 while merging', () => {
    const entity = streamed([{ operation: 'sum', input: 'big', window }]);
    const given = [2n ** 62n + 1n, 2n ** 62n + 1n, 5, -(2n ** 62n), -(2n ** 62n)];
    for (const [i, big] of given.entries()) {
      entity.add({ at: NOON + i, big }, NOON + i + 1);
      entity.list.compact(NOON + i + 1);
      entity.store();
    }
    expect([entity.values(NOON + 9), entity.read(NOON + 9).reason]).toEqual([[7], null]);
  });
});

describe('distinct counts', () => {
  it('are exact up to the bound, and beyond it estimates that no order of adding shows in', () => {
    const estimate = (numbers: readonly number[]) => {
      const entity = streamed([
        { operation: 'distinct_count', input: 'i', window, parameters: { exact: 3 } },
      ]);
      for (const [k, i] of numbers.entries()) {
        entity.add({ at: NOON + k, i }, NOON + k + 1);
        if (k % 100 === 99) entity.list.compact(NOON + k + 1);
      }
      entity.store();
      return entity.values(NOON + numbers.length)[0];
    };
    expect(estimate([1, 2, 3, 3, -1].slice(0, 4))).toBe(3);
    const many = Array.from({ length: 3_000 }, (_, i) => i % 1_000);
    const found = estimate(many);
    expect(found).toBe(estimate([...many].reverse()));
    expect(Math.abs((found as number) - 1_000)).toBeLessThan(50);
  });

  it('tell apart what each type tells apart', () => {
    const entity = streamed(
      (['i', 'big', 's', 'b', 'at'] as const).map((input) => ({
        operation: 'distinct_count' as const,
        input,
        window,
        parameters: { exact: 9 },
      })),
    );
    entity.add({ at: NOON, i: -1, big: -1, s: '', b: true }, NOON + 9);
    entity.add({ at: NOON, i: -1, big: 2n ** 63n - 1n, s: '\0', b: false }, NOON + 9);
    entity.add({ at: NOON + 1, i: 1, big: 2n ** 63n - 1n }, NOON + 9);
    entity.store();
    expect(entity.values(NOON + 9)).toEqual([2, 2, 2, 2, 2]);
  });
});

describe('inputs', () => {
  it('that are null, NaN or infinite are skipped, and −0.0 is 0.0', () => {
    const operations = [
      'count',
      'sum',
      'mean',
      'min',
      'max',
      'variance',
      'first',
      'last',
      'time_since_last',
    ] as const;
    const entity = streamed([
      { operation: 'count', window },
      ...operations.map((operation) => ({ operation, input: 'x', window })),
      { operation: 'last_n', input: 'x', window, parameters: { n: 9 } },
    ]);
    for (const [i, x] of [Number.NaN, -0, Number.POSITIVE_INFINITY, 4, Number.NEGATIVE_INFINITY].entries())
      entity.add({ at: NOON + i, x }, NOON + 9);
    entity.add({ at: NOON + 5 }, NOON + 9);
    entity.store();
    expect(entity.values(NOON + 9)).toStrictEqual([6, 2, 4, 2, 0, 4, 4, 0, 4, 0.006, [4, 0]]);
  });

  it("give no variance where the spread is rounding noise of the mean, and none of a single value's sample", () => {
    const entity = streamed(
      [0, 1].flatMap((sample) =>
        (['variance', 'stddev'] as const).map((operation) => ({
          operation,
          input: 'x',
          window,
          parameters: { sample },
        })),
      ),
    );
    entity.add({ at: NOON, x: 0.1 }, NOON + 9);
    entity.store();
    expect(entity.values(NOON + 9)).toEqual([0, 0, null, null]);
    // the doubles next to each other around 0.3: a spread of one rounding error
    for (const x of [0.3, 0.1 + 0.2]) {
      const near = streamed([{ operation: 'variance', input: 'x', window, parameters: { sample: 0 } }]);
      near.add({ at: NOON, x }, NOON + 9);
      near.add({ at: NOON, x: 0.3 }, NOON + 9);
      near.store();
      expect(near.values(NOON + 9)).toEqual([0]);
      near.add({ at: NOON, x: 0.3 + 1e-13 }, NOON + 9);
      near.store();
      expect(near.values(NOON + 9)[0]).toBeGreaterThan(0);
    }
  });
});
