// Original file: proto/forebay/v1/feature_service.proto

import type { FeatureServiceDefinitionInput as _forebay_v1_FeatureServiceDefinitionInput, FeatureServiceDefinitionMessage as _forebay_v1_FeatureServiceDefinitionMessage } from '../../forebay/v1/FeatureServiceDefinition';
import type { LayoutInput as _forebay_v1_LayoutInput, LayoutMessage as _forebay_v1_LayoutMessage } from '../../forebay/v1/Layout';
import type { EntityInput as _forebay_v1_EntityInput, EntityMessage as _forebay_v1_EntityMessage } from '../../forebay/v1/Entity';
import type { RequestFieldInput as _forebay_v1_RequestFieldInput, RequestFieldMessage as _forebay_v1_RequestFieldMessage } from '../../forebay/v1/RequestField';
import type { Long } from '@grpc/proto-loader';

export interface GetFeatureServiceInfoResponseInput {
  'definition'?: (_forebay_v1_FeatureServiceDefinitionInput | null);
  'layout'?: (_forebay_v1_LayoutInput | null);
  'entities'?: (_forebay_v1_EntityInput)[];
  'registry_version'?: (number | string | Long);
  /**
   * Those that are not join keys.
   */
  'request'?: (_forebay_v1_RequestFieldInput)[];
}

export interface GetFeatureServiceInfoResponseMessage {
  'definition': (_forebay_v1_FeatureServiceDefinitionMessage | null);
  'layout': (_forebay_v1_LayoutMessage | null);
  'entities': (_forebay_v1_EntityMessage)[];
  'registry_version': (number);
  /**
   * Those that are not join keys.
   */
  'request': (_forebay_v1_RequestFieldMessage)[];
}
