export { EventDecoder, type RecordContents } from './event-decoder';
export type { HeadersOfRecord } from './header-fields';
export { JsonDecoder } from './json/json-decoder';
export { ParsedJsonDecoder } from './json/parsed-json';
export type { Rejection, RejectReason } from './rejection';
