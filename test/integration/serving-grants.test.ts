import { encodeMessage, loadContract } from '@forebay/contract';
import { connectRedis } from '@forebay/online-store';
import { newAccessToken, requireGrant, tokenHash } from '@forebay/service-kit';
import { status } from '@grpc/grpc-js';
import { OPEN_SERVING } from '../support/open-serving';
import { useOwnRedis } from '../support/stack';
import { accessFileText, requestBytes, SecretFiles, TestCaller } from './secured-serving';
import { type RunningService, Seeder, startService } from './serving-fixture';
import { flightsRegistry } from './serving-project';

const redis = useOwnRedis();
const TOKEN = newAccessToken();
const NOWHERE = { project: 'secret', service: 'invented' };

/** A request of each method for what is nowhere; a method without one may be a method that nobody has guarded. */
const REQUESTS: Readonly<Record<string, Buffer>> = {
  GetOnlineFeatures: requestBytes(NOWHERE),
  GetFeatureServiceInfo: Buffer.from(
    encodeMessage('GetFeatureServiceInfoRequest', { project: 'secret', feature_service: 'invented' }),
  ),
  LogPrediction: Buffer.from(
    encodeMessage('LogPredictionRequest', { project: 'secret', feature_service: 'invented' }),
  ),
  ExplainFeature: Buffer.from(
    encodeMessage('ExplainFeatureRequest', {
      of: { project: 'secret', features: { features: [{ view: 'v', feature: 'f' }] } },
    }),
  ),
};

let files: SecretFiles;
let service: RunningService;
beforeAll(async () => {
  const connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
  await new Seeder(connection, flightsRegistry()).apply();
  await connection.close();
  files = new SecretFiles();
  const entry = {
    name: 'nobody',
    sha256: tokenHash(TOKEN),
    tenant: 'default',
    grants: [requireGrant('push:else/where')],
    expiresAtMs: Number.POSITIVE_INFINITY,
  };
  files.put({ 'access.yaml': accessFileText({ tokens: [entry] }) });
  service = await startService({
    redisUrl: redis.url,
    transport: OPEN_SERVING.FOREBAY_SERVING_TRANSPORT,
    authentication: 'required',
    accessFile: files.path('access.yaml'),
  });
});
afterAll(async () => {
  await service.stop();
  files.remove();
});

test('every method of the contract is in this test', () => {
  expect(Object.keys(REQUESTS).sort()).toEqual(Object.keys(loadContract().v1.FeatureService.service).sort());
});

/** Of `feast.serving.GetOnlineFeaturesRequest`: the feature service `invented`. */
const FEAST_REQUEST = Buffer.from('\n\u0008invented');

const CALLS: readonly (readonly [string, Buffer])[] = [
  ...Object.entries(REQUESTS).map(
    ([method, request]) => [`/forebay.v1.FeatureService/${method}`, request] as const,
  ),
  ['/feast.serving.ServingService/GetOnlineFeatures', FEAST_REQUEST],
];

test.each(CALLS)('%s needs a credential, and a grant', async (path, request) => {
  const port = Number(service.address.split(':').at(-1));
  const stranger = new TestCaller({ port, authority: null });
  const nobody = new TestCaller({ port, authority: null, authorization: `Bearer ${TOKEN}` });
  try {
    expect(status[(await stranger.call(path, request)).code]).toBe('UNAUTHENTICATED');
    const outcome = await nobody.call(path, request);
    expect(status[outcome.code]).toBe('PERMISSION_DENIED');
    expect(outcome.details).toMatch(/^"nobody" lacks the grant read:\w+\//);
  } finally {
    stranger.close();
    nobody.close();
  }
});
