export { EntityFold } from './fold/entity-fold';
export { type Clocks, eventPlace, rowPlace } from './fold/place';
export { type TrainingEvent, trainingValues } from './fold/training-values';
export { type ComputedRows, computeRows, makeTrainingSet } from './make-training-set';
export { readBlocks } from './native/block-reader';
export type { Block } from './native/columns';
export { featureColumns, statusColumn } from './plan/output-columns';
export type {
  RowFile,
  RowFormat,
  RowInput,
  RowTarget,
  TrainingSetRequest,
  TrainingSetResult,
} from './request';
export { ROW_FORMATS } from './request';
export type { LabelRows, RowColumn, RowField } from './rows/label-rows';
export { type RowRange, rowRangeSql } from './rows/row-range';
export { fileTarget } from './rows/row-target';
export { stageRows } from './rows/stage-rows';
export { writeTrainingFile } from './rows/write-training-file';
export {
  makeServedTrainingSet,
  type ServedTrainingSetRequest,
  type ServedTrainingSetResult,
  type StagedServedRows,
  writeServedRange,
} from './served/make-served-training-set';
export { sameValueSql } from './served/same-value-sql';
export { type ServedRows, type ServedSelection, servedRows } from './served/served-rows';
export { type ServedLogSelection, servedLayouts } from './served/served-selection';
export {
  type ServedLogVerification,
  type VerifiedServedLog,
  verifyServedLog,
} from './served/verify-served-log';
export { type CoarseTiles, makeCoarseTiles } from './sql/coarse-tiles';
export { type EntityKeys, makeEntityKeys } from './sql/entity-keys';
export { type EventStreamChoice, eventStreamSql } from './sql/event-stream-sql';
export { IN_ORDER } from './sql/joined-sql';
export { type TableStreamChoice, tableStreamSql } from './sql/table-stream-sql';
export { foldEvents } from './stream/fold-events';
export { foldTable } from './stream/fold-table';
export { newTally, type RowSink } from './stream/view-results';
export { isRowsTable, newRowsTable, WorkTables } from './work-tables';
