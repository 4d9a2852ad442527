import { encodeMessage } from './message-codec';
import { ProtobufReader } from './protobuf-reader';

function keyColumn(bytes: Uint8Array) {
  const reader = new ProtobufReader(bytes);
  const column = {
    name: '',
    strings: [] as string[],
    integers: [] as (number | bigint)[],
    booleans: [] as boolean[],
  };
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) column.name = reader.string();
    else if (field === 2) column.strings.push(reader.string());
    else if (field === 3) reader.repeatedSint64(column.integers);
    else if (field === 4) reader.repeatedBool(column.booleans);
    else reader.skip();
  }
  return column;
}

describe('ProtobufReader', () => {
  it('reads what proto-loader writes, int64 exactly', () => {
    const integers = [
      '0',
      '-1',
      '1',
      '63',
      '-64',
      '2147483648',
      '-2147483649',
      '9007199254740991',
      '-9007199254740991',
      '9007199254740993',
      '-9007199254740992',
      '9223372036854775807',
      '-9223372036854775808',
    ];
    const bytes = encodeMessage('KeyColumn', {
      join_key: 'flïght',
      strings: ['', 'a', '日本'],
      integers,
      booleans: [true, false, true],
    });
    expect(keyColumn(bytes)).toEqual({
      name: 'flïght',
      strings: ['', 'a', '日本'],
      integers: integers.map((text) => (Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text))),
      booleans: [true, false, true],
    });
  });

  it('reads a repeated field that is not packed', () => {
    expect(keyColumn(Uint8Array.of(0x18, 0x02, 0x18, 0x03, 0x20, 0x01))).toMatchObject({
      integers: [1, -2],
      booleans: [true],
    });
  });

  it('skips fields of every wire type that the caller does not know', () => {
    const unknown = [0x78, 0xff, 0x01, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7d, 1, 2, 3, 4, 0x7a, 2, 9, 9];
    expect(keyColumn(Uint8Array.from([...unknown, 0x0a, 1, 0x61]))).toMatchObject({ name: 'a' });
  });

  it('reads a negative int64 and doubles', () => {
    const reader = new ProtobufReader(encodeMessage('ViewTimes', { freshness_ms: -1 }));
    expect([reader.nextField(), reader.int64(), reader.nextField()]).toEqual([3, -1, 0]);
    const list = new ProtobufReader(encodeMessage('ValueList', { doubles: [1.5, -0.25] }));
    const doubles: number[] = [];
    expect(list.nextField()).toBe(1);
    list.repeatedDouble(doubles);
    expect(doubles).toEqual([1.5, -0.25]);
  });

  it.each([
    ['a text that is cut off', [0x0a, 5, 0x61], 'longer than its message'],
    ['a number that is cut off', [0x18, 0x80], 'ends within a number'],
    ['a number of 11 bytes', [0x18, ...new Array(10).fill(0x80), 1], 'more than 10 bytes'],
    ['bytes that are not UTF-8', [0x0a, 1, 0xff], 'not UTF-8'],
    ['a wrong wire type', [0x08, 1], 'wire type 0, expected 2'],
    ['an unknown wire type', [0x7b], 'wire type 3'],
    ['field number 0', [0x02, 0], 'number 0'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => keyColumn(Uint8Array.from(bytes as number[]))).toThrow(message as string);
  });
});
