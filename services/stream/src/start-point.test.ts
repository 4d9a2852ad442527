import { HOUR_MS } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import { archiveEnd, completeSince, decideStart, partitionsMadeAnew } from './start-point';

const source = { topic: 'orders', maxClockSkewMs: 300_000 } as EventSource;
const view = { batch: { cutHopMs: HOUR_MS } } as AggregationView;
const NOON = Date.UTC(2026, 0, 15, 12);

describe('decideStart', () => {
  const facts = {
    partition: 2,
    checkpoint: 100,
    bucket: 0,
    archivedTo: 100,
    low: 0,
    high: 500,
    madeAnew: false,
  };
  it('begins at the checkpoint', () =>
    expect(decideStart(source, facts)).toEqual({ kind: 'start', offset: 100 }));
  it('begins before it where the archive is behind', () =>
    expect(decideStart(source, { ...facts, archivedTo: 70 })).toEqual({ kind: 'start', offset: 70 }));
  it('begins at the first record without a checkpoint', () =>
    expect(decideStart(source, { ...facts, checkpoint: null, low: 40 })).toEqual({
      kind: 'start',
      offset: 40,
    }));
  it('refuses to jump over deleted records', () =>
    expect(decideStart(source, { ...facts, low: 120 })).toMatchObject({
      kind: 'refuse',
      reason: expect.stringContaining('records 100 to 119 were deleted'),
    }));
  it('refuses a topic that ends before the checkpoint', () =>
    expect(decideStart(source, { ...facts, high: 7 })).toMatchObject({
      kind: 'refuse',
      reason: expect.stringContaining('lost records'),
    }));
  it('refuses a topic that was made anew, however long it has become', () =>
    expect(decideStart(source, { ...facts, madeAnew: true })).toMatchObject({
      kind: 'refuse',
      reason: expect.stringContaining('deleted and made anew'),
    }));
});

describe('partitionsMadeAnew', () => {
  /** A topic of partitions by the arrivals of their records. */
  const topic = (arrivals: readonly (readonly number[])[]) => async (instantMs: number) =>
    new Map(
      arrivals.map((ofPartition, partition) => {
        const at = ofPartition.findIndex((arrival) => arrival >= instantMs);
        return [partition, at < 0 ? ofPartition.length : at];
      }),
    );
  const anew = async (beginnings: readonly number[], arrivals: readonly (readonly number[])[]) => [
    ...(await partitionsMadeAnew(new Map(beginnings.entries()), 5, topic(arrivals))),
  ];

  it('are those whose every record arrived after their first ones were archived', async () => {
    expect(await anew([NOON, NOON], [[NOON - 9, NOON + 99], [NOON + 99]])).toEqual([1]);
    expect(await anew([NOON, NOON], [[NOON + 99], []])).toEqual([0, 1]);
  });
  it("are none of those whose broker's clock is ahead of the archive's", async () =>
    expect(await anew([NOON, NOON - 50], [[NOON + 5], [NOON - 60]])).toEqual([]));
  it('are none of which nothing was archived', async () => expect(await anew([], [[NOON]])).toEqual([]));
});

describe('archiveEnd', () => {
  const whole = { end: 100, last: { from: 0, to: 100 } };
  const torn = { end: 100, last: { from: 300, to: 500 } };
  it('is nothing without an archive', () => expect(archiveEnd(undefined, 7)).toBeNull());
  it('is where the archive ends', () => expect(archiveEnd(whole, 50)).toBe(100));
  it('is before a gap that the topic can fill', () => expect(archiveEnd(torn, 50)).toBe(100));
  it('is before the rest of a gap that the topic can fill in part', () =>
    expect(archiveEnd(torn, 200)).toBe(200));
  it('is behind a gap that the topic can not fill', () => expect(archiveEnd(torn, 400)).toBe(500));
});

describe('completeSince', () => {
  it('is always for a topic that is read from its untruncated beginning', () =>
    expect(
      completeSince(view, source, {
        nowMs: NOON,
        lostBeginning: false,
        resumed: false,
        untruncated: true,
        loadedUntilMs: null,
      }),
    ).toBe(Number.NEGATIVE_INFINITY));
  it('is the declared end of loaded history', () =>
    expect(
      completeSince(view, source, {
        nowMs: NOON,
        lostBeginning: false,
        resumed: false,
        untruncated: true,
        loadedUntilMs: NOON - HOUR_MS,
      }),
    ).toBe(NOON - HOUR_MS));
  it('is the next cut after the clock and its skew for a view that comes later, or a truncated topic', () => {
    expect(
      completeSince(view, source, {
        nowMs: NOON,
        lostBeginning: false,
        resumed: true,
        untruncated: true,
        loadedUntilMs: null,
      }),
    ).toBe(NOON + HOUR_MS);
    expect(
      completeSince(view, source, {
        nowMs: NOON,
        lostBeginning: false,
        resumed: false,
        untruncated: false,
        loadedUntilMs: null,
      }),
    ).toBe(NOON + HOUR_MS);
  });
});
