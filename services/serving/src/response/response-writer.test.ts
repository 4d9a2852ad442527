import type { DegradedReason, OtherValue } from '@forebay/algebra';
import { decodeMessage, type Message } from '@forebay/contract';
import fc from 'fast-check';
import { flightsRegistry } from '../../../../test/integration/serving-project';
import { shopRegistry } from '../../../../test/integration/serving-shop';
import type { FeatureVectors } from '../answer/feature-vectors';
import { AppliedRegistry } from '../registry/applied-registry';
import { ResponseBytes } from './response-writer';

const registry = new AppliedRegistry(flightsRegistry());
const shop = new AppliedRegistry(shopRegistry());
const plan = registry.listPlan('flights', [
  { view: 'departures', version: 0, feature: 'last_delays_1d' },
  { view: 'departures', version: 0, feature: 'flights_1h' },
  { view: 'departures', version: 0, feature: 'last_destination_1d' },
  { view: 'departures', version: 0, feature: 'longest_1d' },
  { view: 'routes', version: 0, feature: 'route_planes_1d' },
  { view: 'routes', version: 0, feature: 'route_delay_1d' },
  { view: 'ranking', version: 0, feature: 'embedding' },
]);

const answering = plan.views.map(({ readable }) => readable);

const int64 = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value));
const integer = fc.oneof(int64, fc.integer(), fc.maxSafeInteger());
const orNull = (value: fc.Arbitrary<OtherValue>) => fc.option(value, { nil: null });
const column = (value: fc.Arbitrary<OtherValue>, rows: number) =>
  fc.array(orNull(value), { minLength: rows, maxLength: rows });

const vectors: fc.Arbitrary<FeatureVectors> = fc.nat({ max: 200 }).chain((rows) =>
  fc.record({
    plan: fc.constant(plan),
    asOfMs: fc.oneof(fc.maxSafeInteger(), fc.constant(0), fc.constant(1_700_000_000_000)),
    rows: fc.constant(rows),
    block: fc.uint8Array({ minLength: rows * plan.blockWidth * 8, maxLength: rows * plan.blockWidth * 8 }),
    statuses: fc.uint8Array({
      minLength: rows * plan.columnCount,
      maxLength: rows * plan.columnCount,
      min: 1,
      max: 5,
    }),
    allPresent: fc.boolean(),
    typed: fc.tuple(
      column(fc.array(fc.double({ noNaN: true }), { maxLength: 3 }), rows),
      column(fc.string({ unit: 'grapheme', maxLength: 200 }), rows),
      column(integer, rows),
      column(fc.array(integer, { maxLength: 40 }), rows),
      column(fc.uint8Array({ minLength: 12, maxLength: 12 }), rows),
    ),
    views: fc.constant(plan.views).chain((views) =>
      fc.tuple(
        ...views.map((view) =>
          fc.record({
            view: fc.constant(view),
            freshnessMs: fc.option(fc.nat(), { nil: null }),
            cutMs: fc.option(fc.maxSafeInteger(), { nil: null }),
            tickMs: fc.option(fc.maxSafeInteger(), { nil: null }),
            newestEventMs: fc.option(fc.maxSafeInteger(), { nil: null }),
          }),
        ),
      ),
    ),
    degraded: fc.array(
      fc.record({
        row: fc.nat({ max: 100_000 }),
        view: fc.constantFrom(...answering),
        of: fc.option(fc.constantFrom(...answering), { nil: null }),
        reason: fc.constantFrom<DegradedReason>('stale', 'incomplete', 'inexact', 'unreadable'),
        keys: fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 3 }),
      }),
      { maxLength: 64 },
    ),
    includeLayout: fc.boolean(),
    requestId: fc.string({ unit: 'grapheme', maxLength: 40 }),
    variants: fc.option(
      fc.record({
        names: fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 3 }),
        ofRows: fc.option(fc.uint8Array({ minLength: rows, maxLength: rows, max: 2 }), { nil: null }),
      }),
      { nil: null },
    ),
    newestEventsMs: fc.constant(null),
    builder: fc.constant(null),
    generation: fc.constant(0),
  }),
);

const empty = (plan: FeatureVectors['plan']): FeatureVectors => ({
  plan,
  asOfMs: 0,
  rows: 0,
  block: new Uint8Array(0),
  statuses: new Uint8Array(0),
  allPresent: true,
  typed: [],
  views: [],
  degraded: [],
  includeLayout: false,
  requestId: '',
  variants: null,
  newestEventsMs: null,
  builder: null,
  generation: 0,
});

const near = (value: OtherValue) => Number(value);

function checkTyped(message: Message<'GetOnlineFeaturesResponse'>, given: FeatureVectors): void {
  expect(message.typed.map(({ column }) => column)).toEqual(plan.typed.map(({ column }) => column));
  message.typed.forEach((read, i) => {
    const values = given.typed[i] ?? [];
    expect(read.null_rows).toEqual(values.flatMap((value, row) => (value === null ? [row] : [])));
    const kind = plan.typed[i]?.kind;
    if (kind === 'strings') expect(read.strings).toEqual(values.map((value) => value ?? ''));
    if (kind === 'integers') expect(read.integers).toEqual(values.map((value) => near(value ?? 0)));
    if (kind === 'lists_of_doubles')
      expect(read.lists.map(({ doubles }) => doubles)).toEqual(values.map((value) => value ?? []));
    if (kind === 'lists_of_integers') {
      const lists = values.map((value) => ((value ?? []) as OtherValue[]).map(near));
      expect(read.lists.map(({ integers }) => integers)).toEqual(lists);
    }
    if (kind === 'vectors') {
      const bytes = values.map((value) => (value ?? new Uint8Array(12)) as Uint8Array);
      expect(read.vectors.equals(Buffer.concat(bytes))).toBe(true);
      expect(read.vector_length).toBe(3);
    }
  });
}

function writeResponse(given: FeatureVectors): Buffer {
  const response = new ResponseBytes(given);
  const bytes = Buffer.allocUnsafe(response.byteLength);
  response.copy(bytes);
  return bytes;
}

describe('the response writer', () => {
  it('writes what proto-loader reads, and measures it exactly', () => {
    fc.assert(
      fc.property(vectors, (given) => {
        const bytes = writeResponse(given);
        const message = decodeMessage('GetOnlineFeaturesResponse', bytes);
        expect(message).toMatchObject({
          as_of_ms: given.asOfMs,
          row_count: given.rows,
          layout_id: plan.layout.id,
        });
        expect(message.float64_block.equals(Buffer.from(given.block))).toBe(true);
        expect([...message.statuses]).toEqual(given.allPresent ? [] : [...given.statuses]);
        checkTyped(message, given);
        expect(message.layout === null).toBe(!given.includeLayout);
        if (given.includeLayout) expect(message.layout).toEqual(plan.layout);
        expect(message.views).toEqual(
          given.views.map(({ view, freshnessMs, cutMs, tickMs, newestEventMs }) => ({
            view: view.readable.view.name,
            view_version: 1,
            freshness_ms: freshnessMs ?? -1,
            cut_ms: cutMs ?? 0,
            has_cut: cutMs !== null,
            tick_ms: tickMs ?? 0,
            has_tick: tickMs !== null,
            newest_event_ms: newestEventMs ?? 0,
            has_newest_event: newestEventMs !== null,
          })),
        );
        expect(message.degraded.map(({ row, view, reason }) => [row, view, reason.split(':')[0]])).toEqual(
          given.degraded.map(({ row, view, reason }) => [row, view.view.name, reason]),
        );
        expect(message.request_id).toBe(given.requestId);
        expect(message.variants).toEqual(given.variants?.names ?? []);
        expect([...message.row_variants]).toEqual([...(given.variants?.ofRows ?? [])]);
      }),
      { numRuns: 150 },
    );
  });

  it('writes all of its bytes at the place that is asked for, and no other', () => {
    fc.assert(
      fc.property(vectors, fc.nat({ max: 9 }), (given, start) => {
        const response = new ResponseBytes(given);
        const target = Buffer.alloc(start + response.byteLength + 3, 0xee);
        expect(response.copy(target, start)).toBe(response.byteLength);
        expect(target.subarray(start, -3).equals(writeResponse(given))).toBe(true);
        expect([...target.subarray(0, start), ...target.subarray(-3)].every((byte) => byte === 0xee)).toBe(
          true,
        );
      }),
      { numRuns: 30 },
    );
  });

  const maps = shop.listPlan(
    'shop',
    ['by_shop_7d', 'paid_by_shop_7d', 'by_floor_7d', 'mean_by_floor_7d'].map((feature) => ({
      view: 'everything',
      version: 1,
      feature,
    })),
  );
  const texts = fc.string({ unit: 'grapheme', maxLength: 40 });
  const mapOf = (key: fc.Arbitrary<string | number | bigint>, value: fc.Arbitrary<number>) =>
    fc
      .uniqueArray(fc.tuple(key, value), { selector: ([of]) => of, maxLength: 20 })
      .map((entries) => new Map(entries));
  const double = fc.double({ noNaN: true });

  it('writes maps of every type', () => {
    const row = fc.tuple(
      orNull(mapOf(texts, fc.maxSafeInteger())),
      orNull(mapOf(texts, double)),
      orNull(mapOf(integer, fc.maxSafeInteger())),
      orNull(mapOf(integer, double)),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        const typed = maps.typed.map((_, i) => rows.map((values) => values[i] as OtherValue | null));
        const { typed: read } = decodeMessage(
          'GetOnlineFeaturesResponse',
          writeResponse({ ...empty(maps), rows: rows.length, typed }),
        );
        expect(
          read.map(({ maps, null_rows }) =>
            maps.map(({ string_keys, integer_keys, integers, doubles }, i) => {
              if (null_rows.includes(i)) return null;
              const values = [...integers, ...doubles];
              return [...string_keys, ...integer_keys].map((key, at) => [key, values[at]]);
            }),
          ),
        ).toEqual(
          typed.map((values) =>
            values.map((value) =>
              value === null
                ? null
                : [...(value as ReadonlyMap<string | bigint, number>)].map(([key, of]) => [
                    typeof key === 'bigint' ? Number(key) : key,
                    of,
                  ]),
            ),
          ),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('writes the nearest int64 for a sum that is beyond all of them', () => {
    const sums = new Map([2 ** 53, -(2 ** 63), 1e300, -1e300].map((value, i) => [`${i}`, value]));
    const bytes = writeResponse({ ...empty(maps), rows: 1, typed: [[sums], [null], [null], [null]] });
    const [column] = decodeMessage('GetOnlineFeaturesResponse', bytes).typed;
    expect(column?.maps[0]?.integers).toEqual([2 ** 53, -(2 ** 63), 2 ** 63, -(2 ** 63)]);
  });
});
