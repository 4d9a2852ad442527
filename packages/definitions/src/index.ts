export { type ApplyOptions, applyPlan } from './apply-plan';
export { expressionTypeOf, scalarTypeOf, sourceColumns } from './columns';
export { compileProject } from './compile-project';
export * from './declarations';
export { compileUserFunction } from './expression-functions';
export * from './feature-declarations';
export { type Definition, definitionName } from './identity';
export {
  entitiesOf,
  entityOf,
  findAggregationView,
  findOnDemandView,
  findProject,
  findTableView,
  findView,
  inputViewsOf,
  resolveFeatureService,
  resolveProject,
  resolveView,
  sourceOf,
  tableSourceOf,
} from './lookup';
export * from './model';
export { type OnDemandEvaluator, onDemandColumns, onDemandEvaluator } from './on-demand-evaluator';
export * from './operations';
export {
  assertApplicable,
  type Change,
  type DefinitionKind,
  hasChanges,
  type Plan,
  type PlannedWork,
} from './plan';
export { planChanges } from './plan-changes';
export { decodeRegistry, encodeRegistry, entityToMessage, featureServiceToMessage } from './registry-codec';
export { typeToMessage, vectorLength } from './value-type-codec';
export { type View, type ViewKind, viewsOf } from './view';
export { windowText } from './windows';
