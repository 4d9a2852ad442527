export { type Contract, type ForebayV1, loadContract } from './contract';
export * from './entity-key';
export * from './errors';
export type { FeatureServiceClient, FeatureServiceHandlers } from './generated/forebay/v1/FeatureService';
export * from './message-codec';
export * from './protobuf-reader';
export * from './time';
export * from './xxhash64';
