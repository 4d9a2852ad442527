import { redisTarget } from './redis-url';

test('the address leaves out user and password', () => {
  expect(redisTarget('redis://user:secret@cache:7000/2', 'REDIS_URL')).toEqual({
    server: 'cache:7000',
    cluster: null,
  });
  expect(redisTarget('rediss://cache', 'REDIS_URL').server).toBe('cache:6379');
});

test('a cluster is named by some of its nodes, with one user and password for all', () => {
  expect(redisTarget('redis-cluster://a:7000,b, [::1]:7002/', 'REDIS_URL')).toEqual({
    server: 'a:7000,b:6379,[::1]:7002',
    cluster: {
      nodes: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 6379 },
        { host: '::1', port: 7002 },
      ],
      tls: false,
      username: null,
      password: null,
    },
  });
  expect(redisTarget('rediss-cluster://me:p%2C%40w@a:1', 'REDIS_URL')).toEqual({
    server: 'a:1',
    cluster: { nodes: [{ host: 'a', port: 1 }], tls: true, username: 'me', password: 'p,@w' },
  });
});

test.each([
  'cache:6379',
  'not a url',
  'http://cache:6379',
  'redis://',
  'redis-cluster://',
  'redis-cluster://a:1,,b:1',
  'redis-cluster://a:port',
])('%s is refused by the name of its setting', (url) => {
  expect(() => redisTarget(url, 'FOREBAY_REDIS_URL')).toThrow(/FOREBAY_REDIS_URL.*redis:\/\//);
});

test('a cluster has no databases', () => {
  expect(() => redisTarget('redis-cluster://a:1,b:1/2', 'REDIS_URL')).toThrow(/REDIS_URL names a database/);
});

test('a refused URL is not repeated, for it may hold a password', () => {
  expect(() => redisTarget('http://u:secret@cache', 'REDIS_URL')).not.toThrow(/secret/);
  expect(() => redisTarget('redis-cluster://u:secret@a:port', 'REDIS_URL')).not.toThrow(/secret/);
});
