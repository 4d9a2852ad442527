import { readRekeyed, rekeyedRecord, rekeyGroup } from './rekeyed-record';

const ORIGINAL = {
  key: Buffer.from('k'),
  value: Buffer.from('v'),
  headers: { trace: 'abc' },
  offset: 1_099_511_627_783,
  timestampMs: 1_700_000_000_000,
};
const TO = { topic: 'orders.by-user', partition: 2 };

describe('copies of records', () => {
  it('are what their originals were, and say where these stand', () => {
    const copy = rekeyedRecord(ORIGINAL, 17, TO);
    expect(copy).toMatchObject({ ...TO, key: ORIGINAL.key, value: ORIGINAL.value });
    const { key, value, headers = {} } = copy as unknown as typeof ORIGINAL;
    const read = readRekeyed({ key, value, headers, offset: 5, timestampMs: 1_800_000_000_000 });
    expect(read).toEqual({
      ...ORIGINAL,
      offset: 5,
      origin: { partition: 17, offset: ORIGINAL.offset, timestampMs: ORIGINAL.timestampMs },
    });
  });

  it.each([
    {},
    { '__forebay.rekey.partition': '1', '__forebay.rekey.offset': '-1', '__forebay.rekey.timestamp': '0' },
    { '__forebay.rekey.partition': '1', '__forebay.rekey.offset': '1' },
  ])('are told from other records: %j', (headers) => {
    expect(readRekeyed({ ...ORIGINAL, headers: headers as Record<string, string> })).toBeNull();
  });

  it('of a topic that was made anew are made by another group', () => {
    expect(rekeyGroup('t', 0)).toBe('forebay-rekey.t');
    expect(rekeyGroup('t', 2)).toBe('forebay-rekey.t.epoch-2');
  });
});
