/**
 * The ceiling: a server of grpc-js that answers from memory, without serializers and channelz. It tells its parent the port, and
 * for each number of bytes that it is sent answers `/ceiling/<bytes>` with so many.
 */
import { Server, ServerCredentials } from '@grpc/grpc-js';

const same = (bytes: Buffer) => bytes;
const server = new Server({ 'grpc.enable_channelz': 0, 'grpc.max_send_message_length': -1 });

process.on('message', (bytes: number) => {
  const answer = Buffer.alloc(bytes, 1);
  const method = (_call: unknown, callback: (error: null, bytes: Buffer) => void) => callback(null, answer);
  server.register(`/ceiling/${bytes}`, method, same, same, 'unary');
  process.send?.('registered');
});
process.on('disconnect', () => process.exit());

server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.send?.({ port });
});
