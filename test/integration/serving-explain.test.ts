import type { FeatureExplanation, Json } from '@forebay/client';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import { ALWAYS, purchase, T, useShop } from './serving-shop-fixture';

const shop = useShop();
const CUT = Date.UTC(2026, 4, 4, 10);
const CUSTOMER = { customer: 7 };

const old = [purchase(CUT - 2 * DAY_MS, { units: 2 }), purchase(CUT - 1, { units: 2n ** 60n, shop: 'Bern' })];
const young = [
  purchase(CUT),
  purchase(T - 20 * MINUTE_MS, { shop: 'Genf' }),
  purchase(T - SECOND_MS, { card: false }),
];

async function seed(): Promise<void> {
  const run = { cutMs: CUT, runClockMs: CUT + HOUR_MS, coverageFromMs: ALWAYS };
  await shop.seeder.batch('everything', run, { '7': old });
  await shop.seeder.stream('everything', '7', young, T);
  await shop.seeder.streamRuns('everything', T - 200);
}

const explain = (feature: string, more: { view?: string; keys?: Record<string, string | number> } = {}) =>
  shop.service.client.explainFeature({
    project: 'shop',
    feature: { view: more.view ?? 'everything', feature },
    keys: more.keys ?? CUSTOMER,
  });

/** A served value in the form of an explanation. */
function plain(value: unknown): Json {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, number]) => [String(key), plain(number)]));
  return Array.isArray(value) ? value.map(plain) : (value as Json);
}

const nearly = (value: Json): Json =>
  typeof value === 'number'
    ? Number(value.toPrecision(9))
    : value !== null && typeof value === 'object'
      ? (JSON.parse(
          JSON.stringify(value, (_, one) => (typeof one === 'number' ? Number(one.toPrecision(9)) : one)),
        ) as Json)
      : value;

test('every feature is explained with the value, status and instant that a read gives, and its segments merge to it', async () => {
  await seed();
  const { view } = shop.seeder.view('everything');
  const features = view.features.map(({ name }) => ({ view: view.name, feature: name }));
  const read = await shop.service.client.getOnlineFeatures({
    project: 'shop',
    features,
    keys: { customer: [7] },
  });
  for (const { name } of view.features) {
    const { explanation, asOfMs, keys } = await explain(name);
    expect([name, explanation.value]).toEqual([name, plain(read.rows[0]?.[name])]);
    expect([name, explanation.status]).toEqual([name, read.statuses(0)[name]]);
    expect(asOfMs).toBe(read.asOfMs);
    const { segments = [] } = explanation.segments ?? {};
    const merged = segments.at(-1)?.merged;
    if (merged !== undefined) expect([name, nearly(merged)]).toEqual([name, nearly(explanation.value)]);
    expect(keys.filter(({ unreadable }) => unreadable !== null)).toEqual([]);
  }
});

/** docs/CODEC.md, `k:`. */
function checkpoint(epoch: number, nextOffset: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt16LE(epoch, 2);
  bytes.writeUInt32LE(1, 4);
  bytes.writeDoubleLE(nextOffset, 8);
  return bytes;
}

test('segments tell of list, interval, state and what they contribute, with cut, fences and clocks', async () => {
  await seed();
  const { source } = shop.seeder.view('everything');
  await shop.raw.set(`k:{0}${source.id}`, checkpoint(1, 42));
  const { explanation, keys, registryVersion, truncated } = await explain('units_7d');
  expect(explanation).toMatchObject({
    view: 'everything',
    version: 1,
    feature: 'units_7d',
    type: 'int64',
    status: 'DEGRADED',
    entity: 'customer=7',
    degraded: { reason: 'inexact', remedy: expect.stringContaining('smaller unit') },
    clocks: {
      freshnessMs: 200,
      progressMs: T - 200,
      completeSinceMs: ALWAYS,
      cutMs: CUT,
      runClockMs: CUT + HOUR_MS,
      coverageBeginMs: ALWAYS,
      newestEventMs: T,
      tickMs: null,
      partitions: [{ partition: 0, progressMs: T - 200, nextOffset: 42 }],
    },
  });
  const { segments = [], ...window } = explanation.segments ?? {};
  expect(window).toMatchObject({
    atMs: T,
    endMs: T,
    edgeMs: Date.UTC(2026, 3, 27, 12),
    hopMs: HOUR_MS,
    cutMs: CUT,
    cutOf: 'batch value',
    segmentCount: 5,
    segmentsWithoutEvents: 0,
    stream: { wMs: T, writeToken: expect.stringMatching(/^[0-9a-f]{16}$/), rows: 3 },
    batch: { cutMs: CUT, runClockMs: CUT + HOUR_MS },
  });
  expect(segments.map(({ from, parts, counted, alone }) => [from, parts.join(), counted, alone])).toEqual([
    ['stream', 's', 1, 3],
    ['stream', 's', 1, 3],
    ['stream', 's', 1, 3],
    ['batch', 'b', 1, 2 ** 60],
    ['batch', 'b', 1, 2],
  ]);
  expect(segments[0]?.states).toEqual({ count: 1, sum: { sum: 3, high: 3, low: 0 } });
  expect(explanation.definition).toEqual(
    expect.arrayContaining([
      { name: 'operation', text: 'sum' },
      { name: 'input', text: 'units' },
      { name: 'window', text: expect.stringContaining('7d') },
      { name: 'view', text: 'everything@1' },
    ]),
  );
  const { id } = shop.seeder.view('everything').view;
  expect(keys.map(({ key, found }) => [key, found])).toEqual(
    expect.arrayContaining([
      [`f:{0}${id}.s.7`, true],
      [`f:{0}${id}.o.7`, true],
      [`f:{0}${id}.z.7`, false],
      [`f:{0}${id}.b.7`, true],
      [`k:{0}${source.id}`, true],
    ]),
  );
  expect(registryVersion).toBe(1);
  expect(truncated).toEqual([]);
});

test('the newest segments are told where fewer are asked for, and the answer says so', async () => {
  await seed();
  const explained = await shop.service.client.explainFeature({
    project: 'shop',
    feature: { view: 'everything', feature: 'units_7d' },
    keys: CUSTOMER,
    maxSegments: 2,
  });
  expect(explained.explanation.segments?.segments.map(({ from }) => from)).toEqual(['stream', 'stream']);
  expect(explained.explanation.segments?.segmentCount).toBe(5);
  expect(explained.truncated).toEqual(['of 5 segments of everything@1:units_7d, the newest 2 are told']);
});

test('bytes that cannot be read are named, and the value is explained all the same', async () => {
  await seed();
  const { id } = shop.seeder.view('everything').view;
  const broken = [`f:{0}${id}.b.7`, `m:{0}${id}.s`];
  for (const key of broken) await shop.raw.set(key, Buffer.from('garbage'));
  const { explanation, keys } = await explain('purchases_1h');
  expect(explanation).toMatchObject({ status: 'DEGRADED', value: 2, degraded: { reason: 'no_marker' } });
  expect(explanation.clocks?.completeSinceMs).toBe(null);
  const unreadable = keys.filter(({ unreadable }) => unreadable !== null);
  expect(unreadable.map(({ key }) => key).sort()).toEqual(broken.sort());
  await shop.raw.del(`m:{0}${id}.s`);
  await shop.seeder.streamRuns('everything', T);
  expect((await explain('purchases_1h')).explanation.degraded).toMatchObject({
    reason: 'unreadable',
    remedy: expect.stringContaining('key'),
  });
});

test('an entity that has nothing is explained', async () => {
  await seed();
  const { explanation, keys } = await explain('units_7d', { keys: { customer: 2 ** 40 } });
  expect(explanation).toMatchObject({ status: 'NOT_FOUND', value: 0, degraded: null });
  expect(explanation.segments).toMatchObject({ segments: [], cutOf: 'marker', stream: null, batch: null });
  expect(keys.filter(({ key }) => key.startsWith('f:')).every(({ found }) => !found)).toBe(true);
});

test('a view on a schedule is explained as of its tick', async () => {
  const tick = Date.UTC(2026, 4, 4, 12, 20);
  const run = { cutMs: tick, runClockMs: tick + MINUTE_MS, coverageFromMs: ALWAYS };
  await shop.seeder.batch('habits', run, { '7': [purchase(tick - DAY_MS), purchase(tick - 1)] });
  const { explanation } = await explain('purchases_30d', { view: 'habits' });
  expect(explanation).toMatchObject({ status: 'PRESENT', value: 2, clocks: { tickMs: tick, cutMs: tick } });
  expect(explanation.segments).toMatchObject({
    atMs: tick,
    endMs: tick,
    batch: { cutMs: tick },
    stream: null,
  });
  expect(explanation.segments?.segments.map(({ alone }) => alone)).toEqual([2]);
});

test('an on-demand feature is explained with what it is computed from', async () => {
  await seed();
  await shop.seeder.streamRuns('shops', T);
  const request = { amount: 10, units: 2n ** 60n, at: T, note: 'it is "amount"' };
  const asked = { project: 'shop', keys: { customer: 7, shop: 'Zürich' }, request } as const;
  const { explanation } = await shop.service.client.explainFeature({
    ...asked,
    feature: { view: 'risk', feature: 'all_units' },
  });
  expect(explanation).toMatchObject({
    status: 'DEGRADED',
    degraded: { reason: 'inexact' },
    segments: null,
    clocks: null,
  });
  const inputs = explanation.expression?.inputs ?? [];
  expect(inputs.map(({ column, from }) => [column, from])).toEqual([
    ['units', 'request'],
    ['units_7d', 'feature'],
  ]);
  expect(inputs.find(({ column }) => column === 'units')?.value).toBe(String(2n ** 60n));
  const units = inputs.find(({ column }) => column === 'units_7d')?.explanation as FeatureExplanation;
  expect(units.segments?.segmentCount).toBe(5);
  expect(explanation.expression?.withValues).toContain(String(2n ** 60n));
});

test('an answer that would be too long is given with less detail, and says so', async () => {
  const long = (i: number) =>
    purchase(T - 120 * MINUTE_MS + i * MINUTE_MS, { shop: `${i} ${'x'.repeat(5_000)}` });
  await shop.seeder.stream(
    'everything',
    '8',
    Array.from({ length: 119 }, (_, i) => long(i)),
    T,
  );
  await shop.seeder.streamRuns('everything', T);
  const { explanation, truncated } = await explain('favourites_7d', { keys: { customer: 8 } });
  const told = await explain('by_shop_7d', { keys: { customer: 8 } });
  expect(explanation.value).toHaveLength(2);
  const { segmentCount = 0, segments = [] } = told.explanation.segments ?? {};
  expect(segmentCount).toBeGreaterThan(segments.length);
  expect(told.truncated[0]).toBe('the whole answer is too long for a message: less of it is told');
  expect(truncated.at(-1)).toMatch(/texts after 1000 characters$/);
});

describe('is refused', () => {
  const refused = (request: object) =>
    shop.service.client
      .explainFeature({
        project: 'shop',
        feature: { view: 'everything', feature: 'units_7d' },
        keys: CUSTOMER,
        ...request,
      })
      .then(
        () => 'answered',
        ({ reason, message }) => `${reason}: ${message}`,
      );

  test('with what is wrong', async () => {
    expect(await refused({ feature: { view: 'everything', feature: 'units_7' } })).toMatch(
      /^not_found: no feature "units_7" in view "everything@1".*did you mean "units_7d"/,
    );
    expect(await refused({ keys: {} })).toMatch(/^invalid_request: join key "customer" is missing/);
    expect(await refused({ keys: { customer: 'x' } })).toMatch(
      /^invalid_request: join key "customer", row 0/,
    );
    expect(await refused({ project: 'shops' })).toMatch(/^not_found: no project "shops"/);
  });
});
