/** A gRPC server in Node that answers every call with the same bytes. Argument: how many. Tells its parent the port. */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { GET_ONLINE_FEATURES } from './raw-client';

const answer = Buffer.alloc(Number(process.argv[2]), 1);
const server = new Server();
const same = (bytes: Buffer) => bytes;
const method = {
  path: GET_ONLINE_FEATURES,
  requestStream: false,
  responseStream: false,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
} as const;
server.addService(
  { getOnlineFeatures: method },
  {
    getOnlineFeatures: (_call: unknown, callback: (error: null, bytes: Buffer) => void) =>
      callback(null, answer),
  },
);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.send?.({ port });
});
