// Original file: proto/forebay/v1/feature_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetFeatureServiceInfoRequestInput as _forebay_v1_GetFeatureServiceInfoRequestInput, GetFeatureServiceInfoRequestMessage as _forebay_v1_GetFeatureServiceInfoRequestMessage } from '../../forebay/v1/GetFeatureServiceInfoRequest';
import type { GetFeatureServiceInfoResponseInput as _forebay_v1_GetFeatureServiceInfoResponseInput, GetFeatureServiceInfoResponseMessage as _forebay_v1_GetFeatureServiceInfoResponseMessage } from '../../forebay/v1/GetFeatureServiceInfoResponse';
import type { GetOnlineFeaturesRequestInput as _forebay_v1_GetOnlineFeaturesRequestInput, GetOnlineFeaturesRequestMessage as _forebay_v1_GetOnlineFeaturesRequestMessage } from '../../forebay/v1/GetOnlineFeaturesRequest';
import type { GetOnlineFeaturesResponseInput as _forebay_v1_GetOnlineFeaturesResponseInput, GetOnlineFeaturesResponseMessage as _forebay_v1_GetOnlineFeaturesResponseMessage } from '../../forebay/v1/GetOnlineFeaturesResponse';

/**
 * Online reads of feature vectors.
 */
export interface FeatureServiceClient extends grpc.Client {
  GetFeatureServiceInfo(argument: _forebay_v1_GetFeatureServiceInfoRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_forebay_v1_GetFeatureServiceInfoResponseMessage>): grpc.ClientUnaryCall;
  GetFeatureServiceInfo(argument: _forebay_v1_GetFeatureServiceInfoRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_forebay_v1_GetFeatureServiceInfoResponseMessage>): grpc.ClientUnaryCall;
  GetFeatureServiceInfo(argument: _forebay_v1_GetFeatureServiceInfoRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_forebay_v1_GetFeatureServiceInfoResponseMessage>): grpc.ClientUnaryCall;
  GetFeatureServiceInfo(argument: _forebay_v1_GetFeatureServiceInfoRequestInput, callback: grpc.requestCallback<_forebay_v1_GetFeatureServiceInfoResponseMessage>): grpc.ClientUnaryCall;
  getFeatureServiceInfo(argument: _forebay_v1_GetFeatureServiceInfoRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_forebay_v1_GetFeatureServiceInfoResponseMessage>): grpc.ClientUnaryCall;
  getFeatureServiceInfo(argument: _forebay_v1_GetFeatureServiceInfoRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_forebay_v1_GetFeatureServiceInfoResponseMessage>): grpc.ClientUnaryCall;
  getFeatureServiceInfo(argument: _forebay_v1_GetFeatureServiceInfoRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_forebay_v1_GetFeatureServiceInfoResponseMessage>): grpc.ClientUnaryCall;
  getFeatureServiceInfo(argument: _forebay_v1_GetFeatureServiceInfoRequestInput, callback: grpc.requestCallback<_forebay_v1_GetFeatureServiceInfoResponseMessage>): grpc.ClientUnaryCall;
  
  GetOnlineFeatures(argument: _forebay_v1_GetOnlineFeaturesRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_forebay_v1_GetOnlineFeaturesResponseMessage>): grpc.ClientUnaryCall;
  GetOnlineFeatures(argument: _forebay_v1_GetOnlineFeaturesRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_forebay_v1_GetOnlineFeaturesResponseMessage>): grpc.ClientUnaryCall;
  GetOnlineFeatures(argument: _forebay_v1_GetOnlineFeaturesRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_forebay_v1_GetOnlineFeaturesResponseMessage>): grpc.ClientUnaryCall;
  GetOnlineFeatures(argument: _forebay_v1_GetOnlineFeaturesRequestInput, callback: grpc.requestCallback<_forebay_v1_GetOnlineFeaturesResponseMessage>): grpc.ClientUnaryCall;
  getOnlineFeatures(argument: _forebay_v1_GetOnlineFeaturesRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_forebay_v1_GetOnlineFeaturesResponseMessage>): grpc.ClientUnaryCall;
  getOnlineFeatures(argument: _forebay_v1_GetOnlineFeaturesRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_forebay_v1_GetOnlineFeaturesResponseMessage>): grpc.ClientUnaryCall;
  getOnlineFeatures(argument: _forebay_v1_GetOnlineFeaturesRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_forebay_v1_GetOnlineFeaturesResponseMessage>): grpc.ClientUnaryCall;
  getOnlineFeatures(argument: _forebay_v1_GetOnlineFeaturesRequestInput, callback: grpc.requestCallback<_forebay_v1_GetOnlineFeaturesResponseMessage>): grpc.ClientUnaryCall;
  
}

/**
 * Online reads of feature vectors.
 */
export interface FeatureServiceHandlers extends grpc.UntypedServiceImplementation {
  GetFeatureServiceInfo: grpc.handleUnaryCall<_forebay_v1_GetFeatureServiceInfoRequestMessage, _forebay_v1_GetFeatureServiceInfoResponseInput>;
  
  GetOnlineFeatures: grpc.handleUnaryCall<_forebay_v1_GetOnlineFeaturesRequestMessage, _forebay_v1_GetOnlineFeaturesResponseInput>;
  
}

export interface FeatureServiceDefinition extends grpc.ServiceDefinition {
  GetFeatureServiceInfo: MethodDefinition<_forebay_v1_GetFeatureServiceInfoRequestInput, _forebay_v1_GetFeatureServiceInfoResponseInput, _forebay_v1_GetFeatureServiceInfoRequestMessage, _forebay_v1_GetFeatureServiceInfoResponseMessage>
  GetOnlineFeatures: MethodDefinition<_forebay_v1_GetOnlineFeaturesRequestInput, _forebay_v1_GetOnlineFeaturesResponseInput, _forebay_v1_GetOnlineFeaturesRequestMessage, _forebay_v1_GetOnlineFeaturesResponseMessage>
}
