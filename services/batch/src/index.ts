export { type Board, type BoardOptions, openBoard } from './board/board-server';
export { type SegmentsDependencies, SegmentsRun, type SegmentsTarget } from './segments-run';
export { type TableDependencies, type TableTarget, TableViewRun } from './table-run';
export type { RunRequest, ViewRun } from './view-run';
