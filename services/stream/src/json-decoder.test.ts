import type { EventSource } from '@forebay/definitions';
import { JsonDecoder, type Rejection } from './json-decoder';

const NOW = Date.UTC(2026, 0, 15);
const source: EventSource = {
  id: 1,
  name: 'orders',
  topic: 'orders',
  table: 'orders',
  fields: [
    { name: 'at', type: 'timestamp' },
    { name: 'ok', type: 'bool' },
    { name: 'n', type: 'int32' },
    { name: 'big', type: 'int64' },
    { name: 'x', type: 'double' },
    { name: 's', type: 'string' },
  ],
  eventTime: 'at',
  eventId: null,
  knownAt: null,
  allowedLatenessMs: 0,
  maxClockSkewMs: 300_000,
  dedupeMs: null,
  maxStalenessMs: 60_000,
  partitions: 1,
  archiveOrder: [],
  metadata: { owner: '', description: '', tags: {} },
};
const decoder = new JsonDecoder(source);
const decode = (text: string) => decoder.decode(Buffer.from(text), NOW);
const reasonOf = (text: string) => (decode(text) as Rejection).reason;

describe('JsonDecoder', () => {
  it('reads every type, tolerates extra fields, and takes absent ones as null', () => {
    expect(
      decode('{"at":1000,"ok":true,"n":-7,"big":"9223372036854775807","x":1.5,"s":"é","other":[1]}'),
    ).toEqual([1000, true, -7, 9223372036854775807n, 1.5, 'é']);
    expect(decode('{"at":"2001-06-30T18:00:00Z"}')).toEqual([
      Date.UTC(2001, 5, 30, 18),
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it('normalises −0 and keeps safe integers in strings as numbers', () => {
    const row = decode('{"at":0,"n":-0,"big":"42","x":-0.0}') as number[];
    expect(row.slice(2, 5)).toEqual([0, 42, 0]);
    expect(Object.is(row[2], 0) && Object.is(row[4], 0)).toBe(true);
  });

  it.each([
    ['', 'empty'],
    ['{', 'not_json'],
    ['[1]', 'not_an_object'],
    ['null', 'not_an_object'],
    ['"x"', 'not_an_object'],
    ['{"n":1}', 'missing_field'],
    ['{"at":null}', 'missing_field'],
    ['{"at":1,"n":1.5}', 'wrong_type'],
    ['{"at":1,"n":2147483648}', 'wrong_type'],
    ['{"at":1,"big":9007199254740993}', 'wrong_type'],
    ['{"at":1,"big":"9223372036854775808"}', 'wrong_type'],
    ['{"at":1,"x":"1"}', 'wrong_type'],
    ['{"at":1,"ok":1}', 'wrong_type'],
    ['{"at":1,"s":"\\ud800"}', 'wrong_type'],
    ['{"at":"yesterday"}', 'wrong_type'],
    ['{"at":"2001-06-30T18:00:00"}', 'wrong_type'],
    [`{"at":${Date.UTC(1899, 11, 31)}}`, 'out_of_range'],
    [`{"at":${NOW + 300_001}}`, 'future'],
  ])('refuses %s as %s', (text, reason) => expect(reasonOf(text)).toBe(reason));

  it('refuses bytes that are not UTF-8', () => {
    expect(decoder.decode(Buffer.from([0x7b, 0xff, 0x7d]), NOW)).toMatchObject({ reason: 'not_json' });
    expect(decoder.decode(null, NOW)).toMatchObject({ reason: 'empty' });
  });

  it('takes an event as far in the future as the clock skew allows', () => {
    expect(decode(`{"at":${NOW + 300_000}}`)).toHaveLength(6);
  });

  it('names the field, the value and the type', () => {
    expect(decode('{"at":1,"n":"many"}')).toEqual({
      reason: 'wrong_type',
      message: 'field "n" is "many", not a value of type int32',
    });
  });
});
