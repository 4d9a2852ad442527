// Original file: proto/forebay/v1/feature_service.proto

export const FeatureStatus = {
  FEATURE_STATUS_UNSPECIFIED: 'FEATURE_STATUS_UNSPECIFIED',
  PRESENT: 'PRESENT',
  NULL_VALUE: 'NULL_VALUE',
  NOT_FOUND: 'NOT_FOUND',
  OUTSIDE_MAX_AGE: 'OUTSIDE_MAX_AGE',
  DEGRADED: 'DEGRADED',
} as const;

export type FeatureStatusInput =
  | 'FEATURE_STATUS_UNSPECIFIED'
  | 0
  | 'PRESENT'
  | 1
  | 'NULL_VALUE'
  | 2
  | 'NOT_FOUND'
  | 3
  | 'OUTSIDE_MAX_AGE'
  | 4
  | 'DEGRADED'
  | 5

export type FeatureStatusMessage = typeof FeatureStatus[keyof typeof FeatureStatus]
