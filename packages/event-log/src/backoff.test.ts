import { Backoff } from './backoff';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

async function pauseOf(backoff: Backoff): Promise<number> {
  const from = Date.now();
  let ended = -1;
  void backoff.wait().then(() => {
    ended = Date.now();
  });
  for (let i = 0; i < 100 && ended < 0; i++) await jest.advanceTimersByTimeAsync(100);
  return ended - from;
}

test('pauses double up to the longest, and begin again after a reset', async () => {
  const backoff = new Backoff({ firstMs: 200, longestMs: 1_000 });
  expect([
    await pauseOf(backoff),
    await pauseOf(backoff),
    await pauseOf(backoff),
    await pauseOf(backoff),
  ]).toEqual([200, 400, 800, 1_000]);
  backoff.reset();
  expect(await pauseOf(backoff)).toBe(200);
});

test('a cancel ends the pause, and all later ones', async () => {
  const backoff = new Backoff({ firstMs: 60_000, longestMs: 60_000 });
  const pause = backoff.wait();
  backoff.cancel();
  await pause;
  await backoff.wait();
});
