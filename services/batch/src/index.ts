export { type MaterializeDependencies, type MaterializeRequest, materialize } from './materialize';
export {
  type MaterializeTableDependencies,
  type MaterializeTableRequest,
  materializeTable,
} from './materialize-table';
