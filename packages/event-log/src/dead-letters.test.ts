import {
  DEAD_LETTER_HEADERS,
  deadLetterRecord,
  deadLetterTopic,
  originalHeaders,
  readDeadLetterOrigin,
} from './dead-letters';

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
  const written = deadLetterRecord(LETTER, 'stream');
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
  });
});

test('headers that are not those of a dead letter are told apart', () => {
  expect(readDeadLetterOrigin({})).toBeNull();
  expect(readDeadLetterOrigin({ [DEAD_LETTER_HEADERS.topic]: 't' })).toBeNull();
  expect(deadLetterTopic('a.b')).toBe('a.b.dlq');
});
