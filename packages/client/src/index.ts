export { FeatureCallError } from './call-error';
export type { BatchingOptions, ConnectOptions, TlsOptions } from './connect-options';
export type {
  ExplainedClocks,
  ExplainedExpression,
  ExplainedFeature,
  ExplainedSegment,
  ExplainedSegments,
  ExplainedTable,
  FeatureExplanation,
  Json,
  StoredKey,
} from './explanation';
export { type CallOptions, connect, type FeatureClient } from './feature-client';
export type { Degradation, ViewTimes } from './feature-response';
export type { FeatureServiceInfo, TypedName } from './feature-service-info';
export type { FeatureType } from './feature-types';
export type {
  ExplainRequest,
  FeatureReference,
  KeyValue,
  OnlineFeaturesRequest,
  RequestValue,
} from './features-request';
export type { FeatureColumn, FeatureStatus, FeatureValue, OnlineFeatures } from './online-features';
export type { LoggedPredictions, PredictedValue, Prediction, PredictionsRequest } from './predictions';
export type { FieldViolation } from './status-details';
export type { RowOf, ServiceSchema, TypedAnswer, TypedRequest, TypedService, ValueOf } from './typed-service';
