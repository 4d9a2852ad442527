import type { EventSource } from '@forebay/definitions';
import { sourceWith } from '../formats.fixture';
import { JsonDecoder } from './json-decoder';
import { ParsedJsonDecoder } from './parsed-json';

/** Of a document by the scanner and by JSON.parse, and whether the scanner took it. */
function read(source: EventSource, bytes: string | Buffer) {
  const decoder = new JsonDecoder(source);
  const row = decoder.decode(Buffer.from(bytes));
  expect(row).toStrictEqual(new ParsedJsonDecoder(source).decode(Buffer.from(bytes)));
  return { row, scanned: decoder.fallbacks === 0 };
}

const flat = sourceWith();
const nested = sourceWith({
  paths: { n: 'p.n', x: 'p.items.1.x', s: 'a\\.b.0', big: 'p.items.1.x2' },
});
const [AT, OK, N, BIG, X, S] = [0, 1, 2, 3, 4, 5] as const;
const cell = (document: string, place: number, source = flat) => {
  const { row, scanned } = read(source, document);
  return [Array.isArray(row) ? row[place] : row.reason, scanned];
};

describe('JsonDecoder', () => {
  it('scans members in any order, with any blanks, and passes over what nobody wants', () => {
    const document =
      ' {\n"z" : [1, {"at":5, "q":[[],{}]}, "\\u00e9]}"],\t"s":"é","x":-1.25e2,"big":"9223372036854775807" ,\r"n":-7,"ok":true,"at":1000 } \n';
    expect(read(flat, document)).toEqual({
      row: [1000, true, -7, 9223372036854775807n, -125, 'é'],
      scanned: true,
    });
  });

  it.each<[string, number, unknown, boolean]>([
    ['{"at":1,"at":2}', AT, 2, true],
    ['{"at":1,"at":null}', AT, null, true],
    ['{"at":"yesterday","at":1}', AT, 1, false],
    ['{"\\u0061t":1}', AT, 1, false],
    ['{"__proto__":{"at":1},"constructor":2}', AT, null, true],
    ['{"at":"2026-01-15T12:34:56.789Z"}', AT, Date.UTC(2026, 0, 15, 12, 34, 56, 789), true],
    ['{"at":"1969-12-31T23:59:59Z"}', AT, -1000, true],
    ['{"at":"2024-02-29T00:00:00+01:30"}', AT, Date.UTC(2024, 1, 28, 22, 30), true],
    ['{"ok":false}', OK, false, true],
    ['{"n":1e2}', N, 100, true],
    ['{"n":-0}', N, 0, true],
    ['{"big":9007199254740991}', BIG, 9007199254740991, true],
    ['{"big":"-42"}', BIG, -42, true],
    ['{"x":0.1}', X, 0.1, true],
    ['{"x":123456789.012345678}', X, 123456789.01234567, true],
    ['{"x":5e-324}', X, 5e-324, true],
    ['{"x":1e400}', X, null, false],
    ['{"x":-0.0}', X, 0, true],
    ['{"s":""}', S, '', true],
    ['{"s":"日本 \\n\\u00e9\\ud83d\\ude00"}', S, '日本 \né😀', true],
    ['{"s":"\u007f\u2028"}', S, '\u007f\u2028', true],
  ])('reads %s', (document, place, value, scanned) => {
    expect(cell(document, place)).toStrictEqual([value, scanned]);
  });

  it.each([
    ['', 'not_json'],
    ['{"n":01}', 'not_json'],
    ['{"n":1.}', 'not_json'],
    ['{"z":+1}', 'not_json'],
    ['{"z":1e}', 'not_json'],
    ['{"z":tru}', 'not_json'],
    ['{"z":[1,]}', 'not_json'],
    ['{"n":1,}', 'not_json'],
    ['{"n" 1}', 'not_json'],
    ['{"z":"\\x41"}', 'not_json'],
    ['{"z":"\\u12"}', 'not_json'],
    ['{"z":"a\u0001"}', 'not_json'],
    ['{"n":1}}', 'not_json'],
    ['{"n":1} x', 'not_json'],
    ['{"n":1}\u0001', 'not_json'],
    ['\u00a0{"n":1}', 'not_json'],
    ['{"n":"}', 'not_json'],
    ['{"n":1.5}', 'wrong_type'],
    ['{"s":"\\ud800"}', 'wrong_type'],
    ['{"big":9007199254740993}', 'wrong_type'],
  ])('leaves %s to JSON.parse, which says %s', (document, reason) => {
    expect(read(flat, document)).toMatchObject({ row: { reason }, scanned: false });
  });

  it('takes a byte order mark as JSON.parse does, and refuses what is not UTF-8 wherever it stands', () => {
    expect(read(flat, '\ufeff{"n":1}')).toMatchObject({
      row: [null, null, 1, null, null, null],
      scanned: false,
    });
    for (const where of ['{"z":"_"}', '{"s":"_"}', '{"_":1}', '{"z":["\\n_"]}']) {
      const bytes = Buffer.from(where);
      for (const wrong of [0x80, 0xc0, 0xff]) {
        bytes[where.indexOf('_')] = wrong;
        expect(read(flat, bytes)).toMatchObject({ row: { reason: 'not_json' } });
      }
    }
  });

  it('reads what is nested deeper than its own depth, as deep as a document may be', () => {
    for (const depth of [60, 70, 5_000]) {
      const document = `{"z":${'['.repeat(depth)}${']'.repeat(depth)},"n":1}`;
      expect(read(flat, document)).toMatchObject({ scanned: depth < 64 });
    }
  });

  it.each<[string, number, unknown]>([
    ['{"p":{"n":5}}', N, 5],
    ['{"p":null}', N, null],
    ['{"p":{"n":5},"p":{"q":1}}', N, null],
    ['{"p":{"n":5},"p":null}', N, null],
    ['{"p":{"items":[0,{"x":1.5}]}}', X, 1.5],
    ['{"p":{"items":[0]}}', X, null],
    ['{"p":{"items":[]}}', X, null],
    ['{"p":{"items":{"1":{"x":2.5}}}}', X, 2.5],
    ['{"a.b":["first","second"]}', S, 'first'],
    ['{"p":5}', N, 'wrong_type'],
    ['{"p":[1]}', N, 'wrong_type'],
    ['{"p":{"items":"1"}}', X, 'wrong_type'],
    ['{"p":{"__proto__":{"n":1}}}', N, null],
  ])('follows paths in %s', (document, place, value) => {
    expect(cell(document, place, nested)[0]).toEqual(value);
  });

  it('says where a path does not go on', () => {
    expect(read(nested, '{"p":{"items":"none"}}').row).toEqual({
      reason: 'wrong_type',
      message: 'field "big": its path leads through "p.items", which is "none"',
    });
  });

  it('reads one place for several fields', () => {
    const twice = sourceWith({ paths: { n: 'v', big: 'v', x: 'v' } });
    expect(read(twice, '{"v":7,"z":{"v":8}}')).toEqual({ row: [null, null, 7, 7, 7, null], scanned: true });
    expect(read(twice, '{"v":1.5}').row).toMatchObject({ reason: 'wrong_type' });
  });

  it('reads a thousand fields', () => {
    const fields = Array.from({ length: 1_000 }, (_, i) => ({ name: `f${i}`, type: 'int32' as const }));
    const wide = sourceWith({}, { fields });
    const document = JSON.stringify(Object.fromEntries(fields.map(({ name }, i) => [name, i])));
    expect(read(wide, document)).toEqual({ row: fields.map((_, i) => i), scanned: true });
    // one after another, in other orders, and with other members between
    const decoder = new JsonDecoder(wide);
    const parsed = new ParsedJsonDecoder(wide);
    for (const text of [
      '{"f999":1,"é":2,"f0":3,"f999":4}',
      '{"f0":5,"f01":6,"f9999":7}',
      '{"f999":"x"}',
      '{}',
      document,
    ]) {
      const bytes = Buffer.from(text);
      expect(decoder.decode(bytes)).toStrictEqual(parsed.decode(bytes));
    }
    expect(decoder.fallbacks).toBe(1);
  });
});
