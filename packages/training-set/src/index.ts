export { EntityFold } from './entity-fold';
export { type Clocks, eventPlace, rowPlace } from './place';
export type { RowFile, RowFormat, RowInput, TrainingSetRequest, TrainingSetResult } from './request';
export { ROW_FORMATS } from './request';
export { type TrainingEvent, trainingValues } from './training-values';
