export { ALL_OPERATIONS, DERIVED, generateFeature } from './generators/generated-features';
export { generateHistory, type WorldEvent } from './generators/generated-history';
export {
  generatePairedInputs,
  generatePairedSource,
  inputsOf,
  type PairedInputs,
  pairedHistory,
} from './generators/generated-pairs';
export { FIELDS, generateRow, generateSource, METADATA } from './generators/generated-rows';
export {
  generateTableRows,
  generateTableScene,
  TABLE_FIELDS,
  type TableScene,
} from './generators/generated-table';
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
  statusOfKnown,
  tickAt,
} from './oracle/expected-status';
export { type OracleValues, oracleFeatures } from './oracle/oracle';
export { floorOf, type OracleEvent, type Span, windowSpan } from './oracle/oracle-inputs';
export {
  chosenField,
  type LookUpFacts,
  lookedUpValue,
  lookUpDifference,
  type OracleLookUp,
  oracleLookUp,
} from './oracle/oracle-look-up';
export { type KnownEvent, type OraclePair, oraclePairs } from './oracle/oracle-pairs';
export {
  type OracleTableValues,
  oracleTable,
  type TableRow,
  type TableScalar,
  type TableValueOf,
} from './oracle/oracle-table';
export {
  agrees,
  BOUND,
  exact,
  type OracleResult,
  type OracleScalar,
  type OracleValue,
  relativeDifference,
} from './oracle/oracle-value';
export { Random } from './random';
