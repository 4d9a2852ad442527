import { ForebayError } from '@forebay/contract';
import { sourceWith } from '../formats.fixture';
import { FramedDecoder } from './framed-decoder';
import type { RegisteredSchema } from './schema-registry';

const RECORD = JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'n', type: 'int' }] });
const PROTO = 'syntax = "proto3"; message A { int32 x = 1; } message B { message C { int32 n = 1; } }';
const avro = (text = RECORD): RegisteredSchema => ({ type: 'AVRO', text, referenced: [] });
const framed = (id: number, ...payload: number[]) => {
  const value = Buffer.from([0, 0, 0, 0, 0, ...payload]);
  value.writeUInt32BE(id, 1);
  return value;
};

function decoder(
  encoding: 'avro' | 'protobuf',
  schemas: Readonly<Record<number, RegisteredSchema | 'away'>>,
) {
  const asked: number[] = [];
  let nowMs = 0;
  const lookup = {
    schemaOf: async (id: number) => {
      asked.push(id);
      if (schemas[id] === 'away') throw new ForebayError('unavailable', 'away');
      return (schemas[id] as RegisteredSchema | undefined) ?? null;
    },
  };
  const source = sourceWith({ encoding }, { fields: [{ name: 'n', type: 'int32' }] });
  const made = new FramedDecoder(source, lookup, () => nowMs);
  const read = async (...values: Buffer[]) => {
    await made.load(made.missing(values));
    return values.map((value) => made.decode(value));
  };
  return { made, asked, read, pass: (ms: number) => (nowMs += ms) };
}

describe('FramedDecoder', () => {
  it('looks each schema up once, whatever values name it', async () => {
    const { read, asked } = decoder('avro', { 1: avro(), 4294967295: avro() });
    expect(await read(framed(1, 2), framed(0xffffffff, 4), framed(1, 6), framed(1, 8))).toEqual([
      [1],
      [2],
      [3],
      [4],
    ]);
    expect(await read(framed(1, 10))).toEqual([[5]]);
    expect(asked).toEqual([1, 0xffffffff]);
  });

  it('refuses values that are not framed, and asks for nothing', async () => {
    const { read, asked } = decoder('avro', {});
    const values = ['{"n":1}', '\u0001\0\0\0\u0001\u0002', '\0\0\0\0'].map((text) => Buffer.from(text));
    for (const row of await read(...values)) expect(row).toMatchObject({ reason: 'not_framed' });
    expect(asked).toEqual([]);
  });

  it('asks for an unknown schema again only after a while', async () => {
    const schemas: Record<number, RegisteredSchema> = {};
    const { read, asked, pass } = decoder('avro', schemas);
    const unknown = { reason: 'unknown_schema', message: 'the schema registry has no schema 9' };
    expect(await read(framed(9, 2), framed(9, 2))).toEqual([unknown, unknown]);
    pass(29_000);
    expect(await read(framed(9, 2))).toEqual([unknown]);
    expect(asked).toEqual([9]);
    schemas[9] = avro();
    pass(1_000);
    expect(await read(framed(9, 2))).toEqual([[1]]);
    expect(asked).toEqual([9, 9]);
  });

  it('keeps what was found when the registry goes away, and asks for the rest again', async () => {
    const schemas: Record<number, RegisteredSchema | 'away'> = { 1: avro(), 2: 'away' };
    const { made, read, asked } = decoder('avro', schemas);
    await expect(read(framed(1, 2), framed(2, 4))).rejects.toMatchObject({ reason: 'unavailable' });
    expect(made.missing([framed(1, 2), framed(2, 4)])).toEqual([2]);
    schemas[2] = avro();
    expect(await read(framed(1, 2), framed(2, 4))).toEqual([[1], [2]]);
    expect(asked).toEqual([1, 2, 2]);
  });

  it('refuses each value of a schema that cannot be used, with the reason', async () => {
    const { read } = decoder('avro', {
      1: { ...avro(), type: 'PROTOBUF' },
      2: avro('"none"'),
      3: avro(RECORD.replace('"int"', '"string"')),
    });
    expect(await read(framed(1), framed(2), framed(3))).toEqual([
      {
        reason: 'unusable_schema',
        message: "schema 1 is of type PROTOBUF, and the source's records are avro",
      },
      {
        reason: 'unusable_schema',
        message: 'schema 2: the Avro schema cannot be used: there is no type "none"',
      },
      {
        reason: 'unusable_schema',
        message: 'schema 3: field "n" is int32, and in the schema its value is a string',
      },
    ]);
  });

  it('says which schema a value does not follow', async () => {
    const { read } = decoder('avro', { 1: avro() });
    expect(await read(framed(1), framed(1, 2, 2))).toEqual([
      { reason: 'malformed', message: 'the value does not follow its schema, schema 1' },
      { reason: 'malformed', message: 'the value goes on after the end of its schema, schema 1' },
    ]);
  });

  it('takes the message that a value of Protobuf names', async () => {
    const schema = { type: 'PROTOBUF', text: PROTO, referenced: [] };
    const { read } = decoder('protobuf', { 1: schema });
    const malformed = (message: string) => ({ reason: 'malformed', message });
    expect(
      await read(
        framed(1, 4, 2, 0, 0x08, 5),
        framed(1, 0, 0x08, 5),
        framed(1, 2, 0, 0x08, 5),
        framed(1, 2, 10),
        framed(1, 4, 2),
        framed(1),
        framed(1, 4, 2, 0, 0x08),
      ),
    ).toEqual([
      [5],
      [null],
      [null],
      malformed('schema 1 has no message at 5'),
      malformed('the value does not say which message it is'),
      malformed('the value does not say which message it is'),
      malformed('the value does not follow its schema, message B.C of schema 1'),
    ]);
  });
});
