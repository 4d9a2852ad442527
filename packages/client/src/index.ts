export { type CallOptions, type ConnectOptions, connect, type FeatureClient } from './feature-client';
export type { Degradation, ViewTimes } from './feature-response';
export type { FeatureServiceInfo, TypedName } from './feature-service-info';
export type { FeatureType } from './feature-types';
export type { FeatureReference, KeyValue, OnlineFeaturesRequest, RequestValue } from './features-request';
export type { FeatureColumn, FeatureStatus, FeatureValue, OnlineFeatures } from './online-features';
