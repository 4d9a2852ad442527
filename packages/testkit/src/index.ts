export { ALL_OPERATIONS, generateFeature } from './generators/generated-features';
export { generateHistory, type WorldEvent } from './generators/generated-history';
export { FIELDS, generateRow, generateSource } from './generators/generated-rows';
export { generateView, VIEW_KINDS, type ViewKind } from './generators/generated-view';
export { generateWindows } from './generators/generated-windows';
export { generateWorld, type World, type WorldRun } from './generators/generated-world';
export { type StateKind, stateLaws } from './laws';
export {
  type ExpectedStatus,
  expectedCut,
  expectedStatus,
  isComplete,
  leftEdge,
  type ReadFacts,
  tickAt,
} from './oracle/expected-status';
export { type OracleValues, oracleFeatures } from './oracle/oracle';
export { floorOf, type OracleEvent, type Span, windowSpan } from './oracle/oracle-inputs';
export {
  agrees,
  type OracleResult,
  type OracleScalar,
  type OracleValue,
  relativeDifference,
} from './oracle/oracle-value';
export { Random } from './random';
