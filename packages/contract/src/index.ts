// By name: of `export *` CommonJS makes getters that all share one function, and the constants and functions here are
// used in the innermost loops.
export {
  type Contract,
  type FeastContract,
  type ForebayV1,
  loadContract,
  loadFeastContract,
} from './contract';
export {
  checkEntityKeyLength,
  decodeEntityKey,
  encodeEntityKey,
  encodeJoinKey,
  type JoinKeyType,
  type JoinKeyValue,
  joinKeyMismatch,
  MAX_ENTITY_KEY_BYTES,
} from './entity-key';
export { type ErrorOptions, ForebayError, REASONS, type Reason } from './errors';
export type { FeatureServiceClient, FeatureServiceHandlers } from './generated/forebay/v1/FeatureService';
export {
  decodeMessage,
  encodeMessage,
  type Message,
  type MessageInput,
  type MessageName,
  messageFromJson,
} from './message-codec';
export { ProtobufReader } from './protobuf-reader';
export {
  ceilTo,
  DAY_MS,
  floorTo,
  formatDuration,
  formatInstant,
  HOUR_MS,
  isInstant,
  MINUTE_MS,
  parseDuration,
  SECOND_MS,
} from './time';
export { type Hash64, xxHash64, xxHash64Into } from './xxhash64';
