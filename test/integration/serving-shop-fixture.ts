/** The project `shop` served from a Redis of its own, with a clock that tests set. */
import type { OnlineFeatures, OnlineFeaturesRequest } from '@forebay/client';
import { DAY_MS } from '@forebay/contract';
import type { AggregationView } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { connectRedis, type RedisConnection } from '@forebay/online-store';
import { agrees, oracleFeatures } from '@forebay/testkit';
import { Redis } from 'ioredis';
import { useOwnRedis } from '../support/stack';
import { type Event, type RunningService, Seeder, startService } from './serving-fixture';
import { shopRegistry } from './serving-shop';

/** Half past noon, so that hours and windows have something on both sides. */
export const T = Date.UTC(2026, 4, 4, 12, 30);
export const CUT = Date.UTC(2026, 4, 4, 10);
export const ALWAYS = Number.NEGATIVE_INFINITY;
export const BIG = 2n ** 60n + 1n;

export interface ServedShop {
  readonly seeder: Seeder;
  /** Redis, past all of ours. */
  readonly raw: Redis;
  readonly service: RunningService;
  /** The clock of the service; T at the beginning of a test. */
  nowMs: number;
  ask(
    featureService: string,
    keys: OnlineFeaturesRequest['keys'],
    request?: OnlineFeaturesRequest['request'],
  ): Promise<OnlineFeatures>;
}

/** Starts it before the tests of a file; each test begins with an empty Redis. */
export function useShop(): ServedShop {
  let connection: RedisConnection;
  const shop = {
    nowMs: T,
    ask(featureService, keys, request) {
      return shop.service.client.getOnlineFeatures({
        project: 'shop',
        featureService,
        keys,
        request,
        includeViewTimes: true,
      });
    },
  } as { -readonly [K in keyof ServedShop]: ServedShop[K] };
  // Before the server stops: hooks run in the order in which they stand.
  afterAll(async () => {
    await shop.service.stop();
    await connection.close();
    shop.raw.disconnect();
  });
  const redis = useOwnRedis();
  beforeAll(async () => {
    connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
    shop.raw = new Redis(redis.url);
    shop.seeder = new Seeder(connection, shopRegistry());
    await shop.seeder.apply();
    shop.service = await startService({
      redisUrl: redis.url,
      clock: () => shop.nowMs,
      defaultDeadlineMs: 5_000,
    });
  });
  beforeEach(async () => {
    shop.nowMs = T;
    await shop.raw.flushall();
  });
  return shop;
}

export const purchase = (at: number, rest: Event = {}): Event => ({
  at,
  customer: 7,
  shop: 'Zürich',
  amount: 12.5,
  units: 3,
  floor: 1,
  card: true,
  promised: at + DAY_MS,
  ...rest,
});

/**
 * The values of the first row that are not what the oracle gives for the events of its entity. Ties follow the order of the
 * events.
 */
export function differences(
  { seeder }: ServedShop,
  view: string,
  events: readonly Event[],
  answer: OnlineFeatures,
  tMs: number,
): unknown[] {
  const layout = seeder.view(view);
  const oracle = events.map((event, i) => ({
    row: layout.source.fields.map(({ name }): Value => event[name] ?? null),
    eventTimeMs: event.at as number,
    tie: BigInt(i),
  }));
  const { results } = oracleFeatures(layout.view as AggregationView, layout.source, oracle, tMs);
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain);
    if (value instanceof Map) return new Map([...value].map(([key, number]) => [key, Number(number)]));
    return typeof value === 'boolean' ? Number(value) : value;
  };
  return answer.columns.flatMap(({ name }, column) => {
    const result = results[column] as (typeof results)[number];
    const value = answer.value(0, column);
    const status = answer.status(0, column);
    const expected = result.degraded !== null ? 'DEGRADED' : result.value === null ? 'NULL_VALUE' : 'PRESENT';
    return agrees(result, plain(value)) && status === expected ? [] : [{ name, value, status, result }];
  });
}
