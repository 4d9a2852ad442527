import { resolve } from 'node:path';
import { type Part, resolveOptions } from './stack-options';

test('the default is everything, in a new directory that goes', () => {
  expect(resolveOptions({})).toMatchObject({
    homeDir: resolve('.forebay'),
    dataDir: null,
    keep: false,
    parts: ['kafka', 'clickhouse', 'queueRedis', 'redis'],
    addresses: { kafka: null, clickhouse: null, queueRedis: null, redis: null },
    redisPersistence: 'none',
  });
});

test('a directory that was named stays, unless told otherwise', () => {
  expect(resolveOptions({ dataDir: 'data' })).toMatchObject({ dataDir: resolve('data'), keep: true });
  expect(resolveOptions({ dataDir: 'data', keep: false }).keep).toBe(false);
});

test('an address in the environment stands for a server; an empty one does not', () => {
  const env = { FOREBAY_REDIS_URL: 'redis://features:6379', FOREBAY_CLICKHOUSE_URL: '' };
  expect(resolveOptions({ env }).addresses).toMatchObject({
    redis: 'redis://features:6379',
    clickhouse: null,
  });
});

test('a part that does not exist is an error that names those that do', () => {
  expect(() => resolveOptions({ parts: ['mysql' as Part] })).toThrow(
    'the local stack has no part "mysql": its parts are kafka, clickhouse, queueRedis, redis',
  );
});

test('two nodes make no cluster, since they cannot agree on who is away', () => {
  expect(resolveOptions({}).redisNodes).toBe(1);
  expect(resolveOptions({ redisNodes: 3, redisReplicas: 1 })).toMatchObject({
    redisNodes: 3,
    redisReplicas: 1,
  });
  for (const redisNodes of [2, 0, 3.5])
    expect(() => resolveOptions({ redisNodes })).toThrow(
      `at least 3 nodes, not ${redisNodes}; 1 is one server`,
    );
});
