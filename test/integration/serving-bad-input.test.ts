/** What nobody should send: each is refused with a precise status and a message that says what to do, and nothing else happens. */
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { encodeMessage, type MessageInput } from '@forebay/contract';
import { connectRedis } from '@forebay/online-store';
import { status } from '@grpc/grpc-js';
import { useOwnRedis, waitFor } from '../support/stack';
import { framed, RawGrpc, type RawReply } from './raw-grpc';
import { type RunningService, Seeder, startService } from './serving-fixture';
import { shopRegistry } from './serving-shop';

const READ = '/forebay.v1.FeatureService/GetOnlineFeatures';
const INFO = '/forebay.v1.FeatureService/GetFeatureServiceInfo';
const MAX_REQUEST_BYTES = 64 * 1_024;
const MAX_RESPONSE_BYTES = 2_000;

type Request = MessageInput<'GetOnlineFeaturesRequest'>;

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
const habits = (rest: Request = {}): Request => ({
  project: 'shop',
  feature_service: 'habits',
  keys: [{ join_key: 'customer', integers: [7] }],
  ...rest,
});
const RIGHT = encode(habits());

/** The server is as it was: it answers on the same connection. */
async function isUnharmed(): Promise<void> {
  expect((await grpc.call(READ, framed(RIGHT))).grpcStatus).toBe(status.OK);
}

afterEach(isUnharmed);

const offer = (request: NonNullable<Request['request']>): Request => ({
  project: 'shop',
  feature_service: 'offer',
  request,
});
const integers = (count: number) => Array.from({ length: count }, (_, i) => i);

const REQUESTS: readonly (readonly [string, Request, status, RegExp, string])[] = [
  ['nothing', {}, status.INVALID_ARGUMENT, /names neither a feature service nor a list of features/, ''],
  ['an unknown project', habits({ project: 'shops' }), status.NOT_FOUND, /project "shops".*"shop"/, ''],
  [
    'an unknown feature service',
    habits({ feature_service: 'habit' }),
    status.NOT_FOUND,
    /^no feature service "habit" in project "shop" \(there are: .*habits@1/,
    '',
  ],
  [
    'an unknown version',
    habits({ feature_service: 'habits@9' }),
    status.NOT_FOUND,
    /feature service "habits@9"/,
    '',
  ],
  [
    'an unknown feature',
    { project: 'shop', features: { features: [{ view: 'everything', feature: 'purchases_1d' }] } },
    status.NOT_FOUND,
    /purchases_1d.*purchases_1h/,
    '',
  ],
  [
    'an unknown view',
    { project: 'shop', features: { features: [{ view: 'everythin', feature: 'purchases_1h' }] } },
    status.NOT_FOUND,
    /everythin.*everything/,
    '',
  ],
  [
    'a key of the wrong type',
    habits({ keys: [{ join_key: 'customer', strings: ['7', '8'] }] }),
    status.INVALID_ARGUMENT,
    /^join key "customer", row 0: the value is "7", not an int64/,
    'keys["customer"][0]',
  ],
  [
    'a missing key',
    habits({ keys: [] }),
    status.INVALID_ARGUMENT,
    /^join key "customer" is missing: habits@1 needs customer \(int64\)/,
    'keys["customer"]',
  ],
  [
    'a key too many',
    habits({
      keys: [
        { join_key: 'customer', integers: [7] },
        { join_key: 'shop', strings: ['a'] },
      ],
    }),
    status.INVALID_ARGUMENT,
    /^join key "shop" is not one of the entities': habits@1 needs customer/,
    'keys["shop"]',
  ],
  [
    'a key given twice',
    habits({
      keys: [
        { join_key: 'customer', integers: [7] },
        { join_key: 'customer', integers: [7] },
      ],
    }),
    status.INVALID_ARGUMENT,
    /given twice/,
    'keys["customer"]',
  ],
  [
    'a key with values of two types',
    habits({ keys: [{ join_key: 'customer', integers: [7], strings: ['7'] }] }),
    status.INVALID_ARGUMENT,
    /several lists: give integers only/,
    'keys["customer"]',
  ],
  [
    'a key without values',
    habits({ keys: [{ join_key: 'customer' }] }),
    status.INVALID_ARGUMENT,
    /has no rows: give one value in integers for each row/,
    'keys["customer"]',
  ],
  [
    'too many rows',
    habits({ keys: [{ join_key: 'customer', integers: integers(101) }] }),
    status.INVALID_ARGUMENT,
    /101 entity rows, and at most 100 are answered: send them in parts/,
    'keys',
  ],
  [
    'request data of the wrong type',
    offer([
      { name: 'price', strings: ['9.90'] },
      { name: 'pieces', integers: [2] },
    ]),
    status.INVALID_ARGUMENT,
    /^request field "price": the value is "9.90", given in strings, not a double/,
    'request["price"][0]',
  ],
  [
    'request data out of range',
    offer([
      { name: 'price', doubles: [9.9] },
      { name: 'pieces', integers: [2 ** 31] },
    ]),
    status.INVALID_ARGUMENT,
    /2147483648, outside int32/,
    'request["pieces"][0]',
  ],
  [
    'request data that is missing',
    offer([{ name: 'price', doubles: [9.9] }]),
    status.INVALID_ARGUMENT,
    /^request field "pieces" \(int32\) is missing/,
    'request["pieces"]',
  ],
  [
    'request data that is not known',
    offer([
      { name: 'price', doubles: [9.9] },
      { name: 'piece', integers: [2] },
    ]),
    status.INVALID_ARGUMENT,
    /"piece" is not known; did you mean "pieces"\?/,
    'request["piece"]',
  ],
  [
    'request data for other rows',
    offer([
      { name: 'price', doubles: [1, 2, 3] },
      { name: 'pieces', integers: [1, 2] },
    ]),
    status.INVALID_ARGUMENT,
    /has 2 values for 3 rows/,
    'request["pieces"]',
  ],
  [
    'a name as long as a message',
    habits({
      keys: [
        { join_key: 'customer', integers: [7] },
        { join_key: 'x'.repeat(50_000), integers: [7] },
      ],
    }),
    status.INVALID_ARGUMENT,
    /^join key "x+…$/,
    'keys["xxx',
  ],
  [
    'rows whose answer is too long for a message',
    habits({ keys: [{ join_key: 'customer', integers: integers(100) }] }),
    status.INVALID_ARGUMENT,
    /^the answer has \d+ bytes, and at most 2000 are sent: ask for fewer rows or features/,
    '',
  ],
];

test.each(REQUESTS)('%s', async (_, request, code, message, field) => {
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
  const headers = Object.fromEntries(integers(40).map((i) => [`x-header-${i}`, 'x'.repeat(4_000)]));
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
