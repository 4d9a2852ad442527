/** Stored bytes that were damaged: the features of their view are DEGRADED, counted, and all else is as ever. */
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import { ALWAYS, CUT, purchase, T, useShop } from './serving-shop-fixture';

const shop = useShop();

beforeEach(async () => {
  const marker = { cutMs: CUT, runClockMs: T - 10 * MINUTE_MS, coverageFromMs: ALWAYS };
  const old = [1, 2, 3].map((i) => purchase(CUT - i * HOUR_MS, { amount: i, shop: 'Zürich' }));
  const recent = [1, 2].map((i) => purchase(T - i * MINUTE_MS, { amount: 10 * i, shop: 'Chur' }));
  for (const key of ['7', '8']) {
    await shop.seeder.batch('everything', marker, { [key]: old });
    await shop.seeder.stream('everything', key, recent, T - SECOND_MS);
  }
  await shop.seeder.streamRuns('everything', T);
});

/** The keys of Redis that begin and end so, with their bytes. */
async function stored(beginning: string, end: string): Promise<[string, Buffer]> {
  const keys = (await shop.raw.keys('*')).filter((key) => key.startsWith(beginning) && key.endsWith(end));
  expect(keys).toHaveLength(1);
  const [key] = keys as [string];
  return [key, (await shop.raw.getBuffer(key)) as Buffer];
}

async function degradedCount(reason: string): Promise<number> {
  const metrics = await (await fetch(shop.service.metricsUrl)).text();
  const pattern = new RegExp(
    `^forebay_degraded_values_total\\{project="[a-z]+",view="everything@1",reason="${reason}"\\} (\\d+)$`,
    'm',
  );
  return Number(pattern.exec(metrics)?.[1] ?? 0);
}

const cut = (bytes: Buffer) => bytes.subarray(0, bytes.length - 3);
const longer = (bytes: Buffer) => Buffer.concat([bytes, Buffer.from([0, 1, 2])]);
const garbage = (bytes: Buffer) => Buffer.alloc(bytes.length, 0xa7);
const laterCodec = (at: (bytes: Buffer) => number) => (bytes: Buffer) => {
  const copy = Buffer.from(bytes);
  copy[at(copy)] = 99;
  return copy;
};
const endless = (bytes: Buffer) => {
  const copy = Buffer.from(bytes);
  copy.writeDoubleLE(Number.POSITIVE_INFINITY, copy.length - 16);
  return copy;
};

const STREAM = '.s.7';
const OPEN = '.o.7';
const BATCH = '.b.7';

test.each([
  ['a stream list that is cut off', STREAM, cut],
  ['a stream list that is too long', STREAM, longer],
  ['a stream list of garbage', STREAM, garbage],
  ['a stream list of a later codec', STREAM, laterCodec((bytes) => bytes.length - 1)],
  ['a stream list whose clock is at the end of time', STREAM, endless],
  ['states of variable length that are cut off', OPEN, cut],
  ['states of variable length of garbage', OPEN, garbage],
  ['a batch list that is cut off', BATCH, cut],
  ['a batch list that is too long', BATCH, longer],
  ['a batch list of garbage', BATCH, garbage],
  ['a batch list of a later codec', BATCH, laterCodec(() => 0)],
] as const)('%s', async (_, part, damage) => {
  const before = await degradedCount('unreadable');
  const [key, bytes] = await stored('f:', part);
  await shop.raw.set(key, damage(bytes));
  const answer = await shop.ask('everything', { customer: [7, 8] });
  expect(new Set(Object.values(answer.statuses(0)))).toEqual(new Set(['DEGRADED']));
  expect(answer.degraded[0]).toMatchObject({ row: 0, view: 'everything' });
  expect(answer.degraded[0]?.reason).toMatch(/^(unreadable|torn): /);
  expect(answer.degraded[0]?.reason).toContain(key);
  expect(answer.statuses(1)).toMatchObject({ purchases_1h: 'PRESENT', by_shop_7d: 'PRESENT' });
  expect(answer.rows[1]).toMatchObject({ purchases_1h: 2 });
  expect(Math.abs(answer.asOfMs - T)).toBeLessThan(HOUR_MS);
  if (/^unreadable/.test(answer.degraded[0]?.reason ?? '')) {
    expect(await degradedCount('unreadable')).toBeGreaterThan(before);
  }
});

test.each([
  ['a stream marker', 'm:', '.s', /^no_marker/],
  ['a batch marker', 'm:', '.b', /^incomplete/],
  ['progress', 'p:', '', /^no_progress/],
] as const)('%s that cannot be read is as if absent', async (_, beginning, end, reason) => {
  const [key, bytes] = await stored(beginning, end);
  for (const damage of [cut, garbage]) {
    await shop.raw.set(key, damage(bytes));
    const answer = await shop.ask('everything', { customer: [7] });
    expect(answer.degraded[0]?.reason).toMatch(reason);
  }
});
