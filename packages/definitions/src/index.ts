export { type ApplyOptions, applyPlan } from './apply-plan';
export { expressionTypeOf, scalarTypeOf, sourceColumns } from './columns';
export { compileProject } from './compile-project';
export * from './declarations';
export * from './feature-declarations';
export { definitionName } from './identity';
export {
  entityOf,
  findProject,
  findView,
  resolveFeatureService,
  resolveProject,
  resolveView,
  sourceOf,
} from './lookup';
export * from './model';
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
export {
  decodeRegistry,
  encodeRegistry,
  entityToMessage,
  featureServiceToMessage,
  typeToMessage,
} from './registry-codec';
export { windowText } from './windows';
