export { foldColumn, resetAccumulator, writeCells } from './accumulator';
export { aggregationReference } from './aggregation-reference';
export { arraysOf, BATCH_CODEC, BATCH_HEADER_BYTES, BatchList, STARTS_AT_BEGINNING } from './batch-list';
export { BatchListWriter, type BatchRun, emptyBatchList } from './batch-list-writer';
export {
  batchBoundaries,
  edgeAt,
  parityOf,
  scheduledBoundaries,
  type Tumbling,
  tickAt,
  tumblingEndAt,
} from './boundaries';
export type { CategoryKey } from './category-keys';
export { COLUMN, type ColumnAccess } from './column-access';
export { contentCheck } from './content-check';
export { eventIdTie, FIRST_PARTITION_LOG, MAX_PARTITIONS, positionTie, tieOf } from './event-tie';
export {
  type BatchMarker,
  chooseCut,
  DEGRADED_REASONS,
  type DegradedReason,
  markerClock,
  type ReadContext,
  type ScheduledContext,
} from './exactness';
export { type AskedFeature, ExplainedFold, type ExplainedWindow } from './explained-fold';
export type { ExplainedSegment, FeatureValue } from './explained-merging';
export {
  type BatchHead,
  type ExplainedTail,
  explainHead,
  explainTail,
  unreadableParts,
} from './explained-parts';
export { type ExplainedTable, type ExplainedTableRow, explainTable } from './explained-table';
export { isFloat64, type OtherValue } from './feature-result';
export { addToRow, writeEmptyRow } from './fixed-cells';
export { type ScheduledParts, ViewFold } from './fold';
export type { StoredParts } from './fold-lists';
export { idsHeldFrom } from './ids-held-from';
export { LaneEvaluator, type LaneInputs } from './lane-inputs';
export * from './layout';
export { ItemLimit, type Readable, readableValue } from './readable';
export { RowMemory } from './row-memory';
export { settledInstant } from './settled-instant';
export { SlotAlgebra } from './slot-algebra';
export { storedExpiryMs } from './stored-expiry';
export { placeOf, type StoredPlace } from './stored-place';
export { streamColumns } from './stream-columns';
export { fencesOf } from './stream-fences';
export { type AddOutcome, StreamList } from './stream-list';
export type { PartPatch } from './stream-list-ids';
export { newPlacedWrite, type PlacedWrite, type StreamParts, type StreamWrite } from './stream-list-parts';
export { keptFrom } from './stream-list-retention';
export { INSTANT_ROW, LIFETIME_ROW } from './stream-list-rows';
export { FENCE_ENTRY_BYTES, type FenceEntry, TAIL_BYTES, TOKEN_BYTES } from './stream-tail';
export { TableHistory, type TableHistoryRow } from './table-history';
export {
  CELL_BYTES,
  type CellShape,
  cellShapeOf,
  compileTableView,
  fieldOf,
  isTableFloat64,
  type TableFeaturePlan,
  type TableLayout,
} from './table-layout';
export { newTableOutput } from './table-output';
export { TableRead } from './table-read';
export { readTableCells, TABLE_CODEC, TableValue } from './table-value';
export {
  emptyTableValue,
  encodeTableCells,
  encodeTableValue,
  rowHash,
  type TableCellValue,
  type TableSlot,
} from './table-value-writer';
export { firstTickOf, newestRunTick } from './ticks';
export { newVariableState, type VariableState } from './variable-state';
export { newViewOutput, STATUS, type ViewOutput } from './view-output';
export { scheduledStanding, type ViewStanding, viewStanding } from './view-standing';
export { edgeOf } from './view-windows';
export { WindowFeatures, windowFeatures } from './window-features';
