export { type MaterializeDependencies, type MaterializeRequest, materialize } from './materialize';
