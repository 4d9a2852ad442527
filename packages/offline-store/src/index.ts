export { applyEventSource } from './apply-event-source';
export {
  type ArchivedPartition,
  ArchiveWriter,
  archivedBeginnings,
  archivedOrigins,
  archivedUpTo,
  closeEarlierEpochs,
  knownFrom,
  type OffsetRange,
} from './archive';
export { ArchiveBlock, type ArchivePosition, isArchivableInstant } from './archive-block';
export { alterArchiveSql, archiveStatements, shardingSql } from './archive-tables';
export { arrivedFrom, firstOffsetsArrived } from './archived-arrivals';
export {
  type ArchivedEvent,
  type ArchivedRange,
  archivedEvents,
  firstOffsetsSince,
} from './archived-events';
export { archivedEnds, archivedFields } from './archived-fields';
export { type ArchiveRange, archiveConditionSql } from './archived-rows-sql';
export {
  type OfflineStore,
  type OfflineStoreOptions,
  offlineError,
  openOfflineStore,
  withoutCredentials,
} from './client';
export {
  type ClickHousePlace,
  everyShardSql,
  isShardLocal,
  onCluster,
  onEveryServer,
  shardTable,
} from './cluster';
export { ARCHIVE_TIME_RANGE_MS, CLICKHOUSE_TYPES, instantText } from './column-types';
export {
  type ArchiveFacts,
  type Coverage,
  type CoverageFacts,
  type CutDecision,
  type CutFacts,
  contiguousCoverage,
  decideCut,
  pairedCoverage,
  type TopicCoverage,
} from './coverage';
export { entityKeySql, joinKeySql, keyFitsSql } from './entity-key-sql';
export { countEntities, type EntitySample, listEntities } from './entity-keys';
export {
  archivedRowsOf,
  countErasedRows,
  deleteErasedRows,
  type EntityToErase,
  type ErasedRows,
  type HeldRecords,
  heldRecordsOf,
  keyedRowsOf,
  keysNamedIn,
  servedRowsOf,
} from './entity-rows';
export {
  type ErasedCondition,
  type ErasedEntity,
  type ErasedSource,
  type Erasure,
  erasedCondition,
  erasedKeyHash,
  listExports,
  readErased,
  recordErased,
  recordErasure,
  recordExport,
} from './erased-list';
export { type EventRows, eventRowsSql } from './event-rows-sql';
export { type EventTally, tallyEvents } from './event-tally';
export {
  FEATURE_SAMPLES_COLUMNS,
  FEATURE_SAMPLES_TABLE,
  FEATURE_SERIES_VIEW,
} from './feature-samples-tables';
export { fileBytes, readRange, statFile } from './file-bytes';
export { quoteName, quoteText } from './identifiers';
export type { KeyValueBatch } from './key-value-stream';
export { type LoadOptions, type LoadResult, loadHistory } from './load';
export { type ColumnChoice, csvHeader, LOAD_FORMATS, type LoadFormat } from './load-file';
export { finishedLoads, finishedLoadsOf, type Load, type LoadState, listLoads, loadedUntil } from './loads';
export { type ArchiveInput, archiveInputs, RIGHT_LOADS_FROM } from './pair-rows-sql';
export { PARQUET_MAGIC, PARQUET_TAIL_BYTES, parquetFooterRange } from './parquet-schema';
export { type CheckedRows, checkedEventsSql, checkedTableSql } from './profiles/checked-rows-sql';
export { DRIFT_TABLE, PROFILES_TABLE, QUALITY_TABLE } from './profiles/profile-tables';
export {
  asOfLayout,
  dropAbandonedRecomputations,
  type HeldEvents,
  type Recomputation,
  recomputeValues,
} from './recomputed-values';
export { appendRegistry, type RegistryEntry, readNewestRegistry, readRegistryLog } from './registry-log';
export {
  archivedOriginals,
  countedReplays,
  type OriginalPosition,
  originalKey,
  type Replay,
  type ReplayPosition,
  recordReplays,
} from './replays';
export { refuseException, refusingException } from './result-exception';
export { RowBinaryWriter } from './row-binary-writer';
export { RowLog, type RowLoss } from './row-log';
export { countTableEntities, loadsSeenBy } from './run-recomputations';
export {
  lastRunDurations,
  listRuns,
  newestRunsOfViews,
  type Run,
  type RunState,
  recordRun,
} from './runs';
export { segmentStateSql } from './segment-state-sql';
export { streamSegments } from './segment-stream';
export {
  boundariesOf,
  type SegmentChunk,
  type SegmentRun,
  type Statement,
  segmentParameters,
  segmentSelectSql,
  segmentSql,
} from './segments-sql';
export {
  PREDICTIONS_COLUMNS,
  PREDICTIONS_TABLE,
  SERVED_LAYOUTS_COLUMNS,
  SERVED_LAYOUTS_TABLE,
  SERVED_PREDICTIONS_VIEW,
  SERVED_VALUES_VIEW,
  SERVED_VECTORS_COLUMNS,
  SERVED_VECTORS_TABLE,
} from './served-log-tables';
export {
  readServedDifferences,
  readServedVerification,
  recordServedVerification,
  SERVED_DIFFERENCES_TABLE,
  SERVED_VERIFIED_TABLE,
  type ServedDifference,
  type ServedFeatureCounts,
} from './served-verification-tables';
export {
  createStaged,
  dropAbandonedStages,
  dropStaged,
  eventsByMonth,
  isStaged,
  recordSlice,
  type StagedKey,
  type StagedRun,
  stagedKeys,
  stagedSlices,
  stageSlice,
  type TimeSlice,
} from './staged-events';
export { checkTableValues } from './table-checks';
export { ACCEPTED_TYPES, parseColumnType, scalarSql } from './table-column-types';
export { readTableColumns, type TableColumns } from './table-columns';
export { type TableHistoryChoice, tableHistorySql } from './table-history-sql';
export { rowKeySql, type TableRows, type TableRowsChoice, tableRowsSql } from './table-rows-sql';
export { type SurveyedTick, surveyTable, type TableDigest, type TableSurvey } from './table-survey';
export { streamTableValues, type TableRun, tableValuesSql } from './table-values-sql';
export {
  createMetaTables,
  createMissingMetaTables,
  FIRST_PARTITION_LOG,
  metaStatements,
  POSITION_COLUMNS,
} from './tables';
export { isoInstantSql, MILLISECONDS, TEXT_VALUES } from './text-values';
export { decideTick, scheduleWarning, type TickFacts } from './tick';
export { noticeTopic, readTopicEpoch, type TopicEpoch, topicEpochOf } from './topic-epochs';
export {
  type FoundDifference,
  readDifferences,
  readVerified,
  recordVerified,
  type VerifiedChunk,
  type VerifiedCounts,
} from './verification-tables';
export { type NamedView, type RemovedRows, removeViewRows, TABLES_OF_VIEWS } from './view-rows';
