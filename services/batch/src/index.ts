export { type SegmentsDependencies, SegmentsRun, type SegmentsTarget } from './segments-run';
export { type TableDependencies, type TableTarget, TableViewRun } from './table-run';
export type { RunRequest, ViewRun } from './view-run';
