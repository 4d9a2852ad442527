// Original file: proto/forebay/v1/definitions.proto

import type { OnDemandInputInput as _forebay_v1_OnDemandInputInput, OnDemandInputMessage as _forebay_v1_OnDemandInputMessage } from '../../forebay/v1/OnDemandInput';
import type { FieldInput as _forebay_v1_FieldInput, FieldMessage as _forebay_v1_FieldMessage } from '../../forebay/v1/Field';
import type { OnDemandFeatureInput as _forebay_v1_OnDemandFeatureInput, OnDemandFeatureMessage as _forebay_v1_OnDemandFeatureMessage } from '../../forebay/v1/OnDemandFeature';
import type { MetadataInput as _forebay_v1_MetadataInput, MetadataMessage as _forebay_v1_MetadataMessage } from '../../forebay/v1/Metadata';

/**
 * Features that are computed from other features and from data of the request.
 */
export interface OnDemandViewInput {
  'id'?: (number);
  'name'?: (string);
  'version'?: (number);
  'inputs'?: (_forebay_v1_OnDemandInputInput)[];
  'request'?: (_forebay_v1_FieldInput)[];
  'features'?: (_forebay_v1_OnDemandFeatureInput)[];
  'metadata'?: (_forebay_v1_MetadataInput | null);
  'fingerprint'?: (string);
}

/**
 * Features that are computed from other features and from data of the request.
 */
export interface OnDemandViewMessage {
  'id': (number);
  'name': (string);
  'version': (number);
  'inputs': (_forebay_v1_OnDemandInputMessage)[];
  'request': (_forebay_v1_FieldMessage)[];
  'features': (_forebay_v1_OnDemandFeatureMessage)[];
  'metadata': (_forebay_v1_MetadataMessage | null);
  'fingerprint': (string);
}
