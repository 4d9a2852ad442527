export { type Board, type BoardOptions, openBoard } from './board/board-server';
export { MaterializeHandler } from './materialize-handler';
export { ProfileHandler } from './profile/profile-handler';
export { rebuildTableValue } from './rebuild-entity/entity-batch-value';
export { type SegmentsDependencies, SegmentsRun, type SegmentsTarget } from './segments-run';
export { type TableDependencies, type TableTarget, TableViewRun } from './table-run';
export { SetDirectory } from './training-set/set-directory';
export { type TrainingSetDependencies, TrainingSetHandler } from './training-set/training-set-handler';
export type { RunRequest, ViewRun } from './view-run';
