import { ForebayError } from '@forebay/contract';
import { connectWithRetry } from './connect-with-retry';

const OPTIONS = {
  what: 'Redis',
  setting: 'FOREBAY_REDIS_URL',
  url: 'redis://user:hunter2@127.0.0.1:6379',
  deadlineMs: 10_000,
};

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Runs the clock until the promise is settled. */
async function settle<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  let result: PromiseSettledResult<T> | null = null;
  void Promise.allSettled([promise]).then(([settled]) => (result = settled));
  for (let i = 0; i < 200 && result === null; i++) await jest.advanceTimersByTimeAsync(100);
  if (result === null) throw new Error('not settled after 20 s');
  return result;
}

test('it tries again until it succeeds, and says so', async () => {
  const log = { warn: jest.fn() };
  const attempt = jest
    .fn<Promise<string>, [AbortSignal]>()
    .mockRejectedValueOnce(new Error('connect ECONNREFUSED'))
    .mockRejectedValueOnce(new ForebayError('unavailable', 'not yet'))
    .mockResolvedValue('connected');
  const result = await settle(connectWithRetry({ ...OPTIONS, log }, attempt));
  expect(result).toEqual({ status: 'fulfilled', value: 'connected' });
  expect(attempt).toHaveBeenCalledTimes(3);
  expect(log.warn.mock.calls[0]?.[1]).toBe(
    'Redis at redis://user:***@127.0.0.1:6379 is not reachable (connect ECONNREFUSED); trying again',
  );
});

test('the signal of a successful attempt is not aborted afterwards', async () => {
  const kept = await connectWithRetry(OPTIONS, async (signal) => signal);
  expect(kept.aborted).toBe(false);
});

test('at the deadline the error names server, setting, last error and what to do, without the password', async () => {
  const attempt = jest.fn(async () => {
    throw new Error('refused by redis://user:hunter2@127.0.0.1:6379');
  });
  const result = await settle(connectWithRetry(OPTIONS, attempt));
  expect(result.status).toBe('rejected');
  const error = (result as PromiseRejectedResult).reason as ForebayError;
  expect(error.reason).toBe('unavailable');
  expect(error.message).toBe(
    'Redis at redis://user:***@127.0.0.1:6379 (FOREBAY_REDIS_URL) could not be reached within 10s: ' +
      'refused by redis://user:***@127.0.0.1:6379; check that Redis runs there and that FOREBAY_REDIS_URL is right',
  );
  const calls = attempt.mock.calls.length;
  await jest.advanceTimersByTimeAsync(60_000);
  expect(attempt).toHaveBeenCalledTimes(calls);
});

test('an attempt that never answers is cut off at the deadline, and told', async () => {
  let aborted = false;
  const attempt = (signal: AbortSignal) =>
    new Promise<never>(() => signal.addEventListener('abort', () => (aborted = true)));
  const result = await settle(connectWithRetry(OPTIONS, attempt));
  expect((result as PromiseRejectedResult).reason.message).toContain(
    'could not be reached within 10s: no answer',
  );
  expect(aborted).toBe(true);
});

test('an error that will not go away ends it at once', async () => {
  const wrong = new ForebayError('failed_precondition', 'maxmemory-policy is allkeys-lru');
  const attempt = jest.fn().mockRejectedValue(wrong);
  const result = await settle(connectWithRetry(OPTIONS, attempt));
  expect((result as PromiseRejectedResult).reason).toBe(wrong);
  expect(attempt).toHaveBeenCalledTimes(1);
});

test('the signal ends it at once', async () => {
  const controller = new AbortController();
  const attempt = jest.fn(async () => {
    throw new Error('no');
  });
  const connecting = connectWithRetry({ ...OPTIONS, signal: controller.signal }, attempt);
  const settled = settle(connecting);
  controller.abort();
  const error = ((await settled) as PromiseRejectedResult).reason as ForebayError;
  expect(error.message).toBe('connecting to Redis at redis://user:***@127.0.0.1:6379 was given up: stopping');
});

test('a deadline of 0 is one attempt', async () => {
  const attempt = jest.fn().mockRejectedValue(new Error('no'));
  const result = await settle(connectWithRetry({ ...OPTIONS, deadlineMs: 0 }, attempt));
  expect((result as PromiseRejectedResult).reason.message).toContain('could not be reached: no; check');
  expect(attempt).toHaveBeenCalledTimes(1);
});
