import type { EventSource } from '@forebay/definitions';
import { waitForArchive } from './archive-wait';

const source = { name: 'orders', topic: 'orders-topic' } as EventSource;
const reached = (to: number) => [{ partition: 0, first: 0, end: to, last: { from: 0, to } }];

/** Each question of the clock is a second later; the archive and Kafka answer by it. */
function waiting(archived: (nowMs: number) => number, low: (nowMs: number) => number = () => 0) {
  let nowMs = 0;
  const abort = new AbortController();
  const wait = waitForArchive(source, {
    topics: {
      watermarks: async () => new Map([[0, { low: low(nowMs), high: 10 }]]),
      copied: async () => new Map(),
    },
    archived: async () => reached(archived(nowMs)),
    clock: () => (nowMs += 1_000),
    deadlineMs: 20_000,
    signal: abort.signal,
  });
  return { wait, abort };
}

test('the wait ends when the archive has reached the end that the topic had when it began', async () => {
  const { wait } = waiting((nowMs) => (nowMs < 5_000 ? 9 : 10));
  await expect(wait).resolves.toEqual([{ partition: 0, end: 10, low: 0, archived: reached(10)[0] }]);
});

test('records that Kafka deletes in the meantime are waited for no longer', async () => {
  const { wait } = waiting(
    () => 4,
    (nowMs) => (nowMs > 5_000 ? 10 : 0),
  );
  await expect(wait).resolves.toEqual([{ partition: 0, end: 10, low: 10, archived: reached(4)[0] }]);
});

test('a stream that does not run is named when the deadline has passed', async () => {
  const { wait } = waiting(() => 4);
  await expect(wait).rejects.toMatchObject({
    reason: 'unavailable',
    message:
      'source "orders": after 20s the archive still lacks 6 records of topic "orders-topic", partition 0; is the stream service running?',
  });
});

test('an abort ends the wait with its reason', async () => {
  const { wait, abort } = waiting(() => 4);
  abort.abort(new Error('stopped'));
  await expect(wait).rejects.toThrow('stopped');
});
