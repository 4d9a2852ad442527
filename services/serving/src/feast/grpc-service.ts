import { loadFeastContract } from '@forebay/contract';
import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { refuseLongAnswer } from '../response/answer-limit';
import { refusingService } from '../server/refusing-service';
import type { UnaryCalls } from '../server/unary-calls';
import { type FeastFeatures, getFeastFeatures } from './feast-features';
import { PROJECT_HEADER, REQUEST_ID_HEADER } from './feast-project';
import { readFeastRequest } from './read-request';
import { writeFeastAnswer } from './write-answer';

export const FEAST_SERVICE = 'feast.serving.ServingService';

/** What GetFeastServingInfo answers: who serves, and which of Feast's releases the contract was compared with. */
const SERVING_INFO = { version: 'forebay (feast 0.67.0)' };

export interface FeastGrpcService {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

/** `feast.serving.ServingService`, whose messages are read and written by hand. */
export function feastGrpcService(
  feast: FeastFeatures,
  calls: UnaryCalls,
  { maxResponseBytes }: { readonly maxResponseBytes: number },
): FeastGrpcService {
  const service = refusingService(loadFeastContract().servingService);
  const definition = {
    ...service,
    GetOnlineFeatures: {
      ...service.GetOnlineFeatures,
      requestDeserialize: (bytes: Buffer) => bytes,
      responseSerialize: (bytes: Buffer) => bytes,
    },
  } as unknown as ServiceDefinition;
  return {
    definition,
    implementation: {
      GetFeastServingInfo: calls.handler(`${FEAST_SERVICE}/GetFeastServingInfo`, async () => SERVING_INFO),
      GetOnlineFeatures: calls.handler(
        `${FEAST_SERVICE}/GetOnlineFeatures`,
        async (bytes: Uint8Array, { caller, timeoutMs, metadata }): Promise<Buffer> => {
          const [project] = metadata.get(PROJECT_HEADER);
          const [requestId = ''] = metadata.get(REQUEST_ID_HEADER);
          const namedProject = project === undefined ? null : String(project);
          const call = { caller, namedProject, requestId: String(requestId), timeoutMs };
          const answer = writeFeastAnswer(await getFeastFeatures(feast, readFeastRequest(bytes), call));
          refuseLongAnswer(answer.length, maxResponseBytes);
          return answer;
        },
      ),
    },
  };
}
