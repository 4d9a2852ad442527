import {
  DEAD_LETTER_HEADERS,
  deadLetterRecord,
  deadLetterTopic,
  originalHeaders,
  readDeadLetterOrigin,
} from './dead-letters';
import { replayRecord } from './replay-record';
import { REPLAY_HEADERS, readReplayOrigin } from './replays';

const GIVEN_UP = { service: 'stream', timeMs: 1_700_000_005_000 };

const RECORD = {
  key: Buffer.from('k'),
  value: Buffer.from([255]),
  headers: { a: Buffer.from('x'), b: [Buffer.from('1'), Buffer.from('2')] },
  offset: 42,
  timestampMs: 1_700_000_000_000,
};
const LETTER = {
  topic: 'flights',
  partition: 3,
  record: RECORD,
  reason: 'not_json',
  message: 'no { at 0',
  source: 's',
};

test('a dead letter keeps the bytes, and says in headers where it came from and why', () => {
  const written = deadLetterRecord(LETTER, GIVEN_UP);
  expect(written.topic).toBe('flights.dlq');
  expect(written.key).toBe(RECORD.key);
  expect(written.value).toBe(RECORD.value);
  expect(written.headers).toEqual({
    ...RECORD.headers,
    '__forebay.errors.topic': 'flights',
    '__forebay.errors.partition': '3',
    '__forebay.errors.offset': '42',
    '__forebay.errors.timestamp': '1700000000000',
    '__forebay.errors.reason': 'not_json',
    '__forebay.errors.message': 'no { at 0',
    '__forebay.errors.source': 's',
    '__forebay.errors.service': 'stream',
    '__forebay.errors.time': '1700000005000',
    '__forebay.errors.attempt': '1',
  });
  expect(originalHeaders(written.headers ?? {})).toEqual(RECORD.headers);
  expect(readDeadLetterOrigin(written.headers ?? {})).toEqual({
    topic: 'flights',
    partition: 3,
    offset: 42,
    timestampMs: 1_700_000_000_000,
    reason: 'not_json',
    message: 'no { at 0',
    source: 's',
    service: 'stream',
    timeMs: 1_700_000_005_000,
    attempt: 1,
  });
});

test('a dead letter of before times and attempts were written is one of the first attempt', () => {
  const { headers } = deadLetterRecord(LETTER, GIVEN_UP);
  const {
    [DEAD_LETTER_HEADERS.time]: _time,
    [DEAD_LETTER_HEADERS.attempt]: _attempt,
    ...older
  } = headers ?? {};
  expect(readDeadLetterOrigin(older)).toMatchObject({ offset: 42, attempt: 1, timeMs: Number.NaN });
});

test('a replayed record has the bytes and the original position, and failing again keeps both and counts', () => {
  const first = deadLetterRecord(LETTER, GIVEN_UP);
  const origin = readDeadLetterOrigin(first.headers ?? {})!;
  const letter = { key: RECORD.key, value: RECORD.value, headers: first.headers ?? {} };
  const replayed = replayRecord(letter, origin, { topic: 'flights', partitions: 8 });
  expect(replayed).toEqual({
    topic: 'flights',
    partition: 3,
    key: RECORD.key,
    value: RECORD.value,
    headers: {
      ...RECORD.headers,
      '__forebay.replay.topic': 'flights',
      '__forebay.replay.partition': '3',
      '__forebay.replay.offset': '42',
      '__forebay.replay.timestamp': '1700000000000',
      '__forebay.replay.attempt': '1',
    },
  });
  const readAgain = {
    ...RECORD,
    headers: replayed.headers ?? {},
    offset: 99,
    timestampMs: 1_700_000_009_000,
  };
  const second = deadLetterRecord({ ...LETTER, partition: 3, record: readAgain }, GIVEN_UP);
  expect(readDeadLetterOrigin(second.headers ?? {})).toMatchObject({
    topic: 'flights',
    partition: 3,
    offset: 42,
    timestampMs: 1_700_000_000_000,
    attempt: 2,
  });
  expect(originalHeaders(second.headers ?? {})).toEqual(RECORD.headers);
});

test('replays of one original go to one partition, also of a topic that has fewer than it had', () => {
  const origin = { ...readDeadLetterOrigin(deadLetterRecord(LETTER, GIVEN_UP).headers ?? {})!, partition: 7 };
  expect(replayRecord(RECORD, origin, { topic: 'flights', partitions: 4 }).partition).toBe(3);
});

test('headers that are not those of a replay are told apart', () => {
  expect(readReplayOrigin({})).toBeNull();
  expect(readReplayOrigin({ [REPLAY_HEADERS.offset]: 'x', [REPLAY_HEADERS.topic]: 't' })).toBeNull();
});

test('headers that are not those of a dead letter are told apart', () => {
  expect(readDeadLetterOrigin({})).toBeNull();
  expect(readDeadLetterOrigin({ [DEAD_LETTER_HEADERS.topic]: 't' })).toBeNull();
  expect(deadLetterTopic('a.b')).toBe('a.b.dlq');
});
