import type { ForebayError } from '@forebay/contract';
import type { RedisConnection } from './connection';
import type { MgetBatch } from './mget-batch';
import { MAX_KEYS_IN_FLIGHT, OnlineReader } from './online-reader';

const connection = { server: 'redis:1', takeReplies: () => undefined } as unknown as RedisConnection;

/** A batch whose answer comes when it is asked for. */
function heldBatch() {
  const answers: (() => void)[] = [];
  const make = (): MgetBatch => {
    let keys = 0;
    return {
      get keyCount() {
        return keys;
      },
      key: () => void keys++,
      clear: () => {
        keys = 0;
      },
      send(onValues) {
        const values = new Array<null>(keys).fill(null);
        answers.push(() => onValues(values));
      },
    };
  };
  return { make, answers };
}

test('the bound of unanswered keys is one for all buckets of a connection', async () => {
  const { make, answers } = heldBatch();
  const inFlight = { keys: 0 };
  const [first, second] = [0, 1].map((bucket) => new OnlineReader(connection, bucket, make, inFlight)) as [
    OnlineReader,
    OnlineReader,
  ];
  const keys = new Array<string>(MAX_KEYS_IN_FLIGHT - 1).fill('k');
  const large = first.mget(keys, 60_000);
  const refusal = await second.mget(['a', 'b']).catch((error: ForebayError) => error);
  expect(refusal).toMatchObject({ reason: 'overloaded' });
  const small = second.mget(['a']);
  await new Promise(setImmediate);
  for (const answer of answers) answer();
  expect([(await large).length, await small, inFlight.keys]).toEqual([keys.length, [null], 0]);
});
