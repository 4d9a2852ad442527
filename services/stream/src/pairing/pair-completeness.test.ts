import { pairsCompleteSince } from './pair-completeness';

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;
const facts = {
  isRead: true,
  heldFromMs: Number.NEGATIVE_INFINITY,
  untruncated: true,
  loadedUntilMs: null,
  nowMs: NOW,
  withinMs: HOUR / 2,
  maxClockSkewMs: 60_000,
};

describe('pairsCompleteSince', () => {
  it('is always, where topics are read from their beginnings for the first time', () => {
    expect(pairsCompleteSince(facts)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('is the bound after loaded history: a pair may have its first event there', () => {
    expect(pairsCompleteSince({ ...facts, loadedUntilMs: 900 * HOUR })).toBe(900.5 * HOUR);
  });

  it('is where pairs are asked for, for a view that comes later', () => {
    const later = { ...facts, heldFromMs: NOW - 2 * HOUR };
    expect(pairsCompleteSince(later)).toBe(NOW - 2 * HOUR);
    expect(pairsCompleteSince({ ...later, untruncated: false })).toBe(NOW - 2 * HOUR);
    expect(pairsCompleteSince({ ...later, loadedUntilMs: NOW - 2 * HOUR })).toBe(NOW - 1.5 * HOUR);
  });

  it('is the bound after now, where records are gone that may be part of pairs', () => {
    const since = NOW + 60_000 + HOUR / 2;
    expect(pairsCompleteSince({ ...facts, untruncated: false })).toBe(since);
    expect(pairsCompleteSince({ ...facts, heldFromMs: NOW - 2 * HOUR, isRead: false })).toBe(since);
  });
});
