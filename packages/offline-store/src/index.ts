export { applyEventSource } from './apply-event-source';
export {
  type ArchivedPartition,
  ArchiveWriter,
  archivedBeginnings,
  archivedUpTo,
  knownFrom,
  type OffsetRange,
} from './archive';
export { ArchiveBlock, type ArchivePosition, isArchivableInstant } from './archive-block';
export { type OfflineStore, type OfflineStoreOptions, openOfflineStore, withoutCredentials } from './client';
export {
  type ArchiveFacts,
  type CutDecision,
  type CutFacts,
  decideCut,
  type TopicCoverage,
} from './coverage';
export type { KeyValueBatch } from './key-value-stream';
export { type LoadOptions, type LoadResult, loadHistory } from './load';
export { type ColumnChoice, LOAD_FORMATS, type LoadFormat } from './load-file';
export { finishedLoads, type Load, type LoadState, listLoads, loadedUntil } from './loads';
export { appendRegistry, type RegistryEntry, readNewestRegistry, readRegistryLog } from './registry-log';
export { lastRunDurations, listRuns, type Run, type RunState, recordRun } from './runs';
export { streamSegments } from './segment-stream';
export { boundariesOf, type SegmentChunk, type SegmentRun, segmentSql } from './segments-sql';
export { checkTableValues } from './table-checks';
export { readTableColumns, type TableColumns } from './table-columns';
export { type TableHistoryChoice, tableHistorySql } from './table-history-sql';
export { rowKeySql, type TableRows, type TableRowsChoice, tableRowsSql } from './table-rows-sql';
export { type SurveyedTick, surveyTable, type TableDigest, type TableSurvey } from './table-survey';
export { streamTableValues, type TableRun, tableValuesSql } from './table-values-sql';
export { archiveTableSql, createMetaTables } from './tables';
export { decideTick, scheduleWarning, type TickFacts } from './tick';
