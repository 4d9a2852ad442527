/** One event in every format, written by serializers that are not ours (../golden/make_golden.py), is one row. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordFormat, ScalarType } from '@forebay/definitions';
import { EventDecoder } from './event-decoder';
import { sourceWith } from './formats.fixture';
import type { RegisteredSchema } from './registry/schema-registry';

const GOLDEN = join(__dirname, '../golden');
const golden = JSON.parse(readFileSync(join(GOLDEN, 'records.json'), 'utf8')) as {
  readonly avro: object;
  readonly evolved_avro: object;
  readonly descriptor: string;
  readonly events: readonly Readonly<Record<'json' | 'avro' | 'evolved_avro' | 'protobuf', string>>[];
};
const proto = readFileSync(join(GOLDEN, 'payment.proto'), 'utf8');

const FIELDS: Readonly<Record<string, ScalarType | [ScalarType, string]>> = {
  id: 'string',
  at: 'timestamp',
  ok: 'bool',
  n: 'int32',
  big: 'int64',
  x: 'double',
  note: 'string',
  user: ['int64', 'user.id'],
  country: ['string', 'user.country'],
  tier: ['string', 'user.tags.tier'],
  price: ['double', 'items.0.price'],
  second: ['string', 'items.1.sku'],
  size: ['int32', 'items.0.sizes.2'],
  rebate: 'double',
  seen_at: 'timestamp',
  score: ['double', 'scores.1'],
  nowhere: ['string', 'user.unknown.part'],
};

const ROWS = [
  [
    'p-1',
    Date.UTC(2026, 0, 15, 12, 34, 56, 789),
    true,
    -7,
    9223372036854775807n,
    1.5,
    'Zürich 日本 😀',
    -42,
    'FR',
    '2',
    0.1,
    'b',
    300,
    12.25,
    1768480496000,
    0.25,
    null,
  ],
  [
    'p-2',
    -1,
    false,
    2147483647,
    -9007199254740993n,
    0,
    null,
    9007199254740993n,
    null,
    null,
    null,
    null,
    null,
    null,
    0,
    null,
    null,
  ],
  [
    '',
    Date.UTC(2026, 0, 15, 12, 34, 56),
    false,
    0,
    0,
    0,
    '',
    null,
    null,
    null,
    1e308,
    null,
    null,
    0,
    8640000000000000,
    null,
    null,
  ],
];
const NOW = Date.UTC(2026, 0, 16);

function decoderOf(format: Partial<RecordFormat>, schemas: Readonly<Record<number, RegisteredSchema>> = {}) {
  // a schema that is given must have all fields
  const entries = Object.entries(FIELDS).filter(([name]) => !(format.schema && name === 'nowhere'));
  const fields = entries.map(([name, type]) => ({ name, type: typeof type === 'string' ? type : type[0] }));
  const paths = Object.fromEntries(
    entries.flatMap(([name, type]) => (typeof type === 'string' ? [] : [[name, type[1]]])),
  );
  const lookup = { schemaOf: async (id: number) => schemas[id] ?? null };
  return new EventDecoder(sourceWith({ paths, ...format }, { fields }), lookup);
}

const hex = (text: string) => Buffer.from(text, 'hex');
const valuesOf = (format: keyof (typeof golden.events)[number]) =>
  golden.events.map((event) => hex(event[format]));
const frame = (id: number, ...rest: Buffer[]) => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(id, 1);
  return Buffer.concat([head, ...rest]);
};
const registered = (type: string, text: string, ...referenced: string[]) => ({ type, text, referenced });

async function rowsOf(decoder: EventDecoder, values: readonly Buffer[]) {
  const records = values.map((value) => ({ value }));
  await decoder.prepare(records);
  return records.map((record) => decoder.decode(record, NOW));
}

describe('one event', () => {
  it('is its row in JSON', async () => {
    const values = golden.events.map(({ json }) => Buffer.from(json));
    expect(await rowsOf(decoderOf({}), values)).toStrictEqual(ROWS);
  });

  it('is its row in Avro, by a schema that is given', async () => {
    const decoder = decoderOf({ encoding: 'avro', schema: JSON.stringify(golden.avro) });
    expect(await rowsOf(decoder, valuesOf('avro'))).toStrictEqual(ROWS.map((row) => row.slice(0, -1)));
  });

  it('is its row in Protobuf, by a schema that is given', async () => {
    const decoder = decoderOf({ encoding: 'protobuf', schema: proto, message: 'shop.Payment' });
    expect(await rowsOf(decoder, valuesOf('protobuf'))).toStrictEqual(ROWS.map((row) => row.slice(0, -1)));
  });

  it.each([
    ['as text', proto],
    ['as a descriptor', golden.descriptor],
  ])('is its row in Protobuf, by a schema of a registry %s', async (_, text) => {
    const decoder = decoderOf({ encoding: 'protobuf' }, { 7: registered('PROTOBUF', text) });
    const values = valuesOf('protobuf').map((value) => frame(7, Buffer.from([2, 2]), value));
    expect(await rowsOf(decoder, values)).toStrictEqual(ROWS);
  });

  it('is its row in Avro of a registry, however its schema evolves', async () => {
    const decoder = decoderOf(
      { encoding: 'avro' },
      {
        1: registered('AVRO', JSON.stringify(golden.avro)),
        4000000000: registered('AVRO', JSON.stringify(golden.evolved_avro)),
      },
    );
    const values = valuesOf('avro').flatMap((value, i) => [
      frame(1, value),
      frame(4_000_000_000, valuesOf('evolved_avro')[i] as Buffer),
    ]);
    const rows = await rowsOf(decoder, values);
    expect(rows.filter((_, i) => i % 2 === 0)).toStrictEqual(ROWS);
    // without what the later schema does not have; it writes a user of 0 where there is none
    const evolved = ROWS.map((row, i) => {
      const copy = [...row] as unknown[];
      copy[1] = row[1];
      for (const name of ['ok', 'note', 'rebate', 'seen_at', 'score'])
        copy[Object.keys(FIELDS).indexOf(name)] = null;
      if (i === 2) copy[Object.keys(FIELDS).indexOf('user')] = 0;
      return copy;
    });
    expect(rows.filter((_, i) => i % 2 === 1)).toStrictEqual(evolved);
  });
});
