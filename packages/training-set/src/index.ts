export { EntityFold } from './entity-fold';
export { type Clocks, eventPlace, rowPlace } from './place';
export { type TrainingEvent, trainingValues } from './training-values';
