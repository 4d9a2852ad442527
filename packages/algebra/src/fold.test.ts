import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { emptyBatchList } from './batch-list-writer';
import { ALWAYS, type Given, layoutOf, lifetime, NOON, StoredEntity, sliding } from './entity.fixture';
import { STATUS } from './view-output';

const count = (window = sliding(HOUR_MS, MINUTE_MS)) => ({ operation: 'count' as const, window });

describe('windows whose edges are not in the order of their lengths', () => {
  // a longer window with a small hop can begin after a shorter one with a large hop: 10 d by 1 h after 7 d by 7 d
  const long = sliding(10 * DAY_MS, HOUR_MS);
  const coarse = sliding(7 * DAY_MS, 7 * DAY_MS);
  const t = 7 * DAY_MS * 1000 - 1;
  const given: Given[] = [
    { at: t - 13 * DAY_MS, i: 3, s: 'old' },
    { at: t - 9 * DAY_MS, i: 2, s: 'new' },
    { at: t - HOUR_MS, i: 1, s: 'last' },
  ];

  it('take the events of their own, whichever is folded first', () => {
    const layout = layoutOf(
      [long, coarse].flatMap((window) => [
        count(window),
        { operation: 'max' as const, input: 'i', window },
        { operation: 'distinct_count' as const, input: 's', window, parameters: { exact: 8 } },
      ]),
      { batch: null, stream: { retentionMs: 30 * DAY_MS } },
    );
    const entity = new StoredEntity(layout);
    for (const event of given) entity.add(event, t);
    entity.store();
    expect(entity.values(t)).toEqual([2, 2, 2, 3, 3, 3]);
    expect(entity.values(t + 1)).toEqual([2, 2, 2, 1, 1, 1]);
    expect(entity.values(t)).toEqual([2, 2, 2, 3, 3, 3]);
  });

  it('do so from a batch list too, and for a component that only the coarse one needs', () => {
    const layout = layoutOf([
      count(long),
      { operation: 'max', input: 'i', window: coarse },
      { operation: 'last_n', input: 's', window: coarse, parameters: { n: 3 } },
    ]);
    const entity = new StoredEntity(layout);
    const cutMs = Math.floor(t / HOUR_MS) * HOUR_MS;
    entity.materialize(given, t, cutMs);
    expect(entity.values(t, { batchMarker: { cutMs, qMs: t, coverageBeginMs: ALWAYS } })).toEqual([
      2,
      3,
      ['last', 'new', 'old'],
    ]);
  });
});

describe('the status', () => {
  const layout = layoutOf(
    [
      count(),
      { operation: 'max', input: 'i', window: lifetime },
      { operation: 'sum', input: 'big', window: lifetime },
      { operation: 'last_n', input: 's', window: lifetime, parameters: { n: 2 } },
    ],
    {
      batch: null,
      stream: { retentionMs: DAY_MS },
      filter: 'x == null',
    },
  );
  const { PRESENT, NULL_VALUE, NOT_FOUND, DEGRADED } = STATUS;

  it('is NOT_FOUND with the values of an empty window where no event passes the filter', () => {
    const entity = new StoredEntity(layout);
    expect(entity.add({ at: NOON, i: 1, x: 1 }, NOON + 1)).toBeNull();
    const output = entity.read(NOON + 1);
    expect([...output.statuses]).toEqual([NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND]);
    expect(entity.values(NOON + 1)).toEqual([0, null, 0, []]);
  });

  it('is NULL_VALUE for null, and PRESENT for 0 and an empty list, where an event lies in the longest window', () => {
    const entity = new StoredEntity(layout);
    entity.add({ at: NOON - DAY_MS }, NOON);
    entity.store();
    expect(entity.values(NOON)).toEqual([0, null, 0, []]);
    expect([...entity.read(NOON).statuses]).toEqual([PRESENT, NULL_VALUE, PRESENT, PRESENT]);
  });

  // the entity may have an event in the history that is missing
  it('is not NOT_FOUND while the longest window is not known', () => {
    const entity = new StoredEntity(
      layoutOf([
        count(),
        { operation: 'max', input: 'i', window: sliding(HOUR_MS, MINUTE_MS) },
        count(sliding(30 * DAY_MS, DAY_MS)),
      ]),
    );
    expect([...entity.read(NOON).statuses]).toEqual([PRESENT, NULL_VALUE, DEGRADED]);
    expect([
      ...entity.read(NOON, { batchMarker: { cutMs: NOON, qMs: NOON, coverageBeginMs: ALWAYS } }).statuses,
    ]).toEqual([NOT_FOUND, NOT_FOUND, NOT_FOUND]);
  });

  it('is DEGRADED before all others', () => {
    const output = new StoredEntity(layout).read(NOON, { progressMs: null });
    expect([...output.statuses]).toEqual([DEGRADED, DEGRADED, DEGRADED, DEGRADED]);
    expect(output.reason).toBe('no_progress');
  });

  it('is DEGRADED of an integer sum from 2^53 on, and only of that', () => {
    const entity = new StoredEntity(layout);
    entity.add({ at: NOON - 2, big: 2 ** 53 - 1 }, NOON);
    entity.store();
    expect([entity.read(NOON).statuses[2], entity.read(NOON).numbers[2]]).toEqual([PRESENT, 2 ** 53 - 1]);
    entity.add({ at: NOON - 1, big: 1 }, NOON);
    entity.store();
    expect([entity.read(NOON).statuses[2], entity.read(NOON).numbers[2]]).toEqual([DEGRADED, 2 ** 53]);
    entity.add({ at: NOON - 1, big: 2n ** 62n }, NOON);
    entity.store();
    const output = entity.read(NOON);
    expect([...output.statuses]).toEqual([PRESENT, NULL_VALUE, DEGRADED, PRESENT]);
    expect([output.numbers[2], output.reason]).toEqual([Number(2n ** 62n + 2n ** 53n), 'inexact']);
  });
});

test('a batch value that holds the place of an erased one has no events, and later ones come on top', () => {
  const window = sliding(HOUR_MS, MINUTE_MS);
  const layout = layoutOf([
    count(window),
    { operation: 'sum', input: 'i', window },
    { operation: 'mean', input: 'x', window },
    { operation: 'min', input: 'big', window: lifetime },
    { operation: 'distinct_count', input: 's', window, parameters: { exact: 8 } },
  ]);
  const entity = new StoredEntity(layout);
  const cutMs = NOON - HOUR_MS;
  entity.batch = emptyBatchList(layout, { cutMs, qMs: NOON, goodUntilMs: cutMs + DAY_MS });
  const context = { batchMarker: { cutMs, qMs: NOON, coverageBeginMs: ALWAYS } };
  expect(entity.values(NOON, context)).toEqual([0, 0, null, null, 0]);
  entity.add({ at: NOON - 1, i: 3, x: 2, big: 4, s: 'a' }, NOON);
  entity.store();
  expect(entity.values(NOON, context)).toEqual([1, 3, 2, 4, 1]);
});
