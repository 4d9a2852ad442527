// Original file: proto/forebay/v1/jobs_verify.proto

import type { Long } from '@grpc/proto-loader';

export interface ServedFeatureInput {
  /**
   * name@version
   */
  'view'?: (string);
  'feature'?: (string);
  'compared'?: (number | string | Long);
  'different'?: (number | string | Long);
  /**
   * They differ, and an event became known around the instant of the row.
   */
  'in_flight'?: (number | string | Long);
  /**
   * They differ, and an event of the entity came later than its source allows.
   */
  'late'?: (number | string | Long);
  'degraded'?: (number | string | Long);
}

export interface ServedFeatureMessage {
  /**
   * name@version
   */
  'view': (string);
  'feature': (string);
  'compared': (number);
  'different': (number);
  /**
   * They differ, and an event became known around the instant of the row.
   */
  'in_flight': (number);
  /**
   * They differ, and an event of the entity came later than its source allows.
   */
  'late': (number);
  'degraded': (number);
}
