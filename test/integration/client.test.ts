/** The client against serving processes: servers that go away and come back, several of them, TLS, tokens, merged calls. */
import {
  type ConnectOptions,
  connect,
  FeatureCallError,
  type FeatureClient,
  type OnlineFeaturesRequest,
} from '@forebay/client';
import { MINUTE_MS, SECOND_MS } from '@forebay/contract';
import { connectRedis, type RedisConnection } from '@forebay/online-store';
import { newAccessToken, requireGrant, tokenHash } from '@forebay/service-kit';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { makeCertificate } from '../support/certificates';
import { Service } from '../support/service';
import { useOwnRedis, waitFor } from '../support/stack';
import { accessFileText, SecretFiles } from './secured-serving';
import { Seeder } from './serving-fixture';
import { flightsRegistry } from './serving-project';

let connection: RedisConnection;

// Before the server stops: hooks run in the order in which they stand.
afterAll(() => connection.close());

const redis = useOwnRedis();
const services: Service[] = [];
const clients: FeatureClient[] = [];
beforeAll(async () => {
  connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
  const seeder = new Seeder(connection, flightsRegistry());
  await seeder.apply();
  const now = Date.now();
  for (const [airport, flights] of [
    ['ORD', 1],
    ['ATL', 2],
  ] as const) {
    const events = Array.from({ length: flights }, (_, i) => ({
      airport,
      destination: 'LAX',
      at: now - MINUTE_MS - i,
      delay: 10,
      meters: 5,
    }));
    await seeder.stream('departures', airport, events, now);
  }
  await seeder.streamRuns('departures', now + 60 * MINUTE_MS);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const service of services.splice(0)) await service.kill9();
});

async function start(environment: Record<string, string> = {}): Promise<Service> {
  const service = await Service.start('serving', { FOREBAY_REDIS_URL: redis.url, ...environment });
  services.push(service);
  return service;
}

function client(options: ConnectOptions): FeatureClient {
  const made = connect(options);
  clients.push(made);
  return made;
}

const addressOf = (service: Service) => `127.0.0.1:${service.ports.grpc}`;

const delays = (...airports: string[]): OnlineFeaturesRequest => ({
  project: 'flights',
  featureService: 'delays@1',
  keys: { airport: airports },
});

/** Calls of GetOnlineFeatures that the service has answered. */
async function answered(service: Service): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${service.ports.metrics}/metrics`)).text();
  const counts = metrics.matchAll(
    /^rpc_server_call_duration\w*_count\{[^}]*GetOnlineFeatures[^}]*\} (\d+)/gm,
  );
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

describe('a server that goes away', () => {
  test('and comes back answers the call that was tried meanwhile', async () => {
    const first = await start();
    const port = String(first.ports.grpc);
    const patient = client({ address: addressOf(first), attempts: 100, deadlineMs: 60_000 });
    expect((await patient.getOnlineFeatures(delays('ORD'))).rows[0]?.flights_1h).toBe(1);
    await first.kill9();
    const call = patient.getOnlineFeatures(delays('ATL'));
    await start({ FOREBAY_SERVING_PORT: port });
    expect((await call).rows[0]?.flights_1h).toBe(2);
  });

  test('is given up within the deadline, and the error says how often and where it was tried', async () => {
    const nobody = client({ address: '127.0.0.1:1', attempts: 1_000, deadlineMs: 400 });
    const startedMs = Date.now();
    const error = await nobody.getOnlineFeatures(delays('ORD')).catch((thrown) => thrown);
    expect(Date.now() - startedMs).toBeLessThan(3_000);
    expect(error).toBeInstanceOf(FeatureCallError);
    // the deadline may pass while nothing is tried, or during the last try
    expect(['unavailable', 'deadline_exceeded']).toContain(error.reason);
    expect(error.address).toBe('127.0.0.1:1');
    expect(error.attempts).toBeGreaterThan(1);
    expect(error.message).toMatch(/^calling 127\.0\.0\.1:1: .*\(tried \d+ times\)$/);
  });
});

test('calls take turns over several servers, and go past one that is away', async () => {
  const [one, two] = [await start(), await start()];
  const both = client({ address: [addressOf(one), addressOf(two)] });
  for (let i = 0; i < 20; i++) await both.getOnlineFeatures(delays('ORD'));
  expect([await answered(one), await answered(two)]).toEqual([10, 10]);
  await one.kill9();
  for (let i = 0; i < 10; i++) await both.getOnlineFeatures(delays('ORD'));
  expect(await answered(two)).toBe(20);
});

test('calls of one turn are answered by one, and a mistake in one of them is its own', async () => {
  const service = await start();
  const merging = client({ address: addressOf(service), batching: { maxRows: 8 } });
  const flights = async (...airports: string[]) =>
    (await merging.getOnlineFeatures(delays(...airports))).rows.map(({ flights_1h }) => flights_1h);
  expect(await Promise.all([flights('ORD'), flights('ATL', 'ORD'), flights('QQQ'), flights('ATL')])).toEqual([
    [1],
    [2, 1],
    [0],
    [2],
  ]);
  expect(await answered(service)).toBe(1);
  const mixed = await Promise.allSettled([
    flights('ATL'),
    merging.getOnlineFeatures({ ...delays(), keys: { airport: [7] } } as OnlineFeaturesRequest),
    flights('ORD'),
  ]);
  expect(mixed).toEqual([
    { status: 'fulfilled', value: [2] },
    { status: 'rejected', reason: expect.objectContaining({ reason: 'invalid_request' }) },
    { status: 'fulfilled', value: [1] },
  ]);
  const before = await answered(service);
  await Promise.all(Array.from({ length: 9 }, () => flights('ORD')));
  expect((await answered(service)) - before).toBe(2); // eight rows, and one
});

test('closing waits for calls in flight, and takes no more', async () => {
  const service = await start();
  const closing = client({ address: addressOf(service) });
  const calls = Array.from({ length: 20 }, () => closing.getOnlineFeatures(delays('ORD')));
  const closed = closing.close();
  expect((await Promise.all(calls)).every(({ rowCount }) => rowCount === 1)).toBe(true);
  await closed;
  await expect(closing.getOnlineFeatures(delays('ORD'))).rejects.toMatchObject({
    reason: 'failed_precondition',
  });
});

test('what the server says of a mistake is in the error', async () => {
  const service = await start();
  const error = await client({ address: addressOf(service) })
    .getOnlineFeatures({ project: 'flights', featureService: 'delays', keys: {} })
    .catch((thrown) => thrown);
  expect(error).toBeInstanceOf(FeatureCallError);
  expect(error).toMatchObject({ reason: 'invalid_request', attempts: 1, retryAfterMs: undefined });
  expect(error.violations).toEqual([{ field: expect.any(String), description: error.message }]);
});

test('messages that are too long are refused, and say what to do', async () => {
  const service = await start();
  const many = delays(...new Array<string>(500).fill('ORD'));
  const short = client({ address: addressOf(service), maxRequestBytes: 100 });
  await expect(short.getOnlineFeatures(many)).rejects.toThrow(
    /^the request has \d+ bytes, more than maxRequestBytes \(100\)/,
  );
  const small = client({ address: addressOf(service), maxResponseBytes: 1_000 });
  const error = await small.getOnlineFeatures(many).catch((thrown) => thrown);
  expect(`${error.reason}: ${error.message}`).toMatch(/^invalid_request: .* longer than maxResponseBytes/);
});

test('a service with types gives rows of them, and refuses one that is another', async () => {
  const service = await start();
  const connected = client({ address: addressOf(service) });
  const schema = { project: 'flights', featureService: 'delays', keys: { airport: 'string' } } as const;
  const typed = connected.service({ ...schema, features: { flights_1h: 'int64', mean_delay_1h: 'double' } });
  const { rows, statuses } = await typed.get({ keys: { airport: ['ORD'] } });
  const flights: number | bigint | null | undefined = rows[0]?.flights_1h;
  expect([flights, statuses(0).mean_delay_1h]).toEqual([1, 'PRESENT']);
  const wrong = connected.service({ ...schema, features: { flights_1h: 'string' } });
  await expect(wrong.get({ keys: { airport: ['ORD'] } })).rejects.toThrow(
    'feature service "delays": feature "flights_1h" is int64 in the answer and string in the program',
  );
});

describe('over TLS', () => {
  const files = new SecretFiles();
  const token = newAccessToken();
  const entry = {
    name: 'model',
    sha256: tokenHash(token),
    tenant: 'default',
    grants: [requireGrant('read:flights/delays')],
    expiresAtMs: Number.POSITIVE_INFINITY,
  };
  afterAll(() => files.remove());

  test('with a bearer token, which is asked for anew at each call', async () => {
    files.put({ 'access.yaml': accessFileText({ tokens: [entry] }) });
    const service = await start({
      ...files.transport('tls'),
      FOREBAY_SERVING_AUTHENTICATION: 'required',
      FOREBAY_SERVING_ACCESS_FILE: files.path('access.yaml'),
    });
    const tls = { ca: files.authority.cert };
    const tokens = ['wrong', token];
    const known = client({ address: addressOf(service), tls, token: async () => tokens.shift() ?? token });
    await expect(known.getOnlineFeatures(delays('ORD'))).rejects.toMatchObject({
      reason: 'unauthenticated',
      attempts: 1,
    });
    expect((await known.getOnlineFeatures(delays('ORD'))).rows[0]?.flights_1h).toBe(1);
    await expect(
      client({ address: addressOf(service), tls }).getOnlineFeatures(delays('ORD')),
    ).rejects.toMatchObject({
      reason: 'unauthenticated',
    });
    const others = makeCertificate({ commonName: 'somebody else' });
    const distrusting = client({
      address: addressOf(service),
      tls: { ca: others.cert },
      deadlineMs: 2 * SECOND_MS,
      token,
    });
    await expect(distrusting.getOnlineFeatures(delays('ORD'))).rejects.toMatchObject({
      reason: 'unavailable',
    });
  });

  test('with a certificate of its own', async () => {
    const service = await start({ ...files.transport('mtls'), FOREBAY_SERVING_AUTHENTICATION: 'none' });
    const identity = makeCertificate({
      commonName: 'model',
      issuer: files.authority,
      dns: ['model.example'],
    });
    const tls = { ca: files.authority.cert, certificate: identity.cert, key: identity.key };
    const read = await client({ address: addressOf(service), tls }).getOnlineFeatures(delays('ATL'));
    expect(read.rows[0]?.flights_1h).toBe(2);
  });
});

describe('only a server that cannot be reached is asked again', () => {
  /** Answers with the statuses in turn, then with a response of no rows. */
  async function withStatuses(
    codes: status[],
    use: (client: FeatureClient, calls: () => number) => Promise<void>,
  ) {
    let calls = 0;
    const server = new Server();
    const same = (bytes: Buffer) => bytes;
    const path = '/forebay.v1.FeatureService/GetOnlineFeatures';
    const method = {
      path,
      requestStream: false,
      responseStream: false,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    };
    server.addService({ GetOnlineFeatures: method } as never, {
      GetOnlineFeatures: (_: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
        const code = codes[calls++];
        // a layout without columns: field 7, empty
        if (code === undefined) callback(null, Buffer.of(0x3a, 0));
        else callback({ code, details: 'no' });
      },
    });
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    try {
      await use(client({ address: `127.0.0.1:${port}` }), () => calls);
    } finally {
      server.forceShutdown();
    }
  }

  test('UNAVAILABLE, at most four times', async () => {
    await withStatuses([status.UNAVAILABLE, status.UNAVAILABLE], async (asking, calls) => {
      expect((await asking.getOnlineFeatures(delays('ORD'))).rowCount).toBe(0);
      expect(calls()).toBe(3);
    });
    await withStatuses(new Array<status>(9).fill(status.UNAVAILABLE), async (asking, calls) => {
      await expect(asking.getOnlineFeatures(delays('ORD'))).rejects.toMatchObject({
        reason: 'unavailable',
        attempts: 4,
      });
      expect(calls()).toBe(4);
    });
  });

  test.each([status.RESOURCE_EXHAUSTED, status.INTERNAL, status.ABORTED, status.UNKNOWN])(
    'not status %i',
    async (code) => {
      await withStatuses([code], async (asking, calls) => {
        await expect(asking.getOnlineFeatures(delays('ORD'))).rejects.toMatchObject({ code, attempts: 1 });
        expect(calls()).toBe(1);
      });
    },
  );
});

test('it waits for a server to be there', async () => {
  const service = await start();
  const several = client({ address: ['127.0.0.1:1', addressOf(service)] });
  await several.waitForReady(10_000);
  await waitFor(async () => (await several.getOnlineFeatures(delays('ORD'))).rowCount === 1, {
    deadlineMs: 10_000,
    message: 'a value came',
  });
  await expect(client({ address: '127.0.0.1:1' }).waitForReady(200)).rejects.toMatchObject({
    reason: 'unavailable',
  });
});
