import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type { ViewLayout } from './layout';
import { isTooLate, keptFrom } from './stream-list-retention';

const SKEW_MS = 5 * MINUTE_MS;
const w = 1_000 * HOUR_MS;

/** A window of 1 h by 1 min. */
function layout({ batch = false, hasLifetime = false, retentionMs = 2 * HOUR_MS } = {}): ViewLayout {
  return {
    edges: [{ lengthMs: HOUR_MS, stepMs: MINUTE_MS, originMs: 0, hopMs: MINUTE_MS }],
    hasLifetime,
    source: { maxClockSkewMs: SKEW_MS },
    view: { stream: { retentionMs }, batch: batch ? {} : null },
  } as unknown as ViewLayout;
}

test('events are kept from the oldest edge of a reader whose clock is behind', () => {
  expect(keptFrom(layout(), w)).toBe(w - SKEW_MS - HOUR_MS);
  expect(isTooLate(layout(), w - SKEW_MS - HOUR_MS - 1, w)).toBe(true);
  expect(isTooLate(layout(), w - SKEW_MS - HOUR_MS, w)).toBe(false);
});

test('beside batch values no longer than the stream holds them', () => {
  const held = layout({ batch: true, retentionMs: HOUR_MS / 2, hasLifetime: true });
  expect(keptFrom(held, w)).toBe(w - SKEW_MS - HOUR_MS / 2);
});

test("a lifetime that is the stream's alone drops nothing", () => {
  expect(keptFrom(layout({ hasLifetime: true }), w)).toBe(Number.NEGATIVE_INFINITY);
});
