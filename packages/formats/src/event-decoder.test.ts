import { EventDecoder } from './event-decoder';
import { sourceWith } from './formats.fixture';
import type { Rejection } from './rejection';

const NOW = Date.UTC(2026, 0, 15);
const source = sourceWith();
const decoder = new EventDecoder(source);
const decode = (text: string) => decoder.decode({ value: Buffer.from(text) }, NOW);
const reasonOf = (text: string) => (decode(text) as Rejection).reason;

describe('EventDecoder', () => {
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
    expect(decoder.decode({ value: Buffer.from([0x7b, 0xff, 0x7d]) }, NOW)).toMatchObject({
      reason: 'not_json',
    });
    expect(decoder.decode({ value: null }, NOW)).toMatchObject({ reason: 'empty' });
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

  describe('with CloudEvents in binary mode', () => {
    const events = new EventDecoder(
      sourceWith(
        { headers: { at: 'ce_time', id: 'ce_id', n: 'ce_partition' } },
        { fields: [...source.fields, { name: 'id', type: 'string' }], eventId: 'id' },
      ),
    );
    const value = Buffer.from('{"x":1.5,"at":7,"id":"of the value"}');
    const read = (headers: Record<string, Buffer | string | Buffer[]>) =>
      events.decode({ value, headers }, NOW);
    const headers = { ce_id: Buffer.from('é-1'), ce_time: Buffer.from('2026-01-14T10:00:00.123456Z') };

    it('takes event id and time from headers, not from members of their names', () => {
      const at = Date.UTC(2026, 0, 14, 10, 0, 0, 123);
      expect(read(headers)).toEqual([at, null, null, null, 1.5, null, 'é-1']);
      expect(read({ ...headers, ce_partition: [Buffer.from('3'), Buffer.from('4')] })).toMatchObject({
        2: 4,
      });
      expect(read({ ...headers, ce_time: '1768384800000' })).toMatchObject({ 0: 1_768_384_800_000 });
    });

    it('refuses events without them, and headers of another type', () => {
      expect(read({ ce_time: headers.ce_time })).toEqual({
        reason: 'missing_field',
        message: 'field "id" is missing or null',
      });
      expect(events.decode({ value }, NOW)).toMatchObject({ reason: 'missing_field' });
      expect(read({ ...headers, ce_time: 'noon' })).toEqual({
        reason: 'wrong_type',
        message: 'field "at": header "ce_time" is "noon", not a value of type timestamp',
      });
      expect(read({ ...headers, ce_partition: '2147483648' })).toMatchObject({ reason: 'wrong_type' });
      expect(read({ ...headers, ce_id: Buffer.from([0xff]) })).toEqual({
        reason: 'wrong_type',
        message: 'field "id": header "ce_id" is not UTF-8, not a value of type string',
      });
    });
  });
});
