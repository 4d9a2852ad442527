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
export {
  advanceCheckpoint,
  type Checkpoint,
  type CheckpointAdvance,
  type CheckpointMove,
  type CheckpointOutcome,
  decodeCheckpoint,
  readCheckpoint,
} from './checkpoint';
export { connectRedis, type RedisConnection, type RedisOptions, type RedisRole } from './connection';
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
} from './keys';
export type { KeySink, MgetBatch } from './mget-batch';
export {
  DEFAULT_READ_TIMEOUT_MS,
  MAX_KEYS_PER_MGET,
  OnlineReader,
  type ReadJob,
  type SharedKeys,
} from './online-reader';
export {
  advanceProgress,
  decodeProgress,
  type PartitionProgress,
  type Progress,
  type ProgressAdvance,
  readProgress,
  smallestProgress,
} from './progress';
export { RegistryChannel, type RegistryChannelOptions } from './registry-channel';
export {
  loadRegistry,
  publishRegistry,
  type RegistryPublication,
  type StoredRegistry,
} from './registry-store';
export { StoredValues } from './stored-values';
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
