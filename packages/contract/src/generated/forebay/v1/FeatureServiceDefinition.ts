// Original file: proto/forebay/v1/definitions.proto

import type { FeatureReferenceInput as _forebay_v1_FeatureReferenceInput, FeatureReferenceMessage as _forebay_v1_FeatureReferenceMessage } from '../../forebay/v1/FeatureReference';
import type { MetadataInput as _forebay_v1_MetadataInput, MetadataMessage as _forebay_v1_MetadataMessage } from '../../forebay/v1/Metadata';
import type { ServiceVariantInput as _forebay_v1_ServiceVariantInput, ServiceVariantMessage as _forebay_v1_ServiceVariantMessage } from '../../forebay/v1/ServiceVariant';

export interface FeatureServiceDefinitionInput {
  'id'?: (number);
  'name'?: (string);
  'version'?: (number);
  /**
   * Of a service with variants, those of the first.
   */
  'features'?: (_forebay_v1_FeatureReferenceInput)[];
  'metadata'?: (_forebay_v1_MetadataInput | null);
  /**
   * None, or all of them: columns of the same names and types in the same order.
   */
  'variants'?: (_forebay_v1_ServiceVariantInput)[];
}

export interface FeatureServiceDefinitionMessage {
  'id': (number);
  'name': (string);
  'version': (number);
  /**
   * Of a service with variants, those of the first.
   */
  'features': (_forebay_v1_FeatureReferenceMessage)[];
  'metadata': (_forebay_v1_MetadataMessage | null);
  /**
   * None, or all of them: columns of the same names and types in the same order.
   */
  'variants': (_forebay_v1_ServiceVariantMessage)[];
}
