import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type { ViewLayout } from './layout';
import { settledInstant } from './settled-instant';

/** Windows of 1 h by 1 min and of 7 d by 1 h. */
const edges = [
  { lengthMs: HOUR_MS, stepMs: MINUTE_MS, originMs: 0, hopMs: MINUTE_MS },
  { lengthMs: 168 * HOUR_MS, stepMs: HOUR_MS, originMs: 0, hopMs: HOUR_MS },
];
const layout = { edges, hops: [MINUTE_MS, HOUR_MS], hasLifetime: false } as unknown as ViewLayout;
const t = 1_000 * HOUR_MS + 30 * MINUTE_MS + 1;

test('an instant that a row may lie across moves back to where the row begins', () => {
  // rows of a minute may always lie there, rows of an hour once the edge of the short window has passed them
  expect(settledInstant(layout, t, t + 1)).toBe(t - 1);
  expect(settledInstant(layout, t, t + 2 * HOUR_MS)).toBe(1_000 * HOUR_MS);
});

test('of a view with a lifetime there is none before the oldest edge, up to where all is one row', () => {
  const lifetime = { ...layout, hasLifetime: true };
  const w = 1_000 * HOUR_MS;
  expect(settledInstant(lifetime, w - 168 * HOUR_MS - 1, w)).toBeNull();
  expect(settledInstant(lifetime, w - 168 * HOUR_MS, w)).toBe(w - 168 * HOUR_MS);
  expect(settledInstant(layout, w - 168 * HOUR_MS - 1, w)).not.toBeNull();
});

test('an instant where every row begins stays', () => {
  expect(settledInstant(layout, 1_000 * HOUR_MS, t + 2 * HOUR_MS)).toBe(1_000 * HOUR_MS);
});
