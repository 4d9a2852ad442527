import type { AggregationView, EventSource } from '@forebay/definitions';
import { noValueReason } from './no-value-reason';

const view = {
  keyFields: ['user', 'shop'],
  filter: 'amount > 0.0',
  schedule: null,
} as unknown as AggregationView;
const source = { name: 'orders' } as EventSource;
const none = { counting: 0, withKeys: 0, passing: 0 };
const reason = (scanned: number, tally: Partial<typeof none>, of: { view?: object; source?: object } = {}) =>
  noValueReason({ view: { ...view, ...of.view }, source: { ...source, ...of.source } }, scanned, {
    ...none,
    ...tally,
  });

test('a run without values names the first step that no event of its windows has passed', () => {
  expect(reason(0, {})).toBe('the archive of "orders" has no event in its windows before the cut');
  expect(reason(9, {})).toBe(
    'there are 9 events of "orders" in its windows, and all are of loads that have not finished',
  );
  expect(reason(9, { counting: 7 })).toBe(
    'there are 7 events in its windows, and none has all join keys ("user", "shop")',
  );
  expect(reason(9, { counting: 7, withKeys: 1 })).toBe(
    'there is 1 event with all join keys ("user", "shop") in its windows, and none passes the view\'s filter (amount > 0.0)',
  );
  expect(reason(9, { counting: 7, withKeys: 5, passing: 2 })).toBe(
    'there are 2 events in its windows, and every entity key is longer than 1024 bytes',
  );
});

test('events that are known too late, and events that make no pair, are told apart', () => {
  expect(reason(2, {}, { view: { schedule: { waitMs: 0 } } })).toMatch(/known after the tick and the wait$/);
  expect(reason(2, {}, { source: { pairing: {} } })).toMatch(/and no two make a pair$/);
});
