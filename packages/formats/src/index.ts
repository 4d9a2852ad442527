export { EventDecoder, type RecordContents } from './event-decoder';
export type { HeadersOfRecord } from './header-fields';
export { JsonDecoder } from './json/json-decoder';
export { ParsedJsonDecoder } from './json/parsed-json';
export type { SchemaLookup } from './registry/framed-decoder';
export { openSchemaRegistry, type SchemaRegistryConfiguration } from './registry/open-schema-registry';
export {
  type RegisteredSchema,
  SchemaRegistry,
  type SchemaRegistryOptions,
} from './registry/schema-registry';
export type { Rejection, RejectReason } from './rejection';
export { givenSchemaDecoder } from './schema-decoders';
