import { OriginFences } from './origin-fences';

const taken = (fences: OriginFences, partition: number, origins: readonly (readonly [number, number])[]) =>
  origins.filter(([from, offset]) => fences.take(partition, { partition: from, offset }));

describe('OriginFences', () => {
  it('take each original once, however often a range of them is copied', () => {
    const fences = new OriginFences();
    expect(
      taken(fences, 0, [
        [3, 1],
        [3, 4],
        [3, 1],
        [3, 4],
        [3, 9],
        [3, 4],
      ]),
    ).toEqual([
      [3, 1],
      [3, 4],
      [3, 9],
    ]);
  });

  it('tell the partitions of the original topic apart', () => {
    const fences = new OriginFences();
    expect(
      taken(fences, 0, [
        [1, 7],
        [2, 7],
        [2, 8],
        [1, 7],
      ]),
    ).toEqual([
      [1, 7],
      [2, 7],
      [2, 8],
    ]);
  });

  it('tell the partitions of the internal topic apart', () => {
    const fences = new OriginFences();
    expect(taken(fences, 0, [[1, 7]])).toHaveLength(1);
    expect(taken(fences, 1, [[1, 5]])).toHaveLength(1);
  });

  it('go on behind what was read before', () => {
    const fences = new OriginFences();
    fences.begin(0, new Map([[1, 7]]));
    expect(
      taken(fences, 0, [
        [1, 6],
        [1, 7],
        [1, 8],
        [2, 0],
      ]),
    ).toEqual([
      [1, 8],
      [2, 0],
    ]);
  });
});
