import type { ScalarType } from '@forebay/definitions';
import * as protobuf from 'protobufjs';
import { sourceWith } from '../formats.fixture';
import { GivenSchemaDecoder } from '../given-schema-decoder';
import { ProtobufSchema } from './protobuf-schema';

/** The value of a field `v` at a path of message `M`, or the reason for which there is none. */
function read(body: string, type: ScalarType, path: string, bytes: Uint8Array, syntax = 'proto3') {
  const schema = `syntax = "${syntax}"; import "google/protobuf/timestamp.proto"; import "google/protobuf/wrappers.proto";
message M { ${body} }`;
  const paths = path === 'v' ? {} : { v: path };
  const source = sourceWith({ encoding: 'protobuf', schema, paths }, { fields: [{ name: 'v', type }] });
  const row = new GivenSchemaDecoder(source).decode(Buffer.from(bytes));
  return Array.isArray(row) ? row[0] : row.reason;
}

const bytes = (...parts: (number | readonly number[] | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])));
const varint = (value: bigint) => protobuf.Writer.create().uint64(value.toString()).finish();
/** A part with its length before it. */
const sized = (...parts: Parameters<typeof bytes>) => bytes(bytes(...parts).length, ...parts);
const negative = (value: bigint) => varint(BigInt.asUintN(64, value));

describe('a value of Protobuf', () => {
  it.each<[string, ScalarType, Uint8Array, unknown]>([
    ['int32', 'int32', bytes(0x08, negative(-5n)), -5],
    ['int64', 'int64', bytes(0x08, negative(-(2n ** 63n))), -(2n ** 63n)],
    ['int64', 'int64', bytes(0x08, negative(-(2n ** 53n) + 1n)), -(2 ** 53) + 1],
    ['int64', 'int64', bytes(0x08, varint(2n ** 56n)), 2n ** 56n],
    ['int64', 'int32', bytes(0x08, varint(2n ** 31n)), 'wrong_type'],
    ['int64', 'double', bytes(0x08, varint(2n ** 53n + 1n)), 2 ** 53],
    ['int64', 'timestamp', bytes(0x08, negative(-1n)), -1],
    ['int64', 'timestamp', bytes(0x08, varint(2n ** 53n)), 'wrong_type'],
    ['uint64', 'int64', bytes(0x08, varint(2n ** 63n)), 'wrong_type'],
    ['uint64', 'int64', bytes(0x08, varint(2n ** 63n - 1n)), 2n ** 63n - 1n],
    ['uint32', 'int64', bytes(0x08, varint(4_294_967_295n)), 4_294_967_295],
    ['sint64', 'int64', bytes(0x08, 3), -2],
    ['fixed32', 'int64', bytes(0x0d, 0xff, 0xff, 0xff, 0xff), 4_294_967_295],
    ['sfixed32', 'int32', bytes(0x0d, 0xff, 0xff, 0xff, 0xff), -1],
    ['fixed64', 'int64', bytes(0x09, 0, 0, 0, 0, 0, 0, 0x20, 0), 2n ** 53n],
    ['fixed64', 'int64', bytes(0x09, new Array(8).fill(0xff)), 'wrong_type'],
    ['sfixed64', 'int64', bytes(0x09, new Array(8).fill(0xff)), -1],
    ['bool', 'bool', bytes(0x08, 2), true],
    ['float', 'double', bytes(0x0d, 0, 0, 0xc0, 0x7f), null],
    ['double', 'double', bytes(0x09, 0, 0, 0, 0, 0, 0, 0, 0x80), 0],
    ['string', 'string', bytes(0x0a, sized(Buffer.from('é'))), 'é'],
    ['string', 'string', bytes(0x0a, 1, 0xff), 'malformed'],
    ['bytes', 'string', bytes(0x0a, 1, 0x61), 'a'],
    ['string', 'int64', bytes(0x0a, 1, 0x37), 7],
    ['string', 'timestamp', bytes(0x0a, sized(Buffer.from('2026-01-15T00:00:00Z'))), Date.UTC(2026, 0, 15)],
    [
      'google.protobuf.Timestamp',
      'timestamp',
      bytes(0x0a, sized(0x08, negative(-1n), 0x10, varint(999_999_999n))),
      -1,
    ],
    ['google.protobuf.Timestamp', 'timestamp', bytes(0x0a, 0), 0],
    ['google.protobuf.Timestamp', 'timestamp', bytes(0x0a, 2, 0x08), 'malformed'],
    ['google.protobuf.Int64Value', 'int64', bytes(0x0a, 2, 0x08, 5), 5],
    ['google.protobuf.StringValue', 'string', bytes(0x0a, 0), ''],
    // the last one speaks; another wire type is an unknown field
    ['int32', 'int32', bytes(0x08, 1, 0x08, 2), 2],
    ['int32', 'int32', bytes(0x08, 1, 0x0d, 9, 0, 0, 0), 1],
    ['int32', 'int32', bytes(0x08), 'malformed'],
    ['int32', 'int32', bytes(0x08, 1, 0x0a, 5, 1), 'malformed'],
    ['int32', 'int32', bytes(0x00, 1), 'malformed'],
    ['int32', 'int32', bytes(0x0f), 'malformed'],
    // groups of former times are passed over, as far as they have an end
    ['int32', 'int32', bytes(0x13, 0x1b, 0x08, 9, 0x1c, 0x14, 0x08, 3), 3],
    ['int32', 'int32', bytes(0x13, 0x08, 9), 'malformed'],
    ['int32', 'int32', bytes(0x13, 0x1c), 'malformed'],
    ['int32', 'int32', bytes(new Array(100_000).fill(0x13)), 'malformed'],
  ])('of type %s is to a field of %s', (type, wanted, given, value) => {
    expect(read(`${type} v = 1;`, wanted, 'v', given)).toStrictEqual(value);
  });

  it.each<[string, ScalarType, unknown]>([
    ['int32 v = 1;', 'int32', 0],
    ['optional int32 v = 1;', 'int32', null],
    ['string v = 1;', 'string', ''],
    ['string v = 1;', 'int64', null],
    ['bool v = 1;', 'bool', false],
    ['int64 v = 1;', 'timestamp', 0],
    ['double v = 1;', 'double', 0],
    ['enum E { ZERO = 0; ONE = 1; } E v = 1;', 'string', 'ZERO'],
    ['enum E { ZERO = 0; ONE = 1; } E v = 1;', 'int32', 0],
    ['oneof o { int32 v = 1; int32 w = 2; }', 'int32', null],
    ['google.protobuf.Int64Value v = 1;', 'int64', null],
    ['google.protobuf.Timestamp v = 1;', 'timestamp', null],
  ])('that is not there, as %s, is to a field of %s', (body, wanted, value) => {
    expect(read(body, wanted, 'v', bytes(0x50, 1))).toStrictEqual(value);
  });

  it('has the defaults that a schema of proto2 says', () => {
    const of = (body: string, type: ScalarType) => read(body, type, 'v', bytes(0x50, 1), 'proto2');
    expect(of('optional int32 v = 1;', 'int32')).toBeNull();
    expect(of('optional int32 v = 1 [default = -7];', 'int32')).toBe(-7);
    expect(of('optional bool v = 1 [default = true];', 'bool')).toBe(true);
    expect(of('optional string v = 1 [default = "x"];', 'string')).toBe('x');
    expect(of('enum E { A = 3; B = 4; } optional E v = 1 [default = B];', 'string')).toBe('B');
  });

  it('of an enum has its name, or its number where it has none', () => {
    const body = 'enum E { ZERO = 0; ONE = 1; } E v = 1;';
    expect(read(body, 'string', 'v', bytes(0x08, 1))).toBe('ONE');
    expect(read(body, 'string', 'v', bytes(0x08, 9))).toBe('9');
    expect(read(body, 'string', 'v', bytes(0x08, negative(-2n)))).toBe('-2');
  });
});

describe('parts of a value of Protobuf', () => {
  const nested = 'message N { int32 a = 1; int32 b = 2; } N n = 1;';
  it('of messages in pieces are their sum, with defaults once there is any', () => {
    expect(read(nested, 'int32', 'n.a', bytes(0x50, 1))).toBeNull();
    expect(read(nested, 'int32', 'n.a', bytes(0x0a, 0))).toBe(0);
    expect(read(nested, 'int32', 'n.a', bytes(0x0a, 2, 0x08, 5, 0x0a, 2, 0x10, 6))).toBe(5);
    expect(read(nested, 'int32', 'n.a', bytes(0x0a, 2, 0x08, 5, 0x0a, 2, 0x08, 6))).toBe(6);
    expect(read(nested, 'int32', 'n.a', bytes(0x0a, 3, 0x08, 5))).toBe('malformed');
  });

  it('of a oneof are gone when another member comes', () => {
    const body = 'message N { int32 a = 1; } oneof o { N n = 1; string s = 2; }';
    const [n, s] = [bytes(0x0a, 2, 0x08, 5), bytes(0x12, 1, 0x61)];
    expect(read(body, 'int32', 'n.a', bytes(n))).toBe(5);
    expect(read(body, 'int32', 'n.a', bytes(n, s))).toBeNull();
    expect(read(body, 'int32', 'n.a', bytes(s, n))).toBe(5);
    expect(read(body, 'int32', 'n.a', bytes(n, s, 0x0a, 0))).toBe(0);
    expect(read(body, 'string', 's', bytes(s, n))).toBeNull();
  });

  it('at places of lists, packed or not', () => {
    const ints = 'repeated sint32 v = 1;';
    expect(read(ints, 'int32', 'v.1', bytes(0x0a, 3, 2, 4, 6))).toBe(2);
    expect(read(ints, 'int32', 'v.1', bytes(0x08, 2, 0x08, 4))).toBe(2);
    expect(read(ints, 'int32', 'v.2', bytes(0x0a, 1, 2, 0x08, 4, 0x0a, 1, 6))).toBe(3);
    expect(read(ints, 'int32', 'v.3', bytes(0x0a, 3, 2, 4, 6))).toBeNull();
    expect(read(ints, 'int32', 'v.0', bytes(0x0a, 1, 0x80, 0x01))).toBe('malformed');
    const messages = 'message N { string a = 1; } repeated N n = 1;';
    const one = (value: string) => bytes(0x0a, sized(0x0a, sized(Buffer.from(value))));
    expect(read(messages, 'string', 'n.1.a', bytes(one('x'), one('y'), one('z')))).toBe('y');
    expect(read(messages, 'string', 'n.1.a', bytes(one('x')))).toBeNull();
  });

  it('by key of a map, of which the last one of a key speaks', () => {
    const map = 'map<string, int32> v = 1;';
    const entry = (...parts: Parameters<typeof bytes>) => bytes(0x0a, sized(...parts));
    const [a1, a2, empty, b] = [
      entry(0x0a, 1, 0x61, 0x10, 1),
      entry(0x10, 2, 0x0a, 1, 0x61),
      entry(0x0a, 1, 0x61),
      entry(0x0a, 1, 0x62, 0x10, 9),
    ];
    expect(read(map, 'int32', 'v.a', bytes(b, a1, a2))).toBe(2);
    expect(read(map, 'int32', 'v.a', bytes(a1, empty))).toBe(0);
    expect(read(map, 'int32', 'v.a', bytes(b))).toBeNull();
    expect(read('map<int64, string> v = 1;', 'string', 'v.7', entry(0x08, 7, 0x12, 1, 0x78))).toBe('x');
    expect(read('map<bool, string> v = 1;', 'string', 'v.false', entry(0x12, 1, 0x78))).toBe('x');
    const messages = 'message N { int32 a = 1; int32 b = 2; } map<string, N> v = 1;';
    const [first, second] = [entry(0x0a, 1, 0x61, 0x12, 2, 0x08, 5), entry(0x0a, 1, 0x61, 0x12, 2, 0x10, 6)];
    expect(read(messages, 'int32', 'v.a.a', bytes(first))).toBe(5);
    expect(read(messages, 'int32', 'v.a.a', bytes(first, second))).toBe(0);
  });

  it('of a message with a thousand fields', () => {
    const count = 1_000;
    const body = Array.from({ length: count }, (_, i) => `int32 f${i} = ${i + 3};`).join(' ');
    const schema = `message M { oneof o { int32 a = 1; string b = 2; } ${body} }`;
    const names = ['a', ...Array.from({ length: count }, (_, i) => `f${i}`)];
    const source = sourceWith(
      { encoding: 'protobuf', schema: `syntax = "proto3"; ${schema}` },
      { fields: names.map((name) => ({ name, type: 'int32' })) },
    );
    const message = protobuf.parse(`syntax = "proto3"; ${schema}`).root.lookupType('M');
    const numbers = Object.fromEntries(names.map((name, i) => [name, i % 3 === 0 ? 0 : i - 500]));
    const decoder = new GivenSchemaDecoder(source);
    const written = message.encode(numbers).finish();
    expect(decoder.decode(Buffer.from(written))).toEqual(Object.values(numbers));
    const cleared = decoder.decode(Buffer.from(bytes(written, 0x12, 1, 0x61)));
    expect(cleared).toEqual([null, ...Object.values(numbers).slice(1)]);
  });

  it('by the names that they have in JSON, too', () => {
    expect(read('int32 user_id = 1;', 'int32', 'userId', bytes(0x08, 5))).toBe(5);
    expect(read('int32 user_id = 1 [json_name = "who"];', 'int32', 'who', bytes(0x08, 5))).toBe(5);
  });

  it.each<[string, ScalarType, string, string]>([
    ['double v = 1;', 'string', 'v', 'field "v" is string, and in the schema its value is of type double'],
    [
      'message N {} N v = 1;',
      'string',
      'v',
      'field "v" is string, and in the schema its value is of type message M.N',
    ],
    ['repeated int32 v = 1;', 'int32', 'v', 'field "v" is int32, and in the schema its value is a list'],
    ['repeated int32 v = 1;', 'int32', 'v.first', '"v" is a list in the schema: it has no "first"'],
    ['map<string, int32> v = 1;', 'int32', 'v', 'field "v" is int32, and in the schema its value is a map'],
    ['int32 v = 1;', 'int32', 'v.w', '"v" is int32 in the schema: it has no "w"'],
  ])('of %s can be no %s at %s', (body, type, path, message) => {
    expect(() => read(body, type, path, bytes())).toThrow(message);
  });
});

describe('ProtobufSchema', () => {
  const shared = 'syntax = "proto3"; package other; message Shared { int32 a = 1; } message Second {}';
  const main = `syntax = "proto3"; package other; import "shared.proto"; import "google/type/money.proto";
message First { message In { Shared s = 1; } message Other {} } message Last { google.type.Money m = 1; int32 n = 2; }`;
  const schema = new ProtobufSchema(main, [shared]);

  it('finds messages by their place in the file, not in those that it imports', () => {
    expect([[0], [0, 0], [0, 1], [1], [2], [0, 2]].map((at) => schema.messageAt(at)?.fullName)).toEqual([
      '.other.First',
      '.other.First.In',
      '.other.First.Other',
      '.other.Last',
      undefined,
      undefined,
    ]);
    expect(schema.messageNamed(null).fullName).toBe('.other.First');
    expect(schema.messageNamed('other.Shared').fullName).toBe('.other.Shared');
  });

  it('takes types of files that nobody gave as bytes, as long as they are not wanted', () => {
    expect(schema.messageAt([1])?.get('m')).toMatchObject({ type: 'bytes' });
  });
});
