/** Continuous load on serving, one connection for each reader. */
import { encodeMessage, type MessageInput } from '@forebay/contract';
import { type ChannelOptions, Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import type { Service } from './service';

const PATH = '/forebay.v1.FeatureService/GetOnlineFeatures';
const DEADLINE_MS = 5_000;
/** Of the project of flights. */
const REQUEST = featuresRequest({
  project: 'flights',
  feature_service: 'delays',
  keys: [{ join_key: 'airport', strings: ['ORD'] }],
});

export function featuresRequest(request: MessageInput<'GetOnlineFeaturesRequest'>): Buffer {
  return Buffer.from(encodeMessage('GetOnlineFeaturesRequest', request));
}

/** A client with connections that no other has. */
export function ownClient(target: string, options: ChannelOptions = {}): Client {
  return new Client(target, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
    ...options,
  });
}

/** A call whose client goes before the answer. */
export function cancelledCall(client: Client, afterMs: number): Promise<status> {
  return new Promise((resolve) => {
    const call = client.makeUnaryRequest(
      PATH,
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      REQUEST,
      (error: ServiceError | null) => resolve(error === null ? status.OK : error.code),
    );
    setTimeout(() => call.cancel(), afterMs);
  });
}

/** The status of one call, OK included; bytes in, bytes out. */
export function callStatusOf(client: Client, timeoutMs = DEADLINE_MS, request = REQUEST): Promise<status> {
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      PATH,
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      request,
      { deadline: Date.now() + timeoutMs },
      (error: ServiceError | null) => resolve(error === null ? status.OK : error.code),
    );
  });
}

/** Of a client with several addresses: they are called in turns. */
export const ROUND_ROBIN = {
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
} as const satisfies ChannelOptions;

/** Whether the server has answered a call, since it was started. */
export async function hasAnswered(service: Service): Promise<boolean> {
  return /rpc_server_call_duration_seconds_count\{.*GetOnlineFeatures.*\} \d/.test(await service.metrics());
}

export interface Load {
  /** Calls that were answered. */
  readonly answered: number;
  /** Failed calls by the number of their client. */
  readonly failures: ReadonlyMap<number, readonly status[]>;
  /** Ends it; resolves when the last calls have ended. */
  stop(): Promise<void>;
}

/** Every client has `inFlight` calls under way until the load is stopped. */
export function load(clients: readonly Client[], inFlight = 1, request = REQUEST): Load {
  const failures = new Map<number, status[]>();
  let answered = 0;
  let stopping = false;
  const read = async (client: Client, number: number) => {
    while (!stopping) {
      const outcome = await callStatusOf(client, DEADLINE_MS, request);
      if (outcome === status.OK) answered++;
      else failures.set(number, [...(failures.get(number) ?? []), outcome]);
    }
  };
  const readers = clients.flatMap((client, number) =>
    Array.from({ length: inFlight }, () => read(client, number)),
  );
  return {
    get answered() {
      return answered;
    },
    failures,
    async stop() {
      stopping = true;
      await Promise.all(readers);
    },
  };
}
