// Original file: proto/forebay/v1/definitions.proto

import type { FeatureReferenceInput as _forebay_v1_FeatureReferenceInput, FeatureReferenceMessage as _forebay_v1_FeatureReferenceMessage } from '../../forebay/v1/FeatureReference';
import type { MetadataInput as _forebay_v1_MetadataInput, MetadataMessage as _forebay_v1_MetadataMessage } from '../../forebay/v1/Metadata';

export interface FeatureServiceDefinitionInput {
  'id'?: (number);
  'name'?: (string);
  'version'?: (number);
  'features'?: (_forebay_v1_FeatureReferenceInput)[];
  'metadata'?: (_forebay_v1_MetadataInput | null);
}

export interface FeatureServiceDefinitionMessage {
  'id': (number);
  'name': (string);
  'version': (number);
  'features': (_forebay_v1_FeatureReferenceMessage)[];
  'metadata': (_forebay_v1_MetadataMessage | null);
}
