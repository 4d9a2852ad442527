import { DAY_MS, HOUR_MS } from '@forebay/contract';
import { type CutFacts, decideCut } from './coverage';

const Q = Date.UTC(2024, 4, 10, 12, 34, 56, 789);
const facts = (more: Partial<CutFacts>): CutFacts => ({
  runClockMs: Q,
  allowedLatenessMs: HOUR_MS,
  cutHopMs: HOUR_MS,
  loadedUntilMs: null,
  topic: { empty: true, completeSinceMs: Number.NEGATIVE_INFINITY },
  ...more,
});
const untruncated = { empty: false, completeSinceMs: Number.NEGATIVE_INFINITY };
const LATEST = Date.UTC(2024, 4, 10, 11);
const LOADED = Date.UTC(2024, 4, 8);

describe('the cut of a batch run', () => {
  it('is the last multiple of the cut hop that no event can still reach in time', () => {
    expect(decideCut(facts({ topic: untruncated }))).toEqual({
      kind: 'cut',
      cutMs: LATEST,
      coverageBeginMs: Number.NEGATIVE_INFINITY,
    });
  });

  it('is refused when nothing is loaded and the topic is empty', () => {
    expect(decideCut(facts({}))).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('no history is loaded'),
    });
  });

  it('ends with the loaded history when the topic is empty or begins later', () => {
    const expected = { kind: 'cut', cutMs: LOADED, coverageBeginMs: Number.NEGATIVE_INFINITY };
    expect(decideCut(facts({ loadedUntilMs: LOADED }))).toEqual(expected);
    expect(
      decideCut(facts({ loadedUntilMs: LOADED, topic: { empty: false, completeSinceMs: LOADED + 1 } })),
    ).toEqual(expected);
    expect(decideCut(facts({ loadedUntilMs: LOADED + HOUR_MS - 1 }))).toEqual(expected);
  });

  it('is refused when nobody knows since when the archive is complete', () => {
    const topic = { empty: false, completeSinceMs: Number.POSITIVE_INFINITY };
    expect(decideCut(facts({ topic }))).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('deleted before they were archived'),
    });
    expect(decideCut(facts({ topic, loadedUntilMs: LOADED }))).toMatchObject({ kind: 'cut', cutMs: LOADED });
  });

  it('goes on into a topic that joins the loaded history', () => {
    const joined = facts({ loadedUntilMs: LOADED, topic: { empty: false, completeSinceMs: LOADED } });
    expect(decideCut(joined)).toEqual({
      kind: 'cut',
      cutMs: LATEST,
      coverageBeginMs: Number.NEGATIVE_INFINITY,
    });
  });

  it('is never later than the clock allows, however far history was loaded', () => {
    expect(decideCut(facts({ loadedUntilMs: Q + DAY_MS }))).toMatchObject({ cutMs: LATEST });
  });

  it('says where coverage begins when the topic is truncated', () => {
    const topic = { empty: false, completeSinceMs: LATEST - DAY_MS };
    expect(decideCut(facts({ topic }))).toEqual({
      kind: 'cut',
      cutMs: LATEST,
      coverageBeginMs: LATEST - DAY_MS,
    });
  });

  it.each([LATEST, LATEST + 1])('is refused when coverage begins at %s, not before it', (completeSinceMs) => {
    expect(decideCut(facts({ topic: { empty: false, completeSinceMs } }))).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('complete from'),
    });
  });

  it('may be set to an earlier multiple of the cut hop', () => {
    expect(decideCut(facts({ topic: untruncated, requestedCutMs: LATEST - HOUR_MS }))).toMatchObject({
      cutMs: LATEST - HOUR_MS,
    });
    expect(decideCut(facts({ topic: untruncated, requestedCutMs: LATEST + HOUR_MS }))).toMatchObject({
      reason: expect.stringContaining('is later than'),
    });
    expect(decideCut(facts({ topic: untruncated, requestedCutMs: LATEST - 1 }))).toMatchObject({
      reason: expect.stringContaining('no multiple'),
    });
  });

  it('is refused when its values would have expired', () => {
    const old = facts({ loadedUntilMs: LOADED, horizonMs: 60 * HOUR_MS });
    expect(decideCut(old)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('are good for 60h'),
    });
    expect(decideCut({ ...old, horizonMs: 61 * HOUR_MS })).toMatchObject({ kind: 'cut' });
  });
});
