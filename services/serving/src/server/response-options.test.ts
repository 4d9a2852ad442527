import type { ServerHttp2Stream } from 'node:http2';
import { Client, credentials, Metadata, Server, ServerCredentials } from '@grpc/grpc-js';
import { completeResponseOptions } from './response-options';

const same = (bytes: Buffer) => bytes;

test('all answers of grpc-js have complete options after the first one, and are what they were', async () => {
  const server = new Server();
  server.register(
    '/echo',
    (call: { request: Buffer }, callback: (error: null, bytes: Buffer) => void) =>
      callback(null, call.request),
    same,
    same,
    'unary',
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  completeResponseOptions(server);
  const seen: unknown[] = [];
  for (const http2Server of (
    server as unknown as { http2Servers: Map<NodeJS.EventEmitter, unknown> }
  ).http2Servers.keys())
    http2Server.on('stream', (stream: ServerHttp2Stream) => {
      const { respond } = stream;
      stream.respond = (headers, options) => {
        seen.push({ ...options });
        respond.call(stream, headers, options);
      };
    });
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const echo = (text: string) =>
    new Promise<string>((resolve, reject) =>
      client.makeUnaryRequest('/echo', same, same, Buffer.from(text), new Metadata(), (error, answer) =>
        error === null ? resolve(String(answer)) : reject(error),
      ),
    );
  expect([await echo('one'), await echo('two'), await echo('three')]).toEqual(['one', 'two', 'three']);
  client.close();
  await new Promise((resolve) => server.tryShutdown(resolve));
  expect(seen.slice(1)).toEqual(seen.slice(1).map(() => ({ waitForTrailers: true, endStream: false })));
  expect(seen).toHaveLength(3);
});

test('a server that is built otherwise is left alone', () => {
  expect(() => completeResponseOptions({})).not.toThrow();
});
