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
export type { EnrichmentOptions } from './enrichment-declaration';
export { recordFields } from './enrichment-fields';
export { enrichmentText } from './enrichment-meaning';
export type { DegradedChoice, Enrichment } from './enrichment-model';
export { type EntityKeys, entityKeysOf, isPartOf } from './entity-keys';
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
export type { OutputOptions, SeriesOptions } from './feature-output-declaration';
export type { FeatureSeries, OutputFormat, OutputTopic } from './feature-output-model';
export * from './function-declaration';
export { type Definition, definitionName } from './identity';
export { byReadPartition, InputPartitions, type InputPlace } from './input-partitions';
export {
  type LineageDatasets,
  projectDatasets,
  retiredDatasets,
  servedLogDatasets,
  streamDatasets,
  trainingSetDatasets,
  valueDatasets,
} from './lineage-datasets';
export { LINEAGE_PRODUCER } from './lineage-facets';
export type { LineagePlaces } from './lineage-places';
export {
  entitiesOf,
  entityOf,
  featuresOfService,
  featuresOfVariant,
  findProject,
  findView,
  pairedSourceOf,
  readableSources,
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
export * from './paired-model';
export { pairedSource } from './paired-source';
export * from './pairing-declarations';
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
export type { SourceQuality, ViewQuality } from './quality-declaration';
export type { QualityCheck, QualityRule, Severity } from './quality-model';
export {
  JSON_FORMAT,
  pathSegments,
  type RecordEncoding,
  type RecordFormat,
  segmentsOfField,
} from './record-format';
export type * from './record-format-declaration';
export { recordKeyField } from './record-key';
export { decodeRegistry, encodeRegistry, entityToMessage, featureServiceToMessage } from './registry-codec';
export * from './rekeying';
export { type Retirement, retireView } from './retired-views';
export {
  byPartitionNumber,
  describePartition,
  MAX_TOPICS_PER_SOURCE,
  type NumberedPartition,
  numberedPartition,
  PARTITIONS_PER_TOPIC,
  partitionNumber,
  type SourceTopic,
  sourceOfTopic,
  topicsOf,
  topicsToMake,
} from './source-topics';
export * from './table-view-declaration';
export * from './time-declarations';
export { typeFromMessage, typeToMessage, vectorLength } from './value-type-codec';
export { VariantSplit } from './variant-split';
export { type View, type ViewKind, viewsOf } from './view';
export type { FeatureSelection, ViewDeclaration } from './view-declaration';
export { windowText } from './windows';
export { compileYamlProject } from './yaml/compile-yaml-project';
