import { redisAddress } from './redis-url';

test('the address leaves out user and password', () => {
  expect(redisAddress('redis://user:secret@cache:7000/2', 'REDIS_URL')).toBe('cache:7000');
  expect(redisAddress('rediss://cache', 'REDIS_URL')).toBe('cache:6379');
});

test.each(['cache:6379', 'not a url', 'http://cache:6379', 'redis://'])(
  '%s is refused by the name of its setting',
  (url) => {
    expect(() => redisAddress(url, 'FOREBAY_REDIS_URL')).toThrow(/FOREBAY_REDIS_URL.*redis:\/\//);
  },
);

test('a refused URL is not repeated, for it may hold a password', () => {
  expect(() => redisAddress('http://u:secret@cache', 'REDIS_URL')).not.toThrow(/secret/);
});
