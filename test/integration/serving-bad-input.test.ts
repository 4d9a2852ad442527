/** What nobody should send: each is refused with a precise status and a message that says what to do, and nothing else happens. */
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { encodeMessage } from '@forebay/contract';
import { connectRedis } from '@forebay/online-store';
import { status } from '@grpc/grpc-js';
import { useOwnRedis, waitFor } from '../support/stack';
import { framed, RawGrpc, type RawReply } from './raw-grpc';
import { habits, REFUSED_REQUESTS, type Request } from './serving-bad-requests';
import { type RunningService, Seeder, startService } from './serving-fixture';
import { shopRegistry } from './serving-shop';

const READ = '/forebay.v1.FeatureService/GetOnlineFeatures';
const INFO = '/forebay.v1.FeatureService/GetFeatureServiceInfo';
const MAX_REQUEST_BYTES = 64 * 1_024;
const MAX_RESPONSE_BYTES = 2_000;

let service: RunningService;
let grpc: RawGrpc;

// Before the server stops: hooks run in the order in which they stand.
afterAll(async () => {
  grpc.close();
  await service.stop();
});

const redis = useOwnRedis();

beforeAll(async () => {
  const connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
  await new Seeder(connection, shopRegistry()).apply();
  await connection.close();
  service = await startService({
    redisUrl: redis.url,
    maxRequestBytes: MAX_REQUEST_BYTES,
    maxResponseBytes: MAX_RESPONSE_BYTES,
    maxRows: 100,
  });
  grpc = new RawGrpc(service.address);
  await waitFor(async () => (await grpc.call(READ, framed(RIGHT))).grpcStatus === 0, {
    deadlineMs: 10_000,
    message: 'a right request is answered',
  });
});

const encode = (request: Request) => Buffer.from(encodeMessage('GetOnlineFeaturesRequest', request));
const RIGHT = encode(habits());

/** The server is as it was: it answers on the same connection. */
async function isUnharmed(): Promise<void> {
  expect((await grpc.call(READ, framed(RIGHT))).grpcStatus).toBe(status.OK);
}

afterEach(isUnharmed);

test.each(REFUSED_REQUESTS)('%s', async (_, request, code, message, field) => {
  const reply = await grpc.call(READ, framed(encode(request)));
  expect(reply).toMatchObject({ httpStatus: 200, grpcStatus: code });
  expect(reply.message).toMatch(message);
  const details = Buffer.from(reply.headers['grpc-status-details-bin'] ?? '', 'base64').toString('latin1');
  expect(details).toContain('google.rpc.ErrorInfo');
  expect(details.includes('google.rpc.BadRequest')).toBe(code === status.INVALID_ARGUMENT);
  expect(details).toContain(field);
  expect(reply.headers['forebay-reason']).toBe(code === status.NOT_FOUND ? 'not_found' : 'invalid_request');
});

const BYTES: readonly (readonly [string, () => Promise<RawReply>, status, RegExp])[] = [
  [
    'garbage',
    () => grpc.call(READ, framed(Buffer.from('GET / HTTP/1.1'))),
    status.INVALID_ARGUMENT,
    /malformed protobuf/,
  ],
  [
    'a message that is cut off',
    () => grpc.call(READ, framed(RIGHT.subarray(0, RIGHT.length - 1))),
    status.INVALID_ARGUMENT,
    /malformed protobuf at byte \d+/,
  ],
  [
    'a text that is not UTF-8',
    () => grpc.call(READ, framed(Buffer.from([0x0a, 2, 0xc3, 0x28]))),
    status.INVALID_ARGUMENT,
    /a string is not UTF-8/,
  ],
  [
    'garbage for another method',
    () => grpc.call(INFO, framed(Buffer.from([0x0a, 200]))),
    status.INVALID_ARGUMENT,
    /GetFeatureServiceInfo.*the request is not its message/,
  ],
  [
    'an oversized message',
    () => grpc.call(READ, framed(Buffer.alloc(MAX_REQUEST_BYTES + 1))),
    status.RESOURCE_EXHAUSTED,
    /larger than max \(65537 vs\.? 65536\)/,
  ],
  [
    'a length that is a lie',
    () => grpc.call(READ, framed(RIGHT, { length: 2 ** 32 - 1 })),
    status.RESOURCE_EXHAUSTED,
    /larger than max/,
  ],
  ['no message', () => grpc.call(READ, Buffer.alloc(0)), status.UNIMPLEMENTED, /./],
  [
    'a message whose end never comes',
    () => grpc.call(READ, framed(RIGHT).subarray(0, 9)),
    status.UNIMPLEMENTED,
    /./,
  ],
  [
    'a small message that is large when it is unpacked',
    () =>
      grpc.call(READ, framed(gzipSync(Buffer.alloc(10_000_000)), { compressed: 1 }), {
        'grpc-encoding': 'gzip',
      }),
    status.RESOURCE_EXHAUSTED,
    /decompresses to a size larger than 65536/,
  ],
  [
    'what is no gzip',
    () => grpc.call(READ, framed(RIGHT, { compressed: 1 }), { 'grpc-encoding': 'gzip' }),
    status.INTERNAL,
    /decompress/,
  ],
  [
    'an encoding that is not known',
    () => grpc.call(READ, framed(RIGHT, { compressed: 1 }), { 'grpc-encoding': 'zstd' }),
    status.UNIMPLEMENTED,
    /zstd/,
  ],
  [
    'an unknown method',
    () => grpc.call('/forebay.v1.FeatureService/Get', framed(RIGHT)),
    status.UNIMPLEMENTED,
    /Get/,
  ],
  [
    'a deadline that is none',
    () => grpc.call(READ, framed(RIGHT), { 'grpc-timeout': 'soon' }),
    status.INTERNAL,
    /grpc-timeout value "soon"/,
  ],
  [
    'a deadline that has passed',
    () => grpc.call(READ, framed(RIGHT), { 'grpc-timeout': '0m' }),
    status.DEADLINE_EXCEEDED,
    /./,
  ],
];

test.each(BYTES)('%s', async (_, call, code, message) => {
  const reply = await call();
  expect(reply).toMatchObject({ httpStatus: 200, grpcStatus: code });
  expect(reply.message).toMatch(message);
});

test('a message that was compressed is read', async () => {
  const reply = await grpc.call(READ, framed(gzipSync(RIGHT), { compressed: 1 }), {
    'grpc-encoding': 'gzip',
  });
  expect(reply.grpcStatus).toBe(status.OK);
});

test('another content type is refused as HTTP refuses it', async () => {
  expect(await grpc.call(READ, framed(RIGHT), { 'content-type': 'application/json' })).toMatchObject({
    httpStatus: 415,
  });
});

test('headers beyond every measure end their stream, and no other', async () => {
  const headers = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`x-header-${i}`, 'x'.repeat(4_000)]),
  );
  const reply = await grpc.call(READ, framed(RIGHT), headers);
  expect(reply.grpcStatus).not.toBe(status.OK);
  grpc.close();
  grpc = new RawGrpc(service.address);
});

test('bytes that are no HTTP/2 end their connection, and no other', async () => {
  const [host, port] = service.address.split(':') as [string, string];
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), host, () => socket.write(Buffer.alloc(10_000, 'SSH-2.0 ')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.resume();
  });
});
