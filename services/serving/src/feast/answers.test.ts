import { loadFeastContract } from '@forebay/contract';
import type { MessageTypeDefinition } from '@grpc/proto-loader';
import fc from 'fast-check';
import type { AnswerColumn, FeastAnswer } from './answer-columns';
import { answerJson } from './answer-json';
import type { FeastEncoding, FeastValue } from './encodings';
import { FIELD_STATUS_NAMES } from './statuses';
import { writeFeastAnswer } from './write-answer';

interface Vector {
  readonly values: readonly Readonly<Record<string, unknown>>[];
  readonly statuses: readonly string[];
  readonly event_timestamps: readonly { readonly seconds: number; readonly nanos: number }[];
}

const message = loadFeastContract().packageDefinition[
  'feast.serving.GetOnlineFeaturesResponse'
] as unknown as MessageTypeDefinition<object, { results: Vector[]; metadata: object }>;

/** What proto-loader, which knows nothing of the writer, reads. */
const decode = (answer: FeastAnswer) => message.deserialize(writeFeastAnswer(answer));

const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
/** proto-loader gives int64 as numbers: exactness beyond 2^53 has a test of its own. */
const integer = fc.maxSafeInteger();
const text = fc.string({ unit: 'grapheme' });
const bool = fc.boolean();
const bit = fc.constantFrom(0, 1);
const floats = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0));
const mapOf = (value: fc.Arbitrary<number>) =>
  fc.dictionary(fc.string(), value).map((of) => new Map(Object.entries(of)));

const bytesOf = (of: readonly number[]) => new Uint8Array(Float32Array.from(of).buffer);

/** Of each encoding values, and what protobuf and JSON must give for them. */
const VALUES = {
  string: text,
  int32: fc.integer(),
  int64: integer,
  double,
  float: fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  bool,
  timestamp: integer,
  string_list: fc.array(text),
  int32_list: fc.array(fc.integer()),
  int64_list: fc.array(integer),
  double_list: fc.array(double),
  bool_list: fc.array(bit),
  timestamp_list: fc.array(integer),
  float_list: floats.map(bytesOf),
  int64_map: mapOf(integer),
  double_map: mapOf(double),
} satisfies Record<FeastEncoding, fc.Arbitrary<FeastValue>>;

const column = (
  name: string,
  encoding: FeastEncoding,
  values: readonly (FeastValue | null)[],
): AnswerColumn => ({
  name,
  encoding,
  values,
  statuses: new Uint8Array(values.length).fill(1),
  timesMs: new Float64Array(values.length),
});

/** The value as plain data. */
function plain(encoding: FeastEncoding, value: FeastValue): unknown {
  if (value instanceof Uint8Array) return [...new Float32Array(value.slice().buffer)];
  if (value instanceof Map) return Object.fromEntries(value);
  if (encoding === 'bool_list') return (value as readonly number[]).map(Boolean);
  return value;
}

/** What a decoded `Value` holds, as plain data. */
function held(value: Readonly<Record<string, unknown>>): unknown {
  if (value.val === undefined) return null;
  const inner = value[value.val as string];
  if (typeof inner !== 'object' || inner === null) return inner;
  const { val } = inner as { val: unknown };
  if (Array.isArray(val)) return val;
  return Object.fromEntries(Object.entries(val as object).map(([key, element]) => [key, held(element)]));
}

describe.each(Object.keys(VALUES) as FeastEncoding[])('values as %s', (encoding) => {
  const column_ = fc
    .array(fc.option(VALUES[encoding] as fc.Arbitrary<FeastValue>), { maxLength: 20 })
    .map((values) => column('a', encoding, values));

  it('are what was meant, in protobuf and in JSON', () => {
    fc.assert(
      fc.property(column_, (of) => {
        const expected = of.values.map((value) => (value === null ? null : plain(encoding, value)));
        const answer = { columns: [of], views: null, requestId: '' };
        expect(decode(answer).results[0]?.values.map(held)).toEqual(expected);
        expect(JSON.parse(answerJson(answer)).results[0].values).toEqual(expected);
      }),
    );
  });
});

describe('an answer', () => {
  const answer: FeastAnswer = {
    columns: [
      {
        ...column('driver', 'int64', [2n ** 63n - 1n, -(2n ** 63n), 0]),
        statuses: Uint8Array.of(1, 3, 4),
        timesMs: Float64Array.of(0, 1_700_000_000_123, -1),
      },
      column('fares', 'double', [1, null, 1e21]),
    ],
    views: [{ name: 'stats', version: 2 }],
    requestId: '',
  };

  it('has names, statuses and event times for every cell', () => {
    expect(decode(answer)).toMatchObject({
      metadata: {
        feature_names: { val: ['driver', 'fares'] },
        feature_view_metadata: [{ name: 'stats', version: 2 }],
      },
      results: [
        {
          statuses: ['PRESENT', 'NOT_FOUND', 'OUTSIDE_MAX_AGE'],
          event_timestamps: [
            { seconds: 0, nanos: 0 },
            { seconds: 1_700_000_000, nanos: 123_000_000 },
            { seconds: -1, nanos: 999_000_000 },
          ],
        },
        { statuses: ['PRESENT', 'PRESENT', 'PRESENT'] },
      ],
    });
    expect(answerJson(answer)).toBe(
      '{"results":[{"values":[9223372036854775807,-9223372036854775808,0],' +
        '"statuses":["PRESENT","NOT_FOUND","OUTSIDE_MAX_AGE"],' +
        '"event_timestamps":["1970-01-01T00:00:00Z","2023-11-14T22:13:20.123Z","1969-12-31T23:59:59.999Z"]},' +
        '{"values":[1.0,null,1e+21],"statuses":["PRESENT","PRESENT","PRESENT"],' +
        '"event_timestamps":["1970-01-01T00:00:00Z","1970-01-01T00:00:00Z","1970-01-01T00:00:00Z"]}],' +
        '"metadata":{"feature_names":["driver","fares"],"feature_view_metadata":[{"name":"stats","version":2}]}}',
    );
  });

  it('has the int64 that was meant in its bytes', () => {
    const bytes = writeFeastAnswer({
      columns: [column('a', 'int64', [2n ** 63n - 1n])],
      views: null,
      requestId: '',
    });
    expect(bytes.includes(Buffer.from('20ffffffffffffffff7f', 'hex'))).toBe(true);
  });

  it('may be larger than the writer was made for', () => {
    const rows = 5_000;
    const of = column('a', 'string', new Array(rows).fill('x'.repeat(50)));
    const { results } = decode({ columns: [of, of], views: null, requestId: '' });
    expect(results.map(({ values, statuses }) => [values.length, statuses.length])).toEqual([
      [rows, rows],
      [rows, rows],
    ]);
    expect(results[1]?.values.at(-1)).toMatchObject({ string_val: 'x'.repeat(50) });
  });

  it('says of numbers that are not finite what protobuf does in JSON', () => {
    const { results } = JSON.parse(
      answerJson({
        columns: [column('a', 'double', [Number.NaN, Number.NEGATIVE_INFINITY])],
        views: null,
        requestId: '',
      }),
    );
    expect(results[0].values).toEqual(['NaN', '-Infinity']);
  });
});

test('the names of statuses stand at their numbers', () => {
  const { type } = loadFeastContract().packageDefinition['feast.serving.FieldStatus'] as unknown as {
    type: { value: { name: string; number: number }[] };
  };
  expect(type.value.map(({ name }) => name)).toEqual(FIELD_STATUS_NAMES);
});
