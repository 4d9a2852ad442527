import type { AggregationFeature, AggregationView, EventSource, Window } from '@forebay/definitions';
import { generateSource, METADATA } from '../index';
import { Random } from '../random';
import { chosenField, lookedUpValue, lookUpDifference, oracleLookUp } from './oracle-look-up';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const t = 1_000 * HOUR_MS + 90_500;

const source: EventSource = { ...generateSource(new Random(1)), maxStalenessMs: MINUTE_MS };

function counting(...windows: readonly Window[]): AggregationView {
  const features = windows.map(
    (window, i): AggregationFeature => ({
      name: `f${i}`,
      operation: 'count',
      input: null,
      by: null,
      filter: null,
      window,
      parameters: {},
      type: 'int64',
      description: '',
    }),
  );
  return {
    id: 1,
    name: 'merchants',
    version: 1,
    entity: 'who',
    source: source.name,
    keyFields: ['who'],
    filter: null,
    derived: [],
    features,
    batch: null,
    stream: { retentionMs: 10 * HOUR_MS },
    schedule: null,
    metadata: METADATA,
    fingerprint: '',
  };
}

const HOUR: Window = { kind: 'sliding', lengthMs: HOUR_MS, hopMs: MINUTE_MS };

/** Of events at these times, by values that were written at the clock. */
function lookUp(view: AggregationView, times: readonly number[], newestClockMs: number, serverClockMs = t) {
  const row = source.fields.map(() => null);
  return oracleLookUp({
    read: {
      view,
      source,
      tMs: t,
      serverClockMs,
      progressMs: serverClockMs,
      completeSinceMs: Number.NEGATIVE_INFINITY,
      marker: null,
      ownCutMs: null,
    },
    feature: view.features[0] as AggregationFeature,
    events: times.map((eventTimeMs, i) => ({ row, eventTimeMs, tie: BigInt(i) })),
    newestClockMs,
    exactWithinMs: 0,
    ofBatch: false,
  });
}

const values = ({ fields }: ReturnType<typeof lookUp>) => fields?.map(({ value }) => value);

describe('a looked-up field', () => {
  it('is the value at the time of the event, without what comes at that time', () => {
    const found = lookUp(counting(HOUR), [t - HOUR_MS - MINUTE_MS, t - 1, t, t + 1], t);
    expect([found.status, values(found)]).toEqual(['PRESENT', [1]]);
  });

  it('is that of an empty window where nothing is found', () => {
    const found = lookUp(counting(HOUR), [], t);
    expect([found.status, values(found)]).toEqual(['NOT_FOUND', [0]]);
  });

  it('is that of the time or of where its minute begins, if it comes too late', () => {
    const found = lookUp(counting(HOUR), [t - 1, t - MINUTE_MS, t + 1], t + 1);
    expect([found.status, values(found)]).toEqual(['DEGRADED', [2, 1]]);
  });

  it('is null where a lifetime is one segment, which holds what came later', () => {
    const found = lookUp(counting({ kind: 'lifetime' }, HOUR), [t - 1, t + 1], t + 2 * HOUR_MS);
    expect([found.status, values(found)]).toEqual(['DEGRADED', [null, null]]);
  });

  it('may be anything where writers drop by now what its window needs, which leaves no trace', () => {
    const late = lookUp(counting(HOUR), [t - 1], Number.NEGATIVE_INFINITY, t + 2 * HOUR_MS);
    expect([late.status, values(late)]).toEqual(['DEGRADED', undefined]);
    const lifetime = counting({ kind: 'lifetime' }, HOUR);
    const kept = lookUp(lifetime, [t - 1], Number.NEGATIVE_INFINITY, t + 2 * HOUR_MS);
    expect([kept.status, values(kept)]).toEqual(['PRESENT', [1]]);
  });

  it('may be anything where what its window needs is gone', () => {
    expect(values(lookUp(counting(HOUR), [t - 1], t + 2 * HOUR_MS))).toBeUndefined();
  });
});

describe('a value as a field', () => {
  it('is of the type of the feature', () => {
    expect(lookedUpValue(1, 'bool')).toBe(true);
    expect(lookedUpValue(5n, 'int64')).toBe(5);
    expect(lookedUpValue(2 ** 60, 'int64')).toBe(2n ** 60n);
    expect(lookedUpValue(2 ** 60, 'double')).toBe(2 ** 60);
  });

  it('is null beyond int64', () => {
    expect(lookedUpValue(2 ** 63, 'int64')).toBeNull();
    expect(lookedUpValue(2n ** 63n, 'int64')).toBeNull();
  });

  it('is left out where it is DEGRADED and only what is surely right will do', () => {
    const enrichment = {
      field: 'f',
      feature: { view: 'v', version: 1, feature: 'f0' },
      keyFields: [],
      exactWithinMs: 0,
    };
    expect(chosenField({ ...enrichment, degraded: 'null' }, 'DEGRADED', 3)).toBeNull();
    expect(chosenField({ ...enrichment, degraded: 'null' }, 'NOT_FOUND', 0)).toBe(0);
    expect(chosenField({ ...enrichment, degraded: 'best' }, 'DEGRADED', 3)).toBe(3);
  });

  it('differs if it is none of those that are possible', () => {
    const found = lookUp(counting(HOUR), [t - 1], t);
    const feature = counting(HOUR).features[0] as AggregationFeature;
    expect(lookUpDifference(found, 1, feature)).toBe(0);
    expect(lookUpDifference(found, 2, feature)).toBeNull();
    expect(lookUpDifference(found, null, feature)).toBeNull();
  });
});
