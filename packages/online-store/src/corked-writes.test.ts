import type { Redis } from 'ioredis';
import { CorkedWrites } from './corked-writes';

function connection() {
  const stream = { cork: jest.fn(), uncork: jest.fn() };
  return { stream, redis: { stream } as unknown as Redis };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a connection is held once a turn, and let go at its end', async () => {
  const [a, b] = [connection(), connection()];
  const writes = new CorkedWrites();
  for (const { redis } of [a, b, a]) writes.hold(redis);
  expect([a.stream.cork, b.stream.cork].map((cork) => cork.mock.calls.length)).toEqual([1, 1]);
  expect(a.stream.uncork).not.toHaveBeenCalled();
  await turn();
  expect([a.stream.uncork, b.stream.uncork].map((uncork) => uncork.mock.calls.length)).toEqual([1, 1]);
  writes.hold(a.redis);
  await turn();
  expect(a.stream.uncork).toHaveBeenCalledTimes(2);
});

test('a client that is built otherwise is left alone', () => {
  const writes = new CorkedWrites();
  expect(() => {
    writes.hold({} as Redis);
    writes.hold({ stream: {} } as unknown as Redis);
  }).not.toThrow();
});
