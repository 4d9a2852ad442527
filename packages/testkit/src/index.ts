export {
  type ExpectedStatus,
  expectedCut,
  expectedStatus,
  isComplete,
  leftEdge,
  type ReadFacts,
} from './expected-status';
export { generateRow, generateSource, generateView } from './generated-view';
export {
  floorOf,
  generateHistory,
  generateWorld,
  type World,
  type WorldEvent,
  type WorldRun,
} from './generated-world';
export { type StateKind, stateLaws } from './laws';
export {
  agrees,
  type OracleEvent,
  type OracleResult,
  type OracleValue,
  type OracleValues,
  oracleFeatures,
} from './oracle';
export { Random } from './random';
