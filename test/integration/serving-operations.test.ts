/** Values of every operation and type, from Redis through gRPC and the client. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import { ALWAYS, BIG, CUT, differences, purchase, T, useShop } from './serving-shop-fixture';

const shop = useShop();

describe('every operation of a view with history and a stream', () => {
  const ages = [6 * DAY_MS, 5 * DAY_MS, 30 * HOUR_MS, 29 * HOUR_MS, 3 * HOUR_MS];
  const old = ages.map((age, i) =>
    purchase(T - age, { amount: 7.25 * i - 3, units: i === 1 ? BIG : i, floor: i % 3, card: i % 2 === 0 }),
  );
  const recent = [70 * MINUTE_MS, 20 * MINUTE_MS, 15 * MINUTE_MS, 9 * MINUTE_MS, SECOND_MS].map((age, i) =>
    purchase(T - age, {
      shop: i === 3 ? 'é"' : 'Zürich',
      amount: i === 2 ? null : 100 + i,
      units: i === 4 ? null : -i,
      floor: i,
      card: i === 0 ? null : true,
    }),
  );

  beforeEach(async () => {
    const marker = { cutMs: CUT, runClockMs: T - 10 * MINUTE_MS, coverageFromMs: ALWAYS };
    const before = [...old, purchase(T - 100 * DAY_MS, { shop: 'long ago' })];
    await shop.seeder.batch('everything', marker, { '7': before, '8': before });
    await shop.seeder.stream('everything', '7', recent, T);
    await shop.seeder.streamRuns('everything', T);
  });

  test('has the value that a plain computation gives', async () => {
    const events = [purchase(T - 100 * DAY_MS, { shop: 'long ago' }), ...old, ...recent];
    const answer = await shop.ask('everything', { customer: [7] });
    expect(differences(shop, 'everything', events, answer, T)).toEqual([]);
  });

  test('comes as the types of the client', async () => {
    const answer = await shop.ask('everything', { customer: [7, 8, 9] });
    const [row, other, none] = answer.rows;
    expect(row).toMatchObject({
      first_shop: 'long ago',
      first_units_7d: 0,
      last_card_7d: true,
      last_promise_7d: T - SECOND_MS + DAY_MS,
      first_cards_7d: [true, false, true],
      last_units_7d: [-3, -2, -1],
      last_shops_7d: ['Zürich', 'é"', 'Zürich'],
      last_promises_7d: [T - SECOND_MS + DAY_MS, T - 9 * MINUTE_MS + DAY_MS],
      favourites_7d: ['Zürich', 'é"'],
      floors_7d: [0, 1],
      by_shop_7d: new Map([
        ['Zürich', 9],
        ['é"', 1],
      ]),
      by_floor_7d: new Map([
        [0, 3],
        [1, 3],
        [2, 2],
        [3, 1],
        [4, 1],
      ]),
      mean_by_floor_7d: new Map([
        [0, (-3 + 18.75 + 100) / 3],
        [1, (4.25 + 26 + 101) / 3],
        [2, 11.5],
        [3, 103],
        [4, 104],
      ]),
      few_shops_7d: expect.any(Map),
    });
    expect(other?.last_units_7d).toEqual([4, 3, 2]);
    expect(none).toMatchObject({
      by_shop_7d: new Map(),
      last_shops_7d: [],
      first_shop: null,
      purchases_1h: 0,
    });
    expect(answer.statuses(2)).toMatchObject({ by_shop_7d: 'NOT_FOUND', first_shop: 'NOT_FOUND' });
    expect(other).toMatchObject({
      units_7d: Number(BIG),
      units_by_shop_7d: new Map([['Zürich', BigInt(Number(BIG))]]),
    });
    expect(answer.statuses(1)).toMatchObject({ units_7d: 'DEGRADED', units_by_shop_7d: 'DEGRADED' });
    const types = Object.fromEntries(answer.columns.map(({ key, type }) => [key, type]));
    expect(types).toMatchObject({
      by_shop_7d: 'map<string,int64>',
      paid_by_shop_7d: 'map<string,double>',
      by_floor_7d: 'map<int64,int64>',
      mean_by_floor_7d: 'map<int64,double>',
      first_cards_7d: 'list<bool>',
      last_promises_7d: 'list<timestamp>',
    });
  });

  test('too many categories are DEGRADED, without a value', async () => {
    await shop.seeder.batch(
      'everything',
      { cutMs: CUT + HOUR_MS, runClockMs: T, coverageFromMs: ALWAYS },
      { '6': ['a', 'b', 'c'].map((shop, i) => purchase(T - 2 * DAY_MS + i, { shop })) },
    );
    const answer = await shop.ask('everything', { customer: [6] });
    expect(answer.rows[0]).toMatchObject({ few_shops_7d: null, shops_7d: 3 });
    expect(answer.statuses(0)).toMatchObject({ few_shops_7d: 'DEGRADED', shops_7d: 'PRESENT' });
    expect(answer.degraded[0]?.reason).toMatch(/^overflow: /);
  });
});
