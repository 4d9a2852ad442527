import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { ALWAYS, differences, purchase, useShop } from './serving-shop-fixture';

const shop = useShop();

describe('a view on a schedule', () => {
  const TICK = Date.UTC(2026, 4, 4, 12, 20);
  const EVERY = 10 * MINUTE_MS;
  /** From when on the tick is asked for, to when. */
  const [from, to] = [TICK + 5 * MINUTE_MS, TICK + EVERY + 5 * MINUTE_MS];
  const run = (cutMs: number) => ({ cutMs, runClockMs: cutMs + 2 * MINUTE_MS, coverageFromMs: ALWAYS });
  const events = [purchase(TICK - HOUR_MS), purchase(TICK - 1), purchase(TICK)];
  const known = (tick: number) => events.filter(({ at }) => (at as number) < tick);

  async function habits(ms: number, ...customers: number[]) {
    shop.nowMs = ms;
    const answer = await shop.ask('habits', { customer: customers });
    return {
      counts: answer.rows.map(({ purchases_30d }) => purchases_30d),
      statuses: answer.rows.map((_, row) => answer.statuses(row).purchases_30d),
      reasons: answer.degraded.map(({ reason }) => reason.split(':')[0]),
      times: answer.views[0],
      answer,
    };
  }

  test('is exact as of the tick, from the delay after it until that of the next one', async () => {
    await shop.seeder.batch('habits', run(TICK - EVERY), { '7': known(TICK - EVERY) });
    await shop.seeder.batch('habits', run(TICK), { '7': known(TICK), '8': [purchase(TICK - 2)] });
    const { answer, times, ...first } = await habits(from, 7, 8, 9);
    expect(first).toEqual({ counts: [2, 1, 0], statuses: ['PRESENT', 'PRESENT', 'NOT_FOUND'], reasons: [] });
    expect(answer.rows[0]).toEqual({ purchases_30d: 2, paid_30d: 25, shops_30d: new Map([['Zürich', 2]]) });
    expect(answer.asOfMs).toBe(from);
    expect(times).toMatchObject({ view: 'habits', version: 1, freshnessMs: null, cutMs: TICK, tickMs: TICK });
    expect(differences(shop, 'habits', events, answer, TICK)).toEqual([]);
    expect(await habits(to - 1, 7)).toMatchObject({ counts: [2], statuses: ['PRESENT'] });
    expect(await habits(from - 1, 7)).toMatchObject({
      counts: [1],
      statuses: ['PRESENT'],
      times: { cutMs: TICK, tickMs: TICK - EVERY },
    });
  });

  test('shows nothing of a run in progress', async () => {
    await shop.seeder.batch('habits', run(TICK), { '7': known(TICK) });
    await shop.seeder.batchValues('habits', run(TICK + EVERY), { '7': known(TICK + EVERY), '8': events });
    expect(await habits(to - 1, 7, 8)).toMatchObject({
      counts: [2, 0],
      statuses: ['PRESENT', 'NOT_FOUND'],
      reasons: [],
    });
  });

  test('is DEGRADED with what there is when its run is overdue, and when it was not yet needed', async () => {
    await shop.seeder.batch('habits', run(TICK), { '7': known(TICK) });
    await shop.seeder.batchValues('habits', run(TICK + EVERY), { '7': known(TICK + EVERY) });
    const overdue = { statuses: ['DEGRADED', 'DEGRADED'], reasons: ['incomplete', 'incomplete'] };
    expect(await habits(to, 7, 8)).toMatchObject({ ...overdue, counts: [3, 0], times: { cutMs: TICK } });
    expect(await habits(to + EVERY, 7, 8)).toMatchObject({ ...overdue, counts: [0, 0] });
    await shop.raw.flushall();
    expect(await habits(from, 7)).toMatchObject({
      counts: [0],
      statuses: ['DEGRADED'],
      times: { cutMs: null },
    });
  });

  test('is DEGRADED where history does not reach back so far', async () => {
    const marker = { ...run(TICK), coverageFromMs: TICK - DAY_MS };
    await shop.seeder.batch('habits', marker, { '7': known(TICK) });
    expect(await habits(from, 7)).toMatchObject({ counts: [2], reasons: ['incomplete'] });
  });

  test('a value in a format of the future is DEGRADED', async () => {
    await shop.seeder.batch('habits', run(TICK), {});
    const { view } = shop.seeder.view('habits');
    await shop.raw.set(`f:{0}${view.id}.0.7`, Buffer.alloc(64, 99));
    await shop.raw.set(`f:{0}${view.id}.1.7`, Buffer.alloc(64, 99));
    expect(await habits(from, 7)).toMatchObject({ reasons: ['unreadable'], statuses: ['DEGRADED'] });
  });
});
