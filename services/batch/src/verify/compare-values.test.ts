import { compileView } from '@forebay/algebra';
import {
  aggregationView,
  compileProject,
  count,
  entity,
  eventSource,
  mean,
  project,
  stddev,
  sum,
} from '@forebay/definitions';
import { isSame, toleranceOf } from './compare-values';

const user = entity({ name: 'user', joinKeys: { user: 'string' } });
const orders = eventSource({
  name: 'orders',
  topic: 'orders',
  fields: { at: 'timestamp', user: 'string', items: 'int64', amount: 'double' },
  eventTime: 'at',
});
const spending = aggregationView({
  name: 'spending',
  entity: user,
  source: orders,
  features: {
    orders_1d: count({ window: '1d' }),
    items_1d: sum('items', { window: '1d' }),
    amount_1d: sum('amount', { window: '1d' }),
    mean_1d: mean('amount', { window: '1d' }),
    spread_1d: stddev('amount', { window: '1d' }),
  },
});
const compiled = compileProject(
  project({ name: 'shop', entities: [user], eventSources: [orders], aggregationViews: [spending] }),
);
const layout = compileView(compiled.aggregationViews[0]!, compiled.eventSources[0]!);

test('what is counted, and sums of integers, are compared exactly; doubles as near as paths agree', () => {
  const tolerances = new Map(layout.features.map((plan) => [plan.feature.name, toleranceOf(plan)]));
  expect([...tolerances].sort()).toEqual([
    ['amount_1d', 1e-9],
    ['items_1d', 0],
    ['mean_1d', 1e-9],
    ['orders_1d', 0],
    ['spread_1d', 1e-6],
  ]);
});

test.each([
  [1, 1, 0, true],
  [1, 1 + 1e-12, 0, false],
  [1e12, 1e12 + 100, 1e-9, true],
  [1e12, 1e12 + 2_000, 1e-9, false],
  [0, 1e-10, 1e-9, true],
  [null, null, 0, true],
  [null, 0, 1, false],
  [2n ** 60n, 2n ** 60n, 0, true],
  [2n ** 60n, 2n ** 60n + 1n, 1e-9, false],
  ['a', 'a', 0, true],
  ['a', 'b', 1, false],
  [['a', 'b'], ['a', 'b'], 0, true],
  [['a', 'b'], ['b', 'a'], 0, false],
  [[1, 2], [1], 0, false],
  [new Map([['x', 1]]), new Map([['x', 1 + 1e-12]]), 1e-9, true],
  [new Map([['x', 1]]), new Map([['y', 1]]), 1, false],
  [new Map([['x', 1]]), new Map(), 1, false],
  [Uint8Array.of(1, 2), Uint8Array.of(1, 2), 0, true],
  [Uint8Array.of(1, 2), Uint8Array.of(1, 3), 1, false],
] as const)('%p and %p within %p: %p', (a, b, tolerance, same) => {
  expect(isSame(a, b, tolerance)).toBe(same);
});
