import {
  type CoverageFacts,
  completeFrom,
  missingRecords,
  type PartitionArchive,
  topicCoverage,
} from './topic-coverage';

const ALWAYS = Number.NEGATIVE_INFINITY;
const NOBODY_KNOWS = Number.POSITIVE_INFINITY;
const SKEW = 300;

/** A partition with the offsets `[low, end)`, archived in stretches. */
function partition(
  low: number,
  end: number,
  ...stretches: readonly (readonly [number, number])[]
): PartitionArchive {
  const [first] = stretches;
  const last = stretches.at(-1);
  const archived =
    first === undefined || last === undefined
      ? null
      : { partition: 0, first: first[0], end: first[1], last: { from: last[0], to: last[1] } };
  return { partition: 0, low, end, archived };
}

const facts = (more: Partial<CoverageFacts> = {}): CoverageFacts => ({
  streamCompleteSinceMs: 5_000,
  loadedUntilMs: null,
  maxClockSkewMs: SKEW,
  knownFromMs: new Map(),
  ...more,
});
const since = (entry: PartitionArchive, more: Partial<CoverageFacts> = {}) =>
  topicCoverage([entry], facts(more)).completeSinceMs;

describe('records still to be archived', () => {
  it.each([
    ['all of them', partition(0, 10), 10],
    ['what follows the last stretch', partition(0, 10, [0, 4]), 6],
    ['none when the last stretch reaches the end', partition(0, 10, [0, 4], [6, 12]), 0],
    ['none of those that were deleted', partition(7, 10, [0, 4]), 3],
    ['none when all were deleted', partition(10, 10), 0],
    ['none of an empty partition', partition(0, 0), 0],
  ])('are %s', (_, entry, missing) => {
    expect(missingRecords(entry)).toBe(missing);
  });
});

describe('a topic is complete in the archive', () => {
  it('not at all while it is empty', () => {
    expect(topicCoverage([partition(0, 0), partition(0, 0)], facts())).toEqual({
      empty: true,
      completeSinceMs: NOBODY_KNOWS,
    });
  });

  it('always, when it is archived from offset 0 on; empty partitions say nothing', () => {
    expect(topicCoverage([partition(0, 5, [0, 9]), partition(0, 0)], facts())).toEqual({
      empty: false,
      completeSinceMs: ALWAYS,
    });
  });

  it('since its latest partition', () => {
    const partitions = [partition(0, 5, [0, 9]), { ...partition(3, 5, [3, 5]), partition: 1 }];
    expect(topicCoverage(partitions, facts())).toEqual({ empty: false, completeSinceMs: 5_000 });
  });

  it('since the stream began, or since all that is missing had happened when that is earlier or all that is known', () => {
    const truncated = partition(3, 5, [3, 5]);
    expect(since(truncated)).toBe(5_000);
    expect(since(truncated, { knownFromMs: new Map([[0, 2_000]]) })).toBe(2_000 + SKEW + 1);
    expect(since(truncated, { knownFromMs: new Map([[0, 9_000]]) })).toBe(5_000);
    expect(since(truncated, { streamCompleteSinceMs: null, knownFromMs: new Map([[0, 9_000]]) })).toBe(
      9_000 + SKEW + 1,
    );
    expect(since(truncated, { streamCompleteSinceMs: null })).toBe(NOBODY_KNOWS);
  });

  it('after a gap only since the records of the gap had happened, whatever the stream says', () => {
    const gap = partition(7, 10, [0, 4], [7, 10]);
    expect(completeFrom(gap)).toBe(7);
    expect(since(gap, { streamCompleteSinceMs: ALWAYS })).toBe(NOBODY_KNOWS);
    expect(since(gap, { streamCompleteSinceMs: ALWAYS, knownFromMs: new Map([[0, 6_000]]) })).toBe(
      6_000 + SKEW + 1,
    );
  });

  it('since nobody knows when, as long as its last records were deleted before they were archived', () => {
    const lost = partition(10, 10, [0, 4]);
    expect(completeFrom(lost)).toBeNull();
    expect(since(lost, { streamCompleteSinceMs: ALWAYS })).toBe(NOBODY_KNOWS);
  });

  it('since the stream began after all its records were deleted, unless it claims to have seen them', () => {
    const deleted = partition(10, 10);
    expect(since(deleted)).toBe(5_000);
    expect(since(deleted, { loadedUntilMs: 4_000 })).toBe(5_000);
    expect(since(deleted, { loadedUntilMs: 5_000 })).toBe(NOBODY_KNOWS);
    expect(since(deleted, { streamCompleteSinceMs: ALWAYS })).toBe(NOBODY_KNOWS);
    expect(since(deleted, { streamCompleteSinceMs: null })).toBe(NOBODY_KNOWS);
  });
});
