import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import { heldFrom, neededSince, type PlannedPartition, planCatchUp } from './catch-up-plan';

const NOON = Date.UTC(2026, 0, 15, 12);
const source = { allowedLatenessMs: HOUR_MS, maxClockSkewMs: 5 * MINUTE_MS } as EventSource;
const ofStream = (kind: 'sliding' | 'lifetime') =>
  ({
    batch: null,
    stream: { retentionMs: 25 * HOUR_MS },
    features: [{ window: { kind } }],
  }) as unknown as AggregationView;

describe('neededSince', () => {
  const hybrid = { batch: { cutHopMs: HOUR_MS, horizonMs: 6 * HOUR_MS } } as AggregationView;
  const at = (view: AggregationView, cutMs: number | null) =>
    neededSince(view, source, { nowMs: NOON + 10 * MINUTE_MS, cutMs });

  it('is the earliest cut that the next run can have', () => expect(at(hybrid, null)).toBe(NOON - HOUR_MS));
  it('is an earlier cut whose values are read', () =>
    expect(at(hybrid, NOON - 3 * HOUR_MS)).toBe(NOON - 3 * HOUR_MS));
  it('is never later than the next cut', () => expect(at(hybrid, NOON)).toBe(NOON - HOUR_MS));
  it('is what the windows of a view without batch values see', () =>
    expect(at(ofStream('sliding'), null)).toBe(NOON - 25 * HOUR_MS));
  it('is for ever where a window has no left edge', () =>
    expect(at(ofStream('lifetime'), null)).toBe(Number.NEGATIVE_INFINITY));
});

describe('heldFrom', () => {
  const held = (low: number, ...stretches: [from: number, to: number][]) => {
    const [first = [0, 0], last = first] = [stretches[0], stretches.at(-1)];
    const archived =
      stretches.length === 0
        ? null
        : { partition: 0, first: first[0], end: first[1], last: { from: last[0], to: last[1] } };
    return heldFrom({ partition: 0, low, archived });
  };
  it('is the beginning of a topic that has all', () => expect(held(0, [50, 90])).toBe(0));
  it('is where the archive begins, if the topic follows it', () => expect(held(80, [10, 90])).toBe(10));
  it('is behind a gap in the archive', () => expect(held(80, [10, 40], [60, 90])).toBe(60));
  it('is the first record of the topic, if the archive ends before it', () =>
    expect(held(100, [10, 90])).toBe(100));
  it('is the first record of the topic without an archive', () => expect(held(100)).toBe(100));
});

describe('planCatchUp', () => {
  const whole = (partition: number, end: number, more: Partial<PlannedPartition> = {}): PlannedPartition => ({
    partition,
    low: 0,
    archived: { partition, first: 0, end, last: { from: 0, to: end } },
    firstNeeded: null,
    knownFromMs: null,
    earlierMs: 0,
    ...more,
  });
  const facts = { neededSinceMs: NOON, loadedUntilMs: null, nowMs: NOON + HOUR_MS };

  it('begins at the smallest archived offset that is needed, else where the archive ends', () =>
    expect(planCatchUp(source, [whole(0, 100, { firstNeeded: 40 }), whole(1, 70)], facts)).toEqual({
      offsets: [40, 70],
      completeSinceMs: NOON,
    }));
  it('is complete for ever when everything is read', () =>
    expect(
      planCatchUp(source, [whole(0, 100, { firstNeeded: 0 })], {
        ...facts,
        neededSinceMs: Number.NEGATIVE_INFINITY,
      }),
    ).toEqual({ offsets: [0], completeSinceMs: Number.NEGATIVE_INFINITY }));
  it('speaks from the end of loaded history on, which the topic does not have', () =>
    expect(
      planCatchUp(source, [whole(0, 0)], { ...facts, loadedUntilMs: NOON - HOUR_MS }).completeSinceMs,
    ).toBe(NOON - HOUR_MS));
  it('where records are lost, is complete since what followed them became known', () => {
    const torn = whole(0, 0, {
      low: 80,
      archived: { partition: 0, first: 0, end: 40, last: { from: 60, to: 90 } },
      firstNeeded: 10,
      knownFromMs: NOON + MINUTE_MS,
    });
    expect(planCatchUp(source, [torn], facts)).toEqual({
      offsets: [60],
      completeSinceMs: NOON + 6 * MINUTE_MS + 1,
    });
    const unknown = { ...torn, archived: null, firstNeeded: null, knownFromMs: null };
    expect(planCatchUp(source, [unknown], facts)).toEqual({
      offsets: [80],
      completeSinceMs: NOON + HOUR_MS + 5 * MINUTE_MS + 1,
    });
  });
  it('where records are lost that others would be made of, is complete when those are past', () => {
    const torn = whole(0, 90, { low: 80, archived: null, knownFromMs: NOON, earlierMs: HOUR_MS / 2 });
    expect(planCatchUp(source, [torn, whole(1, 10)], facts).completeSinceMs).toBe(NOON + 35 * MINUTE_MS + 1);
  });
});
