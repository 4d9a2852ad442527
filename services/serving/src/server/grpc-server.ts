import { ForebayError, loadContract, loadFeastContract } from '@forebay/contract';
import { Server, type ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { protoPath as healthProtoPath } from 'grpc-health-check';
import type { FeatureVectors } from '../answer/feature-vectors';
import { getFeatureServiceInfo } from '../answer/get-feature-service-info';
import {
  type AnswerTaker,
  getOnlineFeatures,
  keptOnlineFeatures,
  type OnlineFeatures,
} from '../answer/get-online-features';
import { explainFeature } from '../explain/explain-feature';
import type { FeastGrpcService } from '../feast/grpc-service';
import { answerPushEvents } from '../push/push-call';
import type { PushEvents } from '../push/push-events';
import { refuseLongAnswer } from '../response/answer-limit';
import { ResponseBytes } from '../response/response-writer';
import type { SerializedMessage } from '../response/serialized-message';
import type { CallGate } from '../security/call-gate';
import { guarded } from '../security/guarded-streams';
import { requireRead } from '../security/requirements';
import { logPrediction } from '../served-log/log-prediction';
import type { RowSink } from '../served-log/served-log';
import type { Health } from './health';
import { refusingService } from './refusing-service';
import { completeResponseOptions } from './response-options';
import { type ServerLimits, serverOptions } from './server-options';
import { StagedAnswers } from './staged-answers';
import { useStreamTables } from './stream-table';
import type { UnaryCall, UnaryCalls } from './unary-calls';

export const FEATURE_SERVICE = 'forebay.v1.FeatureService';

export interface GrpcServerParts {
  readonly features: OnlineFeatures;
  /** null: predictions are not logged. */
  readonly predictions: RowSink | null;
  readonly calls: UnaryCalls;
  readonly push: PushEvents;
  /** Of pushes, which wait for others, and must not weigh on reads. */
  readonly pushCalls: UnaryCalls;
  readonly health: Health;
  readonly gate: CallGate;
  /** Its messages are read and written by hand. */
  readonly feast: FeastGrpcService;
}

/** The gRPC surface: features, health, reflection. Not listening yet. */
export function makeGrpcServer(limits: ServerLimits, parts: GrpcServerParts): Server {
  const server = new Server(serverOptions(limits));
  const { features, calls } = parts;
  const staged = new StagedAnswers();
  server.addService(onlineFeaturesOnBytes(), {
    GetOnlineFeatures: calls.directHandler(
      `${FEATURE_SERVICE}/GetOnlineFeatures`,
      async (request: Uint8Array, call): Promise<SerializedMessage> =>
        responseOf(await keptOnlineFeatures(features, request, call), limits.maxResponseBytes),
      (call) =>
        getOnlineFeatures(
          features,
          call.request,
          call,
          new AnsweredCall(call, staged, limits.maxResponseBytes),
        ),
    ),
    GetFeatureServiceInfo: calls.handler(
      `${FEATURE_SERVICE}/GetFeatureServiceInfo`,
      async (request: Parameters<typeof getFeatureServiceInfo>[1], { caller }) => {
        requireRead(caller, request.project, request.feature_service);
        return getFeatureServiceInfo(features.registry.current, request, caller);
      },
    ),
    ExplainFeature: calls.handler(`${FEATURE_SERVICE}/ExplainFeature`, (request: Uint8Array, call) =>
      explainFeature(features, request, call),
    ),
    LogPrediction: calls.handler(
      `${FEATURE_SERVICE}/LogPrediction`,
      async (request: Parameters<typeof logPrediction>[1], { caller }) => {
        requireRead(caller, request.project, request.feature_service === '' ? null : request.feature_service);
        return logPrediction({ ...features, predictions: parts.predictions }, request, caller);
      },
    ),
    PushEvents: parts.pushCalls.handler(
      `${FEATURE_SERVICE}/PushEvents`,
      (request: Parameters<typeof answerPushEvents>[1], call) => answerPushEvents(parts.push, request, call),
    ),
  });
  server.addService(parts.feast.definition, parts.feast.implementation);
  parts.health.addTo(server);
  const health = loadSync('health/v1/health.proto', {
    includeDirs: [healthProtoPath.replace('health/v1/health.proto', '')],
  });
  const described = {
    ...loadContract().packageDefinition,
    ...loadFeastContract().packageDefinition,
    ...health,
  };
  new ReflectionService(described).addToServer(guarded(server, parts.gate));
  return server;
}

class AnsweredCall implements AnswerTaker {
  constructor(
    private readonly call: UnaryCall<Uint8Array, SerializedMessage>,
    private readonly staged: StagedAnswers,
    private readonly maxBytes: number,
  ) {}

  get isCancelled(): boolean {
    return this.call.isCancelled;
  }

  onVectors(vectors: FeatureVectors): void {
    let response: ResponseBytes;
    try {
      response = responseOf(vectors, this.maxBytes);
    } catch (thrown) {
      this.call.fail(thrown);
      return;
    }
    this.staged.answer(this.call, response);
  }

  onError(error: ForebayError): void {
    this.call.fail(error);
  }
}

/** Throws `invalid_request` for an answer that is too long. */
function responseOf(vectors: FeatureVectors, maxBytes: number): ResponseBytes {
  const response = new ResponseBytes(vectors);
  refuseLongAnswer(response.byteLength, maxBytes);
  return response;
}

/** The service as the contract defines it, but for the messages that are read and written by hand. */
function onlineFeaturesOnBytes(): ServiceDefinition {
  const { service } = loadContract().v1.FeatureService;
  return {
    ...refusingService(service as unknown as ServiceDefinition),
    GetOnlineFeatures: {
      ...service.GetOnlineFeatures,
      requestDeserialize: (bytes: Buffer) => bytes,
      responseSerialize: (response: SerializedMessage) => response as unknown as Buffer,
    },
    // its join keys are int64, which must stay exact
    ExplainFeature: { ...service.ExplainFeature, requestDeserialize: (bytes: Buffer) => bytes },
  } as unknown as ServiceDefinition;
}

/** Resolves to the port. Throws `invalid_configuration` if the address cannot be listened on. */
export function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
  credentials: ServerCredentials,
): Promise<number> {
  const address = `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, bound) => {
      if (error === null) {
        useStreamTables(server);
        completeResponseOptions(server);
        return resolve(bound);
      }
      const remedy =
        'set FOREBAY_SERVING_HOST and FOREBAY_SERVING_PORT to a free address (port 0 takes a free port)';
      reject(
        new ForebayError(
          'invalid_configuration',
          `gRPC cannot listen on ${address}: ${error.message}; ${remedy}`,
          {
            cause: error,
          },
        ),
      );
    });
  });
}
