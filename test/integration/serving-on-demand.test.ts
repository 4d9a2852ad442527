import { DAY_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import { ALWAYS, BIG, CUT, purchase, T, useShop } from './serving-shop-fixture';

const shop = useShop();

describe('on-demand views', () => {
  const request = { amount: 12.5, units: 4, at: new Date(T + 2 * DAY_MS), note: 'gift' };

  beforeEach(async () => {
    const bought = [purchase(T - MINUTE_MS), purchase(T - SECOND_MS, { amount: 37.5, card: false })];
    const marker = { cutMs: CUT, runClockMs: T - MINUTE_MS, coverageFromMs: ALWAYS };
    await shop.seeder.batch('everything', marker, {});
    await shop.seeder.stream('everything', '7', bought, T);
    await shop.seeder.stream('shops', 'Zürich', bought, T);
    await shop.seeder.streamRuns('everything', T);
    await shop.seeder.streamRuns('shops', T);
  });

  test('are computed from features of several views, data of the request and functions of the user', async () => {
    const keys = { customer: [7, 7, 9], shop: ['Zürich', 'Oslo', 'Zürich'] };
    const answer = await shop.ask('risk', keys, { ...request, amount: [12.5, 25, null] });
    expect(answer.rows).toEqual([
      {
        likeness: 1 / 13.5,
        share: 0.25,
        all_units: 10,
        is_late: true,
        is_first_shop: false,
        remark: 'gift@Zürich',
        purchases_1h: 2,
      },
      {
        likeness: 1,
        share: null,
        all_units: 10,
        is_late: true,
        is_first_shop: false,
        remark: 'gift@Oslo',
        purchases_1h: 2,
      },
      {
        likeness: null,
        share: null,
        all_units: 4,
        is_late: null,
        is_first_shop: null,
        remark: 'gift@Zürich',
        purchases_1h: 0,
      },
    ]);
    expect(answer.statuses(0)).toEqual(Object.fromEntries(answer.columns.map(({ key }) => [key, 'PRESENT'])));
    expect(answer.statuses(2)).toMatchObject({
      likeness: 'NULL_VALUE',
      all_units: 'PRESENT',
      purchases_1h: 'NOT_FOUND',
    });
    expect(answer.degraded).toEqual([]);
    expect(answer.views.map(({ view }) => view)).toEqual(['everything', 'shops']);
  });

  test('an int64 beyond 2^53 is exact', async () => {
    const answer = await shop.ask('risk', { customer: [7], shop: [''] }, { ...request, units: BIG });
    expect(answer.rows[0]?.all_units).toBe(BIG + 6n);
  });

  test('what is computed from a DEGRADED value is DEGRADED, and tells whose it is', async () => {
    const keys = { customer: [7], shop: ['Zürich'] };
    const { view } = shop.seeder.view('shops');
    await shop.raw.del(`m:{0}${view.id}.s`);
    const answer = await shop.ask('risk', keys, request);
    expect(answer.statuses(0)).toMatchObject({ share: 'DEGRADED', likeness: 'PRESENT', remark: 'PRESENT' });
    expect(answer.rows[0]?.share).toBe(0.25);
    expect(answer.degraded).toEqual([
      { row: 0, view: 'risk', reason: expect.stringMatching(/^no_marker: .* \(view "shops@1"\)$/) },
    ]);
    const metrics = await (await fetch(shop.service.metricsUrl)).text();
    expect(metrics).toMatch(/forebay_degraded_values_total\{[^}]*view="risk@1"[^}]*reason="no_marker"/);
  });

  test('may read each other, and views that are not in the answer, on a schedule among them', async () => {
    const tick = Date.UTC(2026, 4, 4, 12, 20);
    const marker = { cutMs: tick, runClockMs: tick + 2 * MINUTE_MS, coverageFromMs: ALWAYS };
    await shop.seeder.batch('habits', marker, { '7': [purchase(tick - DAY_MS), purchase(tick - 1)] });
    const answer = await shop.ask('verdict', { customer: [7], shop: ['Zürich'] }, request);
    expect(answer.rows).toEqual([{ is_odd: true, is_rare: false, part: 0.25, constant: 2 }]);
    expect(answer.allPresent).toBe(true);
    expect(answer.views.map(({ view, tickMs }) => [view, tickMs])).toEqual([
      ['everything', null],
      ['shops', null],
      ['habits', tick],
    ]);
    shop.nowMs = T + 5 * MINUTE_MS;
    await shop.seeder.progress('everything', shop.nowMs);
    const later = await shop.ask('verdict', { customer: [7], shop: ['Zürich'] }, request);
    expect(later.statuses(0)).toEqual({
      is_odd: 'PRESENT',
      is_rare: 'DEGRADED',
      part: 'PRESENT',
      constant: 'PRESENT',
    });
    expect(later.degraded).toMatchObject([
      { view: 'verdict', reason: expect.stringContaining('"habits@1"') },
    ]);
  });

  test('of nothing but the request need no keys', async () => {
    const answer = await shop.ask('offer', {}, { price: [2.5, 3, Number.NaN], pieces: 4 });
    expect(answer.rows).toEqual([{ total: 10 }, { total: 12 }, { total: null }]);
    expect(answer.statuses(2)).toEqual({ total: 'NULL_VALUE' });
    expect(answer.asOfMs).toBe(T);
  });

  test('are asked for one by one, too', async () => {
    const answer = await shop.service.client.getOnlineFeatures({
      project: 'shop',
      features: [
        { view: 'offer', feature: 'total' },
        { view: 'shops', feature: 'shop_paid_1h' },
      ],
      keys: { shop: ['Zürich'] },
      request: { price: 1, pieces: 2 },
    });
    expect(answer.rows).toEqual([{ total: 2, shop_paid_1h: 50 }]);
  });

  test.each([
    [{}, /request field "price" \(double\) is missing: on-demand view "offer@1" needs it/],
    [{ price: 1, pieces: 1.5 }, /request field "pieces": the value is 1.5, given in doubles, not an int32/],
    [{ price: [1, 2], pieces: [1, 2, 3] }, /"price" \(double\) has 2 values for 3 rows/],
    [{ price: 1, pieces: 1, amount: 2 }, /"amount" is not known; offer@1 needs price \(double\), pieces/],
  ])('refuse %j', async (request, message) => {
    await expect(shop.ask('offer', {}, request)).rejects.toMatchObject({
      reason: 'invalid_request',
      message: expect.stringMatching(message),
    });
  });

  test('what a service needs of the request is told, with types and by whom', async () => {
    const info = await shop.service.client.getFeatureServiceInfo('shop', 'verdict');
    expect(info).toMatchObject({
      name: 'verdict',
      version: 1,
      joinKeys: [
        { name: 'customer', type: 'int64' },
        { name: 'shop', type: 'string' },
      ],
      request: [
        { name: 'amount', type: 'double', views: ['risk@1', 'verdict@1'] },
        { name: 'units', type: 'int64', views: ['risk@1'] },
        { name: 'at', type: 'timestamp', views: ['risk@1'] },
        { name: 'note', type: 'string', views: ['risk@1'] },
      ],
    });
    expect(info.features.map(({ name, type, view, viewVersion }) => [name, type, view, viewVersion])).toEqual(
      [
        ['is_odd', 'bool', 'verdict', 1],
        ['is_rare', 'bool', 'verdict', 1],
        ['part', 'double', 'verdict', 1],
        ['constant', 'int64', 'verdict', 1],
      ],
    );
  });
});
