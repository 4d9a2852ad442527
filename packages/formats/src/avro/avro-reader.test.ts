import type { EventSource, ScalarType } from '@forebay/definitions';
import { sourceWith } from '../formats.fixture';
import { GivenSchemaDecoder } from '../given-schema-decoder';
import { parseAvroSchema } from './avro-schema';

/** A source of one field `v`. */
function source(schema: unknown, type: ScalarType, path = 'v'): EventSource {
  const record = { type: 'record', name: 'R', fields: [{ name: 'v', type: schema }] };
  const paths = path === 'v' ? {} : { v: path };
  const fields = [{ name: 'v', type }];
  return sourceWith({ encoding: 'avro', schema: JSON.stringify(record), paths }, { fields });
}

const long = (value: bigint) => {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
};
const text = (value: string) => [...long(BigInt(Buffer.byteLength(value))), ...Buffer.from(value)];

/** The value, or the reason for which there is none. */
function read(schema: unknown, type: ScalarType, bytes: readonly number[], path?: string) {
  const row = new GivenSchemaDecoder(source(schema, type, path)).decode(Buffer.from(bytes));
  return Array.isArray(row) ? row[0] : row.reason;
}
const logical = (type: string, logicalType: string, more = {}) => ({ type, logicalType, ...more });

describe('a value of Avro', () => {
  it.each<[unknown, ScalarType, readonly number[], unknown]>([
    ['int', 'int32', long(-7n), -7],
    ['int', 'int64', long(7n), 7],
    ['int', 'double', long(7n), 7],
    ['long', 'int32', long(2_147_483_648n), 'wrong_type'],
    ['long', 'int64', long(2n ** 53n), 2n ** 53n],
    ['long', 'int64', long(-(2n ** 63n)), -(2n ** 63n)],
    ['long', 'int64', long(1n - 2n ** 53n), 1 - 2 ** 53],
    ['long', 'double', long(2n ** 53n + 1n), 2 ** 53],
    ['long', 'timestamp', long(-1n), -1],
    ['long', 'timestamp', long(2n ** 53n), 'wrong_type'],
    [logical('long', 'timestamp-micros'), 'timestamp', long(-1n), -1],
    [logical('long', 'timestamp-micros'), 'timestamp', long(1_999n), 1],
    [logical('long', 'timestamp-micros'), 'timestamp', long(2n ** 60n), Number(2n ** 60n / 1000n)],
    [logical('long', 'timestamp-nanos'), 'timestamp', long(-1_000_001n), -2],
    [logical('long', 'timestamp-micros'), 'int64', long(1_999n), 1_999],
    [logical('int', 'date'), 'timestamp', long(-1n), -86_400_000],
    ['float', 'double', [0, 0, 0xc0, 0x7f], null],
    ['double', 'double', [0, 0, 0, 0, 0, 0, 0, 0x80], 0],
    ['boolean', 'bool', [1], true],
    ['boolean', 'bool', [2], 'malformed'],
    ['string', 'string', text('é'), 'é'],
    ['string', 'string', text('\ufffd'), '\ufffd'],
    ['string', 'string', [2, 0xff], 'malformed'],
    ['string', 'int64', text('9223372036854775807'), 2n ** 63n - 1n],
    ['string', 'int64', text('many'), 'wrong_type'],
    ['string', 'timestamp', text('2026-01-15T00:00:00Z'), Date.UTC(2026, 0, 15)],
    ['bytes', 'string', text('as text'), 'as text'],
    [logical('bytes', 'decimal', { scale: 2 }), 'double', [4, 0xff, 0x85], -1.23],
    [logical('bytes', 'decimal', { scale: 2 }), 'string', [2, 5], '0.05'],
    [logical('bytes', 'decimal'), 'string', [0], '0'],
    [{ ...logical('fixed', 'decimal', { scale: 1 }), name: 'F', size: 2 }, 'double', [1, 0], 25.6],
    [
      { ...logical('fixed', 'uuid'), name: 'U', size: 16 },
      'string',
      Array.from({ length: 16 }, (_, i) => i),
      '00010203-0405-0607-0809-0a0b0c0d0e0f',
    ],
    [{ type: 'enum', name: 'E', symbols: ['A', 'B'] }, 'string', [2], 'B'],
    [{ type: 'enum', name: 'E', symbols: ['A', 'B'] }, 'string', [4], 'malformed'],
    [['null', 'string'], 'string', [0], null],
    [['string', 'null'], 'string', [2], null],
    [['null', 'string', 'long'], 'int64', [4, 9], -5],
    [['null', 'boolean', 'long'], 'int64', [2, 1], 'wrong_type'],
    [['null', 'long'], 'int64', [4, 9], 'malformed'],
    [['null', 'long'], 'int64', [1, 9], 'malformed'],
    ['long', 'int64', [0x80], 'malformed'],
    ['long', 'int64', [], 'malformed'],
    ['long', 'int64', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], 'malformed'],
    ['long', 'int64', [2, 0], 'malformed'],
    ['string', 'string', [0x7f], 'malformed'],
  ])('of type %j is to a field of %s', (schema, type, bytes, value) => {
    expect(read(schema, type, bytes)).toStrictEqual(value);
  });

  it.each<[unknown, ScalarType]>([
    ['string', 'double'],
    ['double', 'int64'],
    ['boolean', 'int32'],
    [logical('long', 'local-timestamp-millis'), 'timestamp'],
    [logical('int', 'time-millis'), 'timestamp'],
    [{ type: 'array', items: 'long' }, 'int64'],
    [['null', 'boolean'], 'string'],
  ])('of type %j can be no %s', (schema, type) => {
    expect(() => new GivenSchemaDecoder(source(schema, type))).toThrow(
      /^field "v" is \w+, and in the schema its value is an? /,
    );
  });
});

describe('parts of a value of Avro', () => {
  const items = { type: 'array', items: 'int' };
  it.each<[string, readonly number[], unknown]>([
    ['v.0', [4, 2, 4, 0], 1],
    ['v.1', [4, 2, 4, 0], 2],
    ['v.2', [4, 2, 4, 0], null],
    ['v.1', [2, 2, 2, 4, 0], 2],
    // a negative count has the size of its block behind it
    ['v.1', [3, 4, 2, 4, 0], 2],
    ['v.0', [0], null],
    ['v.0', [4, 2], 'malformed'],
    ['v.0', [0x80, 0x80, 0x80, 0x80, 0x10, 2, 0], 'malformed'],
  ])('at %s of a list', (path, bytes, value) => {
    expect(read(items, 'int32', bytes, path)).toStrictEqual(value);
  });

  it('by key of a map, of which the last one of a key speaks', () => {
    const map = { type: 'map', values: ['null', 'int'] };
    const entry = (key: string, ...value: number[]) => [...text(key), ...value];
    const of = (...entries: number[][]) => [...long(BigInt(entries.length)), ...entries.flat(), 0];
    const [a1, a2, anull, b] = [entry('a', 2, 2), entry('a', 2, 4), entry('a', 0), entry('b', 2, 6)];
    expect(read(map, 'int32', of(b, a1, a2), 'v.a')).toBe(2);
    expect(read(map, 'int32', of(a1, anull), 'v.a')).toBeNull();
    expect(read(map, 'int32', of(b), 'v.a')).toBeNull();
    expect(read(map, 'int32', [0], 'v.a')).toBeNull();
  });

  it('of records in unions, by what each of them has', () => {
    const [a, b] = [
      { type: 'record', name: 'A', fields: [{ name: 'x', type: 'int' }] },
      { type: 'record', name: 'B', fields: [{ name: 'y', type: 'int' }] },
    ];
    expect(read(['null', a, b], 'int32', [2, 8], 'v.x')).toBe(4);
    expect(read(['null', a, b], 'int32', [4, 8], 'v.x')).toBeNull();
    expect(read(['null', a, b], 'int32', [0], 'v.x')).toBeNull();
    expect(() => read(['null', b], 'int32', [0], 'v.x')).toThrow('the schema has no "v.x"');
  });

  it('are passed over without being counted through, however many have no bytes', () => {
    const record = {
      type: 'record',
      name: 'R',
      fields: [
        { name: 'nothing', type: { type: 'array', items: { type: 'array', items: 'null' } } },
        { name: 'v', type: 'int' },
      ],
    };
    const given = sourceWith(
      { encoding: 'avro', schema: JSON.stringify(record) },
      { fields: [{ name: 'v', type: 'int32' }] },
    );
    const bytes = [4, ...long(2n ** 52n), 0, ...long(2n ** 52n), 0, 0, 14];
    expect(new GivenSchemaDecoder(given).decode(Buffer.from(bytes))).toEqual([7]);
  });

  it('are passed over only as deep as a stack allows', () => {
    const tree = { type: 'record', name: 'T', fields: [{ name: 'next', type: ['null', 'T'] }] };
    const record = {
      type: 'record',
      name: 'R',
      fields: [
        { name: 'tree', type: tree },
        { name: 'v', type: 'int' },
      ],
    };
    const given = sourceWith(
      { encoding: 'avro', schema: JSON.stringify(record) },
      { fields: [{ name: 'v', type: 'int32' }] },
    );
    const decoder = new GivenSchemaDecoder(given);
    const nested = (depth: number) => Buffer.from([...new Array(depth).fill(2), 0, 14]);
    expect(decoder.decode(nested(50))).toEqual([7]);
    expect(decoder.decode(nested(100_000))).toMatchObject({ reason: 'malformed' });
    // what was left half read leaves no trace
    expect(decoder.decode(nested(50))).toEqual([7]);
  });
});

describe('parseAvroSchema', () => {
  it('resolves names in their namespaces, and types of schemas that are referred to', () => {
    const shared = { type: 'enum', name: 'shop.Color', symbols: ['RED'] };
    const record = {
      type: 'record',
      name: 'Item',
      namespace: 'shop',
      fields: [
        { name: 'color', type: 'Color' },
        { name: 'again', type: 'shop.Color' },
        { name: 'parent', type: ['null', 'Item'] },
      ],
    };
    const schema = parseAvroSchema(JSON.stringify(record), [JSON.stringify(shared)]);
    expect(schema).toMatchObject({
      kind: 'record',
      name: 'shop.Item',
      fields: [{ schema: { kind: 'enum' } }, { schema: { kind: 'enum' } }, { schema: { kind: 'union' } }],
    });
  });

  it.each([
    ['{', 'it is not JSON'],
    ['"Unknown"', 'there is no type "Unknown"'],
    ['5', '5 is no type'],
    ['{"type":"record","name":"R"}', 'record "R" has no fields'],
    ['{"type":"record","name":"R","fields":[{"type":"int"}]}', 'record "R" has a field without a name'],
    ['{"type":"fixed","name":"F","size":-1}', 'a fixed has the size -1'],
    ['{"type":"enum","name":"E"}', 'an enum has no symbols'],
    ['{"type":"bytes","logicalType":"decimal","scale":"2"}', 'a decimal has the scale "2"'],
    [`${'{"type":'.repeat(150)}"int"${'}'.repeat(150)}`, 'it is nested deeper than 100 types'],
  ])('refuses %s', (schema, why) => {
    expect(() => parseAvroSchema(schema)).toThrow(`the Avro schema cannot be used: ${why}`);
  });
});
