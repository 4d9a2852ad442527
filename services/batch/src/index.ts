export { materialize, type MaterializeDependencies, type MaterializeRequest } from './materialize';
