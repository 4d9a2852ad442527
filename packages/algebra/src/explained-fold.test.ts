import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import type { Window } from '@forebay/definitions';
import fc from 'fast-check';
import { ALWAYS, type Given, layoutOf, lifetime, NOON, StoredEntity, sliding } from './entity.fixture';
import type { ReadContext } from './exactness';
import { ExplainedFold } from './explained-fold';
import { unreadableParts } from './explained-parts';
import type { OtherValue } from './feature-result';
import { ItemLimit, readableValue } from './readable';

const HOUR = sliding(HOUR_MS, MINUTE_MS);
const WEEK = sliding(7 * DAY_MS, HOUR_MS);
const TUMBLING: Window = { kind: 'tumbling', lengthMs: DAY_MS, originMs: 0 };
const SESSION: Window = { kind: 'session', gapMs: 10 * MINUTE_MS, lengthMs: DAY_MS, hopMs: HOUR_MS };

const layout = layoutOf([
  { operation: 'count', window: HOUR },
  { operation: 'count', window: lifetime },
  { operation: 'sum', input: 'i', window: WEEK },
  { operation: 'mean', input: 'x', window: WEEK },
  { operation: 'max', input: 'big', window: WEEK, type: 'int64' },
  { operation: 'stddev', input: 'x', window: HOUR, parameters: { population: 0 } },
  { operation: 'skewness', input: 'x', window: lifetime },
  { operation: 'last', input: 's', window: WEEK, type: 'string' },
  { operation: 'first', input: 'big', window: WEEK, type: 'int64' },
  { operation: 'last_n', input: 'i', window: WEEK, parameters: { n: 3 }, type: 'list<int32>' },
  { operation: 'distinct_count', input: 's', window: lifetime, parameters: { exact: 4 }, type: 'int64' },
  { operation: 'quantile', input: 'x', window: WEEK, parameters: { q: 0.5 } },
  { operation: 'count_by', input: 's', window: WEEK, parameters: { max_keys: 5 }, type: 'map<string,int64>' },
  { operation: 'sum_by', input: 'i', by: 's', window: HOUR, parameters: { max_keys: 8 } },
  { operation: 'decayed_sum', input: 'x', window: lifetime, parameters: { half_life_ms: DAY_MS } },
  { operation: 'time_since_last', window: WEEK },
  { operation: 'count', filter: 'b', window: WEEK },
  { operation: 'sum', input: 'i', window: TUMBLING },
  { operation: 'session_events', window: SESSION },
]);
const CUT = NOON - 2 * HOUR_MS;
const AFTER = NOON + 3 * MINUTE_MS;
const CONTEXT: ReadContext = {
  tMs: AFTER,
  serverClockMs: AFTER,
  completeSinceMs: ALWAYS,
  batchMarker: { cutMs: CUT, qMs: CUT + HOUR_MS, coverageBeginMs: ALWAYS },
  progressMs: AFTER,
};

function stored(given: readonly Given[]): StoredEntity {
  const entity = new StoredEntity(layout);
  const inOrder = [...given].sort((a, b) => a.at - b.at);
  for (const event of inOrder) entity.add(event, Math.max(event.at + SECOND_MS, CUT));
  entity.store();
  entity.materialize(
    inOrder.filter(({ at }) => at < CUT),
    CUT + HOUR_MS,
    CUT,
  );
  return entity;
}

const given = fc.record({
  at: fc.oneof(
    fc.integer({ min: NOON - 10 * DAY_MS, max: NOON }),
    fc.integer({ min: CUT - 1, max: CUT + 1 }),
    fc.integer({ min: NOON - HOUR_MS, max: AFTER + MINUTE_MS }),
  ),
  i: fc.integer({ min: -100, max: 100 }),
  big: fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
  x: fc.integer({ min: -1_000, max: 1_000 }).map((quarters) => quarters / 4),
  s: fc.constantFrom('a', 'b', 'c', 'd', 'é', ''),
  b: fc.boolean(),
  tie: fc.nat(1_000),
});

const limit = new ItemLimit(100);
const show = (value: unknown) => readableValue(value as OtherValue | null, limit);
const asked = (feature: number) => ({ feature, limit, show });

const explained = (entity: StoredEntity, feature: number, more: Partial<ReadContext> = {}) =>
  new ExplainedFold(layout).explain(entity.stored, { ...CONTEXT, ...more }, asked(feature));

/** A fold merges the rows of a window oldest first, so doubles differ by rounding. */
const rounded = (value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(9)) : value);

test('the segments of every feature merge to what a fold gives', () => {
  fc.assert(
    fc.property(fc.array(given, { maxLength: 60 }), (events) => {
      const entity = stored(events);
      const served = entity.values(AFTER, CONTEXT);
      layout.features.forEach(({ operation }, feature) => {
        const { segments } = explained(entity, feature);
        const last = segments.at(-1);
        if (last !== undefined)
          expect([operation, rounded(last.merged)]).toEqual([operation, rounded(show(served[feature]))]);
        const counts = segments.reduce((sum, { counted }) => sum + counted, 0);
        if (operation === 'count') expect(counts).toBe(served[feature]);
        const starts = segments.map(({ startMs }) => startMs);
        expect(starts).toEqual([...starts].sort((a, b) => (a === b ? 0 : b - a)));
      });
    }),
    { numRuns: 60 },
  );
});

const EVENTS: Given[] = [
  { at: CUT - DAY_MS, i: 5, x: 1, s: 'a', big: 2n ** 60n, b: true },
  { at: CUT - 1, i: 7, x: 2, s: 'b' },
  { at: CUT, i: 11, x: 3, s: 'a', b: true },
  { at: NOON - 30 * MINUTE_MS, i: 13, x: 4, s: 'c' },
];

test('a segment says where it comes from, what it holds, and what it makes of the value', () => {
  const { segments, ...window } = explained(stored(EVENTS), 2);
  expect(window).toEqual({
    atMs: AFTER,
    edgeMs: NOON - 7 * DAY_MS,
    endMs: AFTER,
    cutMs: CUT,
    cutOf: 'batch value',
    coveredFromMs: ALWAYS,
    reason: null,
    segmentsWithoutEvents: 0,
  });
  expect(segments.map(({ from, counted, alone, merged }) => [from, counted, alone, merged])).toEqual([
    ['stream', 1, 13, 13],
    ['stream', 1, 11, 24],
    ['batch', 1, 7, 31],
    ['batch', 1, 5, 36],
  ]);
  expect(segments[0]).toMatchObject({
    parts: ['s'],
    startMs: NOON - 30 * MINUTE_MS,
    endMs: NOON - 29 * MINUTE_MS,
    states: { count: 1, sum: { sum: 13, high: 13, low: 0 } },
  });
});

test('states of variable length come with their parts and sizes, and segments of other lanes are only counted', () => {
  const entity = stored(EVENTS);
  expect(explained(entity, 10).segments[0]).toMatchObject({
    parts: ['s', 'o'],
    states: { distinct: { distinct: 1, held_as: 'hashes', size_bytes: 9 } },
    alone: 1,
  });
  const filtered = explained(entity, 16);
  expect(filtered.segments.map(({ counted }) => counted)).toEqual([1, 1]);
  expect(filtered.segmentsWithoutEvents).toBe(2);
});

test("without a batch value the marker's cut stands, and past its horizon there is none", () => {
  const entity = stored(EVENTS);
  entity.batch = null;
  const withMarker = explained(entity, 0);
  expect([withMarker.cutMs, withMarker.cutOf]).toEqual([CUT, 'marker']);
  const withoutMarker = explained(entity, 2, { batchMarker: null, completeSinceMs: NOON });
  expect(withoutMarker).toMatchObject({ cutMs: ALWAYS, cutOf: 'none', reason: 'incomplete' });
});

test('a state that cannot be read is named, and the value is explained as a fold serves it', () => {
  const entity = stored(EVENTS);
  const open = entity.parts.open as Uint8Array;
  const parts = { ...entity.stored, open: open.slice() };
  const view = new DataView(parts.open.buffer);
  // the mode of the first distinct state becomes "registers", which it is too short for
  const at = parts.open.indexOf(0, 40);
  for (let byte = 16; byte < open.length - 24; byte++) if (byte !== at) view.setUint8(byte, 1);
  expect(Object.keys(unreadableParts(layout, parts))).toEqual(['open']);
  const window = new ExplainedFold(layout).explain(parts, CONTEXT, asked(0));
  expect(window.reason).toBe('unreadable');
  expect(entity.read(AFTER, CONTEXT, parts).reason).toBe('unreadable');
  expect(
    unreadableParts(layout, { ...entity.stored, batch: Uint8Array.of(9), stream: new Uint8Array(30) }),
  ).toEqual({
    batch: 'a batch list of 1 bytes does not have the layout of its view',
    stream: expect.stringContaining('30 bytes does not have the layout'),
  });
});

test('whatever byte is wrong, the explanation is unreadable exactly where a fold is, and nothing is thrown', () => {
  const entity = stored(EVENTS);
  const names = ['stream', 'open', 'sealed', 'batch'] as const;
  const damage = fc.record({
    part: fc.constantFrom(...names),
    at: fc.nat(10_000),
    byte: fc.integer({ min: 0, max: 255 }),
  });
  fc.assert(
    fc.property(
      fc.array(damage, { minLength: 1, maxLength: 3 }),
      fc.nat(layout.features.length - 1),
      (damages, feature) => {
        const parts = { ...entity.stored };
        for (const { part, at, byte } of damages) {
          const bytes = parts[part]?.slice();
          if (bytes === undefined || bytes.length === 0) continue;
          bytes[at % bytes.length] = byte;
          parts[part] = bytes;
        }
        const served = entity.read(AFTER, CONTEXT, parts);
        const window = new ExplainedFold(layout).explain(parts, CONTEXT, asked(feature));
        expect(window.reason === 'unreadable').toBe(served.reason === 'unreadable');
        unreadableParts(layout, parts);
      },
    ),
    { numRuns: 400 },
  );
});
