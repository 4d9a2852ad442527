import { decodeMessage, encodeMessage, messageFromJson } from './message-codec';

const job = {
  project: 'flights',
  view: 'airport_delays',
  version: 2,
  cut_ms: 993_859_200_000,
  has_cut: true,
  requested_by: 'me',
  full: false,
  time_limit_ms: 0,
};

describe('encodeMessage and decodeMessage', () => {
  it('give back the message', () => {
    expect(decodeMessage('MaterializeJob', encodeMessage('MaterializeJob', job))).toEqual(job);
  });

  it('read from a view into a larger buffer', () => {
    const bytes = encodeMessage('MaterializeJob', job);
    const larger = new Uint8Array(bytes.length + 20).fill(255);
    larger.set(bytes, 7);
    expect(decodeMessage('MaterializeJob', larger.subarray(7, 7 + bytes.length))).toEqual(job);
  });

  it('fill in what is absent', () => {
    expect(decodeMessage('RegistrySnapshot', new Uint8Array())).toEqual({
      version: 0,
      applied_at_ms: 0,
      applied_by: '',
      projects: [],
      next_id: 0,
    });
  });

  it('write an int64 of decimal text exactly', () => {
    const bytes = encodeMessage('KeyColumn', { integers: ['9007199254740993'] });
    expect(Buffer.from(bytes).toString('hex')).toBe('1a0882808080808080 20'.replace(' ', ''));
  });

  it('leave an int64 beyond 2^53 recognisable as not exact', () => {
    const { integers } = decodeMessage(
      'KeyColumn',
      encodeMessage('KeyColumn', { integers: ['9007199254740993', '-9223372036854775808'] }),
    );
    expect(integers.map(Number.isSafeInteger)).toEqual([false, false]);
  });

  it('refuse bytes that are no message', () => {
    expect(() => decodeMessage('RegistrySnapshot', Buffer.from('ffffffff', 'hex'))).toThrow(
      /^decoding RegistrySnapshot from 4 bytes: /,
    );
  });

  it('refuse to encode a value that no field can hold', () => {
    expect(() => encodeMessage('RegistrySnapshot', { projects: 5 } as never)).toThrow(
      /^encoding RegistrySnapshot: .*array expected/,
    );
  });
});

describe('messageFromJson', () => {
  it('reads what JSON carried, int64 as a number or as text', () => {
    expect(messageFromJson('MaterializeJob', JSON.parse(JSON.stringify(job)))).toEqual(job);
    expect(messageFromJson('MaterializeJob', { ...job, cut_ms: '993859200000' })).toEqual(job);
  });

  it('gives absent fields their defaults and skips unknown ones', () => {
    expect(messageFromJson('MaterializeJob', { view: 'v', later: 1 })).toEqual({
      project: '',
      view: 'v',
      version: 0,
      cut_ms: 0,
      has_cut: false,
      requested_by: '',
      full: false,
      time_limit_ms: 0,
    });
  });

  it.each([
    [{ cut_ms: 'abc' }, 'MaterializeJob.cut_ms: "abc" does not fit the field'],
    [{ cut_ms: 1.5 }, 'MaterializeJob.cut_ms: 1.5 does not fit the field'],
    [{ version: -1 }, 'MaterializeJob.version: -1 does not fit the field'],
    [{ project: 5 }, 'MaterializeJob.project: 5 does not fit the field'],
    [{ has_cut: 1 }, 'MaterializeJob.has_cut: 1 does not fit the field'],
    [[], 'MaterializeJob: expected a JSON object, got []'],
    [null, 'MaterializeJob: expected a JSON object, got null'],
    ['x', 'MaterializeJob: expected a JSON object, got "x"'],
  ])('refuses %j', (json, message) => {
    expect(() => messageFromJson('MaterializeJob', json)).toThrow(message);
  });
});
