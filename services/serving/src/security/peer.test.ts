import { Client, credentials, Server, ServerCredentials, type ServerUnaryCall } from '@grpc/grpc-js';
import { connectionOf, HttpPeer, hostOf, type Peer } from './peer';
import { PEER } from './security.fixture';

const same = (bytes: Buffer) => bytes;
const PATH = '/test.Service/Call';

/** The connections of two calls of one client and one of another, as the handlers see them. */
async function connectionsOfThreeCalls(): Promise<(object | null)[]> {
  const seen: (object | null)[] = [];
  const server = new Server();
  const method = {
    path: PATH,
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  } as const;
  server.addService(
    { Call: method },
    {
      Call: (call: ServerUnaryCall<Buffer, Buffer>, callback: (error: null, answer: Buffer) => void) => {
        seen.push(connectionOf(call));
        callback(null, Buffer.alloc(0));
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const clients = Array.from(
    { length: 2 },
    () =>
      new Client(`127.0.0.1:${port}`, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 }),
  );
  const [first, second] = clients as [Client, Client];
  for (const client of [first, first, second]) {
    await new Promise((resolve) => {
      client.makeUnaryRequest(PATH, same, same, Buffer.alloc(0), resolve);
    });
  }
  for (const client of clients) client.close();
  server.forceShutdown();
  return seen;
}

test('calls of one connection have the same key, and those of another have another', async () => {
  const [first, again, other] = await connectionsOfThreeCalls();
  expect(first).not.toBeNull();
  expect(again).toBe(first);
  expect(other).not.toBe(first);
  expect(other).not.toBeNull();
});

test('a call without a connection that can be told has no key', () => {
  expect(connectionOf(PEER)).toBeNull();
});

test('the key of an HTTP request is its socket', () => {
  const socket = { remoteAddress: '::1', remotePort: 80 };
  const peer = new HttpPeer({ socket } as unknown as ConstructorParameters<typeof HttpPeer>[0]);
  expect(connectionOf(peer)).toBe(socket);
  expect(peer.getPeer()).toBe('::1:80');
  expect(peer.getAuthContext()).toEqual({});
});

test.each([
  ['10.0.0.7:4711', '10.0.0.7'],
  ['fe80::1:4711', 'fe80::1'],
  ['unknown', 'unknown'],
])('the host of %s is %s', (address, host) => {
  expect(hostOf({ ...PEER, getPeer: () => address } satisfies Peer)).toBe(host);
});
