import type { ForebayError } from '@forebay/contract';
import type { RedisConnection } from './connection';
import type { MgetBatch } from './mget-batch';
import { MAX_KEYS_IN_FLIGHT, OnlineReader } from './online-reader';
import { StoredValues } from './stored-values';

const connection = { server: 'redis:1', takeReplies: () => undefined } as unknown as RedisConnection;

/** Batches whose answers come when they are asked for, and how many keys each that was sent has. */
function heldBatch() {
  const answers: (() => void)[] = [];
  const sent: number[] = [];
  const make = (): MgetBatch => {
    let keys = 0;
    return {
      get keyCount() {
        return keys;
      },
      key: () => void keys++,
      integerKey: () => void keys++,
      clear: () => {
        keys = 0;
      },
      send(onValues) {
        const values = StoredValues.of(new Array<null>(keys).fill(null));
        sent.push(keys);
        answers.push(() => onValues(values));
      },
    };
  };
  return { make, answers, sent };
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

const nextTurn = () => new Promise(setImmediate);

test('reads of a few turns travel together where there usually are several at a time', async () => {
  const { make, answers, sent } = heldBatch();
  const reader = new OnlineReader(connection, 0, make);
  const burst = Promise.all(Array.from({ length: 8 }, () => reader.mget(['k'])));
  await nextTurn();
  expect(sent).toEqual([8]);
  for (const answer of answers.splice(0)) answer();
  await burst;

  // sockets are looked at one turn after the other
  const reads: Promise<unknown>[] = [];
  for (let turn = 0; turn < 3; turn++) {
    reads.push(reader.mget(['k']), reader.mget(['k']));
    await nextTurn();
    expect(sent).toEqual([8]);
  }
  // a turn without any ends it
  await nextTurn();
  expect(sent).toEqual([8, 6]);
  for (const answer of answers.splice(0)) answer();
  await Promise.all(reads);
});

test('a read that has no others beside it does not wait for any', async () => {
  const { make, answers, sent } = heldBatch();
  const reader = new OnlineReader(connection, 0, make);
  for (let i = 1; i <= 3; i++) {
    const read = reader.mget(['k']);
    await nextTurn();
    expect(sent).toHaveLength(i);
    for (const answer of answers.splice(0)) answer();
    await read;
  }
});

test('a command does not wait for ever, though each turn brings reads', async () => {
  const { make, answers, sent } = heldBatch();
  const reader = new OnlineReader(connection, 0, make);
  const burst = Promise.all(Array.from({ length: 50 }, () => reader.mget(['k'])));
  await nextTurn();
  for (const answer of answers.splice(0)) answer();
  await burst;
  const reads: Promise<unknown>[] = [];
  for (let turn = 0; turn < 5; turn++) {
    reads.push(reader.mget(['k']));
    await nextTurn();
  }
  await nextTurn();
  expect(sent.slice(0, 2)).toEqual([50, 4]);
  await nextTurn();
  for (const answer of answers.splice(0)) answer();
  await Promise.all(reads);
});
