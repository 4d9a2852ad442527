export { EntityFold } from './fold/entity-fold';
export { type Clocks, eventPlace, rowPlace } from './fold/place';
export { type TrainingEvent, trainingValues } from './fold/training-values';
export { makeTrainingSet } from './make-training-set';
export type { RowFile, RowFormat, RowInput, TrainingSetRequest, TrainingSetResult } from './request';
export { ROW_FORMATS } from './request';
