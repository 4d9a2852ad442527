/** Decoders of values that are written with one schema, compiled for a source. */
import { ForebayError } from '@forebay/contract';
import type { EventSource } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { compileAvroReader } from './avro/avro-reader';
import { parseAvroSchema } from './avro/avro-schema';
import { BinaryDecoder, type SchemaDecoder } from './binary/binary-decoder';
import type { Bytes } from './binary/binary-tokens';
import { compileProtobufReader } from './protobuf/protobuf-reader';
import { ProtobufSchema } from './protobuf/protobuf-schema';
import { readMessageIndexes } from './registry/message-indexes';
import type { RegisteredSchema } from './registry/schema-registry';
import type { Rejection } from './rejection';
import { wantedFields } from './wanted-fields';

/** Of the schema that the source gives. Throws `invalid_definition` if the source's fields cannot be read with it, or are not in it. */
export function givenSchemaDecoder(source: EventSource): SchemaDecoder {
  const { encoding, schema, message } = source.format;
  const text = schema as string;
  const wanted = wantedFields(source);
  const missing: string[] = [];
  const reader =
    encoding === 'avro'
      ? { read: compileAvroReader(parseAvroSchema(text), wanted, (path) => missing.push(path)), counts: 0 }
      : compileProtobufReader(new ProtobufSchema(text).messageNamed(message), wanted);
  if ('missing' in reader) missing.push(...reader.missing);
  if (missing.length > 0) {
    const names = missing.map((path) => `"${path}"`).join(', ');
    throw new ForebayError(
      'invalid_definition',
      `the schema has no ${names}: check the names and paths of fields`,
    );
  }
  return new BinaryDecoder(reader.read, reader.counts, source, 'which the source gives');
}

/** Of a schema in a registry; one that cannot be used refuses each of its values. */
export function registeredSchemaDecoder(
  source: EventSource,
  id: number,
  schema: RegisteredSchema,
): SchemaDecoder {
  const { encoding } = source.format;
  if (schema.type.toLowerCase() !== encoding)
    return refusing(`schema ${id} is of type ${schema.type}, and the source's records are ${encoding}`);
  try {
    return encoding === 'avro' ? avroDecoder(source, id, schema) : new MessagesDecoder(source, id, schema);
  } catch (thrown) {
    return refusing(`schema ${id}: ${ForebayError.from(thrown).message}`);
  }
}

function refusing(message: string): SchemaDecoder {
  const rejection: Rejection = { reason: 'unusable_schema', message };
  return { decode: () => rejection };
}

function avroDecoder(source: EventSource, id: number, { text, referenced }: RegisteredSchema): SchemaDecoder {
  const read = compileAvroReader(parseAvroSchema(text, referenced), wantedFields(source));
  return new BinaryDecoder(read, 0, source, `schema ${id}`);
}

/** Each value says which message of the file it is. */
class MessagesDecoder implements SchemaDecoder {
  readonly #schema: ProtobufSchema;
  readonly #decoders = new Map<string, SchemaDecoder>();

  constructor(
    private readonly source: EventSource,
    private readonly id: number,
    { text, referenced }: RegisteredSchema,
  ) {
    this.#schema = new ProtobufSchema(text, referenced);
  }

  decode(bytes: Buffer, from: number): Value[] | Rejection {
    const found = readMessageIndexes(bytes as unknown as Bytes, from);
    if (found === null) return { reason: 'malformed', message: 'the value does not say which message it is' };
    const key = found.indexes.join();
    const known = this.#decoders.get(key);
    if (known !== undefined) return known.decode(bytes, found.behind);
    const type = this.#schema.messageAt(found.indexes);
    if (type === undefined)
      return { reason: 'malformed', message: `schema ${this.id} has no message at ${key}` };
    const decoder = this.#compile(type);
    this.#decoders.set(key, decoder);
    return decoder.decode(bytes, found.behind);
  }

  #compile(type: NonNullable<ReturnType<ProtobufSchema['messageAt']>>): SchemaDecoder {
    try {
      const { read, counts } = compileProtobufReader(type, wantedFields(this.source));
      return new BinaryDecoder(
        read,
        counts,
        this.source,
        `message ${type.fullName.slice(1)} of schema ${this.id}`,
      );
    } catch (thrown) {
      return refusing(`schema ${this.id}: ${ForebayError.from(thrown).message}`);
    }
  }
}
