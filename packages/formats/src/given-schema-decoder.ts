import type { EventSource } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import type { SchemaDecoder } from './binary/binary-decoder';
import { taken } from './binary/binary-tokens';
import type { Rejection } from './rejection';
import { givenSchemaDecoder } from './schema-decoders';
import type { ValueDecoder } from './value-decoder';

/** Values that are the bare bytes of the schema that their source gives. */
export class GivenSchemaDecoder implements ValueDecoder {
  readonly #decoder: SchemaDecoder;
  notFinite = 0;

  /** Throws `invalid_definition` if the source's fields cannot be read with the schema. */
  constructor(source: EventSource) {
    this.#decoder = givenSchemaDecoder(source);
  }

  decode(value: Buffer): Value[] | Rejection {
    taken.notFinite = 0;
    const row = this.#decoder.decode(value, 0);
    this.notFinite += taken.notFinite;
    return row;
  }
}
