/** Who may read by Feast's protocols, and over which transport: the same rules as for native calls. */
import { request as httpsRequest } from 'node:https';
import { newAccessToken, requireGrant, tokenHash } from '@forebay/service-kit';
import { accessFileText, SecretFiles } from '../integration/secured-serving';
import type { RunningService } from '../integration/serving-fixture';
import { useFeastClient } from './feast-client';
import { DRIVER, startRides, useRides } from './rides-service';

const rides = useRides();
const feast = useFeastClient();
const TOKEN = newAccessToken();

let files: SecretFiles;
const services: RunningService[] = [];

beforeAll(() => {
  files = new SecretFiles();
  const entry = {
    name: 'pricer',
    sha256: tokenHash(TOKEN),
    tenant: 'default',
    grants: [requireGrant('read:rides/pricing')],
    expiresAtMs: Number.POSITIVE_INFINITY,
  };
  files.put({ 'access.yaml': accessFileText({ tokens: [entry] }) });
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  files.remove();
});

async function started(more: Partial<Parameters<typeof startRides>[0]>): Promise<RunningService> {
  const service = await startRides({ redisUrl: rides.redisUrl, ...more });
  services.push(service);
  return service;
}

describe('with credentials', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await started({
      transport: 'plaintext',
      authentication: 'required',
      accessFile: files.path('access.yaml'),
    });
  });

  const post = async (path: string, selection: object, authorization?: string) => {
    const response = await fetch(service.feastUrl + path, {
      method: 'POST',
      headers: authorization === undefined ? {} : { authorization },
      body: JSON.stringify({ ...selection, entities: { driver_id: [DRIVER], city: ['Bern'] } }),
    });
    const text = await response.text();
    return `${response.status} ${response.status === 200 ? 'ok' : JSON.parse(JSON.parse(text)).class}`;
  };
  const path = '/get-online-features';
  const pricing = { feature_service: 'pricing' };
  const bearer = `Bearer ${TOKEN}`;

  test('HTTP needs a credential and a grant, and tells nothing of what is not granted', async () => {
    expect(await post(path, pricing)).toBe('401 FeastPermissionError');
    expect(await post(path, pricing, 'Bearer unknown')).toBe('401 FeastPermissionError');
    expect(await post(path, pricing, bearer)).toBe('200 ok');
    expect(await post('/rides/get-online-features', pricing, bearer)).toBe('200 ok');
    expect(await post(path, { feature_service: 'every_type' }, bearer)).toBe('403 FeastPermissionError');
    expect(await post(path, { feature_service: 'invented' }, bearer)).toBe('403 FeastPermissionError');
    expect(await post(path, { features: ['driver_stats:trips'] }, bearer)).toBe('403 FeastPermissionError');
    expect(await post('/walks/get-online-features', pricing, bearer)).toBe('403 FeastPermissionError');
  });

  test('gRPC needs them too, and health does not', async () => {
    const request = {
      feature_service: 'pricing@1',
      entities: { driver_id: { val: [{ int64_val: DRIVER }] } },
    };
    const ask = (metadata: Readonly<Record<string, string>>, of: object = request) =>
      feast.grpc(service.address, 'GetOnlineFeatures', of, metadata);
    expect(await ask({})).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await ask({ authorization: bearer })).toMatchObject({ names: ['driver_id', 'trips'] });
    const invented = { ...request, feature_service: 'invented' };
    expect(await ask({ authorization: bearer }, invented)).toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(await feast.grpc(service.address, 'GetFeastServingInfo', {})).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect((await fetch(`${service.feastUrl}/health`)).status).toBe(200);
  });

  test('denied calls are counted by method', async () => {
    await post(path, pricing);
    const metrics = await (await fetch(service.metricsUrl)).text();
    expect(metrics).toMatch(
      /forebay_denied_calls_total\{rpc_method="POST \/get-online-features",reason="no_credential"[^}]*\} [1-9]/,
    );
  });
});

test('with TLS, HTTP is HTTPS, which the SDK of Feast speaks', async () => {
  const service = await started({
    transport: 'tls',
    authentication: 'none',
    tlsCertFile: files.path('cert.pem'),
    tlsKeyFile: files.path('key.pem'),
  });
  const port = Number(service.feastUrl.split(':').at(-1));
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const options = { host: 'localhost', port, path: '/health', ca: files.authority.cert };
    httpsRequest(options, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(200);
  const outcome = await feast.sdk({
    url: `https://localhost:${port}`,
    cert: files.path('ca.pem'),
    features: ['driver_stats:trips'],
    entities: { driver_id: [DRIVER] },
  });
  expect(outcome).toMatchObject({ values: { trips: [2] } });
});
