// Original file: proto/forebay/v1/definitions.proto

import type { Long } from '@grpc/proto-loader';

export interface RowCountInput {
  'min'?: (number | string | Long);
  'max'?: (number | string | Long);
  'has_max'?: (boolean);
}

export interface RowCountMessage {
  'min': (number);
  'max': (number);
  'has_max': (boolean);
}
