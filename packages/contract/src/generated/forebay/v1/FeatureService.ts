// Original file: proto/forebay/v1/feature_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ExplainFeatureRequestInput as _forebay_v1_ExplainFeatureRequestInput, ExplainFeatureRequestMessage as _forebay_v1_ExplainFeatureRequestMessage } from '../../forebay/v1/ExplainFeatureRequest';
import type { ExplainFeatureResponseInput as _forebay_v1_ExplainFeatureResponseInput, ExplainFeatureResponseMessage as _forebay_v1_ExplainFeatureResponseMessage } from '../../forebay/v1/ExplainFeatureResponse';
import type { GetFeatureServiceInfoRequestInput as _forebay_v1_GetFeatureServiceInfoRequestInput, GetFeatureServiceInfoRequestMessage as _forebay_v1_GetFeatureServiceInfoRequestMessage } from '../../forebay/v1/GetFeatureServiceInfoRequest';
import type { GetFeatureServiceInfoResponseInput as _forebay_v1_GetFeatureServiceInfoResponseInput, GetFeatureServiceInfoResponseMessage as _forebay_v1_GetFeatureServiceInfoResponseMessage } from '../../forebay/v1/GetFeatureServiceInfoResponse';
import type { GetOnlineFeaturesRequestInput as _forebay_v1_GetOnlineFeaturesRequestInput, GetOnlineFeaturesRequestMessage as _forebay_v1_GetOnlineFeaturesRequestMessage } from '../../forebay/v1/GetOnlineFeaturesRequest';
import type { GetOnlineFeaturesResponseInput as _forebay_v1_GetOnlineFeaturesResponseInput, GetOnlineFeaturesResponseMessage as _forebay_v1_GetOnlineFeaturesResponseMessage } from '../../forebay/v1/GetOnlineFeaturesResponse';
import type { LogPredictionRequestInput as _forebay_v1_LogPredictionRequestInput, LogPredictionRequestMessage as _forebay_v1_LogPredictionRequestMessage } from '../../forebay/v1/LogPredictionRequest';
import type { LogPredictionResponseInput as _forebay_v1_LogPredictionResponseInput, LogPredictionResponseMessage as _forebay_v1_LogPredictionResponseMessage } from '../../forebay/v1/LogPredictionResponse';

/**
 * Online reads of feature vectors.
 */
export interface FeatureServiceClient extends grpc.Client {
  /**
   * Why a feature has the value that it has for an entity: from which segments, up to which offsets, how fresh.
   */
  ExplainFeature(argument: _forebay_v1_ExplainFeatureRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_forebay_v1_ExplainFeatureResponseMessage>): grpc.ClientUnaryCall;
  ExplainFeature(argument: _forebay_v1_ExplainFeatureRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_forebay_v1_ExplainFeatureResponseMessage>): grpc.ClientUnaryCall;
  ExplainFeature(argument: _forebay_v1_ExplainFeatureRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_forebay_v1_ExplainFeatureResponseMessage>): grpc.ClientUnaryCall;
  ExplainFeature(argument: _forebay_v1_ExplainFeatureRequestInput, callback: grpc.requestCallback<_forebay_v1_ExplainFeatureResponseMessage>): grpc.ClientUnaryCall;
  /**
   * Why a feature has the value that it has for an entity: from which segments, up to which offsets, how fresh.
   */
  explainFeature(argument: _forebay_v1_ExplainFeatureRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_forebay_v1_ExplainFeatureResponseMessage>): grpc.ClientUnaryCall;
  explainFeature(argument: _forebay_v1_ExplainFeatureRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_forebay_v1_ExplainFeatureResponseMessage>): grpc.ClientUnaryCall;
  explainFeature(argument: _forebay_v1_ExplainFeatureRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_forebay_v1_ExplainFeatureResponseMessage>): grpc.ClientUnaryCall;
  explainFeature(argument: _forebay_v1_ExplainFeatureRequestInput, callback: grpc.requestCallback<_forebay_v1_ExplainFeatureResponseMessage>): grpc.ClientUnaryCall;
  
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
  
  /**
   * What a model made of the answer to a request, and later what became of it; joined with the log of served vectors.
   */
  LogPrediction(argument: _forebay_v1_LogPredictionRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_forebay_v1_LogPredictionResponseMessage>): grpc.ClientUnaryCall;
  LogPrediction(argument: _forebay_v1_LogPredictionRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_forebay_v1_LogPredictionResponseMessage>): grpc.ClientUnaryCall;
  LogPrediction(argument: _forebay_v1_LogPredictionRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_forebay_v1_LogPredictionResponseMessage>): grpc.ClientUnaryCall;
  LogPrediction(argument: _forebay_v1_LogPredictionRequestInput, callback: grpc.requestCallback<_forebay_v1_LogPredictionResponseMessage>): grpc.ClientUnaryCall;
  /**
   * What a model made of the answer to a request, and later what became of it; joined with the log of served vectors.
   */
  logPrediction(argument: _forebay_v1_LogPredictionRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_forebay_v1_LogPredictionResponseMessage>): grpc.ClientUnaryCall;
  logPrediction(argument: _forebay_v1_LogPredictionRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_forebay_v1_LogPredictionResponseMessage>): grpc.ClientUnaryCall;
  logPrediction(argument: _forebay_v1_LogPredictionRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_forebay_v1_LogPredictionResponseMessage>): grpc.ClientUnaryCall;
  logPrediction(argument: _forebay_v1_LogPredictionRequestInput, callback: grpc.requestCallback<_forebay_v1_LogPredictionResponseMessage>): grpc.ClientUnaryCall;
  
}

/**
 * Online reads of feature vectors.
 */
export interface FeatureServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Why a feature has the value that it has for an entity: from which segments, up to which offsets, how fresh.
   */
  ExplainFeature: grpc.handleUnaryCall<_forebay_v1_ExplainFeatureRequestMessage, _forebay_v1_ExplainFeatureResponseInput>;
  
  GetFeatureServiceInfo: grpc.handleUnaryCall<_forebay_v1_GetFeatureServiceInfoRequestMessage, _forebay_v1_GetFeatureServiceInfoResponseInput>;
  
  GetOnlineFeatures: grpc.handleUnaryCall<_forebay_v1_GetOnlineFeaturesRequestMessage, _forebay_v1_GetOnlineFeaturesResponseInput>;
  
  /**
   * What a model made of the answer to a request, and later what became of it; joined with the log of served vectors.
   */
  LogPrediction: grpc.handleUnaryCall<_forebay_v1_LogPredictionRequestMessage, _forebay_v1_LogPredictionResponseInput>;
  
}

export interface FeatureServiceDefinition extends grpc.ServiceDefinition {
  ExplainFeature: MethodDefinition<_forebay_v1_ExplainFeatureRequestInput, _forebay_v1_ExplainFeatureResponseInput, _forebay_v1_ExplainFeatureRequestMessage, _forebay_v1_ExplainFeatureResponseMessage>
  GetFeatureServiceInfo: MethodDefinition<_forebay_v1_GetFeatureServiceInfoRequestInput, _forebay_v1_GetFeatureServiceInfoResponseInput, _forebay_v1_GetFeatureServiceInfoRequestMessage, _forebay_v1_GetFeatureServiceInfoResponseMessage>
  GetOnlineFeatures: MethodDefinition<_forebay_v1_GetOnlineFeaturesRequestInput, _forebay_v1_GetOnlineFeaturesResponseInput, _forebay_v1_GetOnlineFeaturesRequestMessage, _forebay_v1_GetOnlineFeaturesResponseMessage>
  LogPrediction: MethodDefinition<_forebay_v1_LogPredictionRequestInput, _forebay_v1_LogPredictionResponseInput, _forebay_v1_LogPredictionRequestMessage, _forebay_v1_LogPredictionResponseMessage>
}
