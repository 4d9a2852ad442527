export {
  advanceBatchMarker,
  type BatchMarker,
  decodeBatchMarker,
  encodeBatchMarker,
  type FinishedRun,
  readBatchMarker,
  removeViewMarkers,
} from './batch-marker';
export { type BatchReceipt, chunksOfBucket, readBatchReceipt, writeBatchReceipt } from './batch-receipt';
export { BatchWriter, type BatchWriterOptions } from './batch-writer';
export { BucketReaders } from './bucket-readers';
export type { BatchWriteStats } from './bulk-value-writer';
export { allOf, type BucketGroup, byBucket } from './by-bucket';
export {
  beginRebuild,
  type CatchUp,
  type CatchUpStage,
  type CatchUpStart,
  clearValues,
  finishJoin,
  forgetCheckpoint,
  joinView,
  raiseViewMarkers,
  readViewStanding,
  startCatchUp,
  type ViewOfSource,
  type ViewStanding,
} from './catch-up';
export {
  advanceCheckpoint,
  advanceCheckpointAt,
  type Checkpoint,
  type CheckpointAdvance,
  type CheckpointMove,
  type CheckpointOutcome,
  decodeCheckpoint,
  readCheckpoint,
  readCheckpointAt,
} from './checkpoint';
export { connectRedis, type RedisConnection, type RedisOptions, type RedisRole } from './connection';
export { type EntityValueKeys, type EntityValues, type KeyValues, readEntityValues } from './entity-values';
export { inEveryBucket } from './every-bucket';
export { type EvictionWatchOptions, watchEvictions } from './eviction-watch';
export {
  latestStreamMarker,
  oldestBatchMarker,
  oldestCheckpoint,
  oldestProgress,
  oldestTableMarker,
} from './in-all-buckets';
export {
  type BatchPart,
  batchMarkerKey,
  bucketOf,
  CLUSTER_BUCKETS,
  catchUpKey,
  checkpointKey,
  entityPartKey,
  PARTS,
  type Part,
  partPrefix,
  progressKey,
  REGISTRY_KEY,
  receiptKey,
  SINGLE_NODE_BUCKETS,
  type StreamKeys,
  type StreamPartNeeds,
  scheduledPart,
  streamKeys,
  streamMarkerKey,
  tableMarkerKey,
  witnessKey,
} from './keys';
export {
  type MemberOfSource,
  readMemberStatuses,
  removeMemberStatus,
  writeMemberStatus,
} from './member-status';
export type { KeySink, MgetBatch } from './mget-batch';
export {
  DEFAULT_READ_TIMEOUT_MS,
  MAX_KEYS_PER_MGET,
  OnlineReader,
  type ReadJob,
  type SharedKeys,
} from './online-reader';
export { forgetOutputPositions, OutputPosition } from './output-position';
export { reservePace } from './pace';
export {
  advanceProgress,
  decodeProgress,
  type NumberRange,
  type PartitionProgress,
  type Progress,
  type ProgressAdvance,
  readProgress,
  smallestProgress,
} from './progress';
export { type RebuildRequest, type RebuildState, readRebuildState, requestRebuild } from './rebuild';
export { RegistryChannel, type RegistryChannelOptions } from './registry-channel';
export {
  loadRegistry,
  publishRegistry,
  type RegistryPublication,
  type StoredRegistry,
} from './registry-store';
export {
  forgetSampledEntities,
  noteSampledEntities,
  readSampledEntities,
  removeSampledEntity,
} from './sampled-entities';
export { readStoredSizes, type StoredSize, type StoredSizes } from './stored-sizes';
export { StoredValues } from './stored-values';
export { decoded, type StoredKeys, StoredView } from './stored-view';
export { loadStreamValues, type StoredStream } from './stream-loader';
export {
  decodeStreamMarker,
  encodeStreamMarker,
  raiseStreamMarker,
  readStreamMarker,
  type StreamMarker,
  startStreamMarker,
} from './stream-marker';
export {
  type CheckpointGuard,
  FLUSH_APPLIED,
  FLUSH_CONFLICT,
  type FlushWitness,
  MAX_ENTITIES_PER_FLUSH_CALL,
  type PartPatch,
  STREAM_TAIL_BYTES,
  type StreamWrite,
  StreamWriter,
} from './stream-writer';
export {
  advanceTableMarker,
  decodeTableMarker,
  encodeTableMarker,
  type FinishedTableRun,
  readTableMarker,
  type TableDigest,
  type TableMarker,
} from './table-marker';
export { TableWriter, type TableWriterOptions } from './table-writer';
export { type RemovedKeys, removeViewKeys } from './view-keys';
export { WriteTokens } from './write-tokens';
