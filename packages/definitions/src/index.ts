export * from './aggregation-view-declaration';
export { type ApplyOptions, applyPlan } from './apply-plan';
export { expressionTypeOf, scalarTypeOf, sourceColumns } from './columns';
export { compileProject } from './compile-project';
export * from './declarations';
export {
  type DefinitionReference,
  type Dependency,
  definitionsOf,
  dependenciesOf,
  type KindedDefinition,
} from './dependencies';
export * from './distribution-declarations';
export { EntityPlaces, SHARE_PARTS } from './entity-places';
export { compileUserFunction } from './expression-functions';
export type {
  FeatureDeclaration,
  FeatureOptions,
  PlainWindowDeclaration,
  SessionDeclaration,
  SessionOptions,
  SlidingDeclaration,
  TumblingDeclaration,
  WindowDeclaration,
} from './feature-declaration';
export * from './feature-declarations';
export * from './function-declaration';
export { type Definition, definitionName } from './identity';
export {
  entitiesOf,
  entityOf,
  featuresOfService,
  findProject,
  findView,
  requestOf,
  resolveFeatureService,
  resolveProject,
  resolveView,
  sourceOf,
  tableSourceOf,
} from './lookup';
export * from './model';
export { type OnDemandEvaluator, onDemandColumns, onDemandEvaluator } from './on-demand-evaluator';
export * from './on-demand-view-declaration';
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
export * from './project-declaration';
export { decodeRegistry, encodeRegistry, entityToMessage, featureServiceToMessage } from './registry-codec';
export * from './table-view-declaration';
export * from './time-declarations';
export { typeFromMessage, typeToMessage, vectorLength } from './value-type-codec';
export { VariantSplit } from './variant-split';
export { type View, type ViewKind, viewsOf } from './view';
export type { FeatureSelection, ViewDeclaration } from './view-declaration';
export { windowText } from './windows';
export { compileYamlProject } from './yaml/compile-yaml-project';
