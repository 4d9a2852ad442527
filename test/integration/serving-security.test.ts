import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { connectRedis } from '@forebay/online-store';
import { newAccessToken, requireGrant, tokenHash } from '@forebay/service-kit';
import { status } from '@grpc/grpc-js';
import { SignJWT } from 'jose';
import { makeCertificate } from '../support/certificates';
import { Service } from '../support/service';
import { useOwnRedis, waitFor } from '../support/stack';
import { accessFileText, type CallerOptions, SecretFiles, TestCaller } from './secured-serving';
import { Seeder } from './serving-fixture';
import { checkHealth, listServices } from './serving-grpc';
import { flightsRegistry } from './serving-project';

const redis = useOwnRedis();
const running: Service[] = [];
const callers: TestCaller[] = [];
let files: SecretFiles;

beforeAll(async () => {
  const connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
  await new Seeder(connection, flightsRegistry()).apply();
  await connection.close();
});
beforeEach(() => {
  files = new SecretFiles();
});
afterEach(async () => {
  for (const caller of callers.splice(0)) caller.close();
  for (const service of running.splice(0)) await service.kill9();
  files.remove();
});

/** Settings that are empty count as not set. */
async function start(environment: Record<string, string>): Promise<Service> {
  const service = await Service.start('serving', {
    FOREBAY_REDIS_URL: redis.url,
    FOREBAY_SERVING_AUTHENTICATION: '',
    ...environment,
  });
  running.push(service);
  return service;
}

function caller(service: Service, options: Partial<CallerOptions> = {}): TestCaller {
  const made = new TestCaller({ port: service.ports.grpc as number, authority: files.authority, ...options });
  callers.push(made);
  return made;
}

const codeOf = async (call: Promise<{ readonly code: status }>) => status[(await call).code];

function tokenEntry(
  name: string,
  token: string,
  grants: readonly string[],
  more: { tenant?: string; expiresAtMs?: number } = {},
) {
  return {
    name,
    sha256: tokenHash(token),
    tenant: 'default',
    grants: grants.map(requireGrant),
    expiresAtMs: Number.POSITIVE_INFINITY,
    ...more,
  };
}

/** The name in the certificate that a new connection is shown. */
async function shownName(port: number): Promise<string> {
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    servername: '',
    ca: files.authority.cert,
    ALPNProtocols: ['h2'],
  });
  await once(socket, 'secureConnect');
  const name = socket.getPeerCertificate().subject.CN as string;
  socket.destroy();
  return name;
}

const CALLS_PER_ROUND = 20;

async function metric(service: Service, series: string): Promise<number> {
  const line = (await service.metrics()).split('\n').find((text) => text.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

test('without certificates and without credentials the service does not start, and says what to set', async () => {
  const bare = { FOREBAY_SERVING_TRANSPORT: '' };
  await expect(start(bare)).rejects.toThrow(/TLS_CERT_FILE .*FOREBAY_SERVING_TRANSPORT=plaintext/);
  await expect(start(bare)).rejects.toThrow(
    /FOREBAY_SERVING_ACCESS_FILE .*FOREBAY_SERVING_AUTHENTICATION=none/,
  );
  const missing = {
    ...files.transport('tls'),
    FOREBAY_SERVING_AUTHENTICATION: 'none',
    FOREBAY_SERVING_TLS_KEY_FILE: files.path('nowhere.pem'),
  };
  await expect(start(missing)).rejects.toThrow(/nowhere\.pem\\?" cannot be read: ENOENT/);
});

test('a rotated certificate is shown to new connections, without one failed call under load; a broken one is not taken up', async () => {
  const service = await start({ ...files.transport('tls'), FOREBAY_SERVING_AUTHENTICATION: 'none' });
  const port = service.ports.grpc as number;
  const outcomes: string[] = [];
  let stop = false;
  // half of them with a new connection for each call
  const reader = async (renew: boolean) => {
    let own = caller(service);
    while (!stop) {
      outcomes.push((await codeOf(own.call())) as string);
      if (renew) {
        own.close();
        own = caller(service);
      }
    }
  };
  const readers = [false, true, false, true].map(reader);
  expect(await shownName(port)).toBe('serving-1');
  for (let round = 2; round <= 6; round++) {
    const before = outcomes.length;
    files.put(files.certificate(`serving-${round}`));
    await waitFor(async () => (await shownName(port)) === `serving-${round}`, {
      deadlineMs: 10_000,
      message: `certificate ${round} is shown`,
    });
    await waitFor(() => outcomes.length >= before + CALLS_PER_ROUND, {
      deadlineMs: 10_000,
      message: 'there were calls meanwhile',
    });
  }
  const refused = 'forebay_reloads_total{what="certificate",outcome="refused"}';
  files.put({ 'cert.pem': 'half a fi' });
  await waitFor(async () => (await metric(service, refused)) === 1, {
    deadlineMs: 10_000,
    message: 'the broken file is told',
  });
  expect(service.logged(/the certificate before stays in use/)).toBe(true);
  expect(await shownName(port)).toBe('serving-6');
  files.put(files.certificate('serving-7'));
  await waitFor(async () => (await shownName(port)) === 'serving-7', {
    deadlineMs: 10_000,
    message: 'the mended file is taken up',
  });
  stop = true;
  await Promise.all(readers);
  expect(outcomes.filter((code) => code !== 'OK')).toEqual([]);
  expect(await metric(service, 'forebay_certificate_expires_in_seconds{what="serving"}')).toBeGreaterThan(
    80_000,
  );
  // plain text finds nobody
  expect(await codeOf(caller(service, { authority: null }).call())).toBe('UNAVAILABLE');
});

test('with mTLS a client is known by its certificate, a stranger is not let in, and one that is taken off the list is denied', async () => {
  const issue = (commonName: string, uri: string) =>
    makeCertificate({ commonName, issuer: files.authority, uri: [uri] });
  const model = issue('model', 'spiffe://test/model');
  const unlisted = issue('other', 'spiffe://test/other');
  const stranger = makeCertificate({
    commonName: 'model',
    uri: ['spiffe://test/model'],
    issuer: makeCertificate({ commonName: 'test authority' }),
  });
  const { sha256, ...entry } = tokenEntry('the-model', '', ['read:flights/delays']);
  const listed = accessFileText({
    certificates: [{ ...entry, identity: { kind: 'URI', value: 'spiffe://test/model' } }],
  });
  files.put({ 'access.yaml': listed });
  const service = await start({
    FOREBAY_SERVING_PROCESSES: '2',
    ...files.transport('mtls'),
    FOREBAY_SERVING_ACCESS_FILE: files.path('access.yaml'),
  });
  const known = caller(service, { identity: model });
  expect(await codeOf(known.call())).toBe('OK');
  expect(await codeOf(known.ask({ service: 'a list' }))).toBe('PERMISSION_DENIED');
  expect(await codeOf(caller(service, { identity: unlisted }).call())).toBe('UNAUTHENTICATED');
  expect(await codeOf(caller(service, { identity: stranger }).call())).toBe('UNAVAILABLE');
  expect(await codeOf(caller(service).call())).toBe('UNAVAILABLE');
  files.put({ 'access.yaml': accessFileText({}) });
  await waitFor(async () => (await codeOf(known.call())) === 'UNAUTHENTICATED', {
    deadlineMs: 10_000,
    message: 'its standing connection is denied',
  });
});

test('tokens: what each may read, wrong, expired, revoked; nobody learns what exists elsewhere; the audit log has it, and no token', async () => {
  const [narrow, wide, foreign, old] = Array.from({ length: 4 }, newAccessToken) as [
    string,
    string,
    string,
    string,
  ];
  const tenants = new Map([
    ['air', new Set(['flights', 'weather'])],
    ['bank', new Set(['loans'])],
  ]);
  const tokens = [
    tokenEntry('narrow', narrow, ['read:flights/delays'], { tenant: 'air' }),
    tokenEntry('wide', wide, ['read:*/*'], { tenant: 'air' }),
    tokenEntry('foreign', foreign, ['read:*/*'], { tenant: 'bank' }),
    tokenEntry('old', old, ['read:*/*'], { tenant: 'air', expiresAtMs: Date.now() - 1_000 }),
  ];
  files.put({ 'access.yaml': accessFileText({ tenants, tokens }) });
  const service = await start({
    ...files.transport('tls'),
    FOREBAY_SERVING_ACCESS_FILE: files.path('access.yaml'),
  });
  const withToken = (token: string) => caller(service, { authorization: `Bearer ${token}` });

  expect(await codeOf(withToken(narrow).call())).toBe('OK');
  expect(await codeOf(withToken(narrow).ask({ service: 'a list' }))).toBe('PERMISSION_DENIED');
  expect(await codeOf(withToken(narrow).ask({ service: 'nonsense' }))).toBe('PERMISSION_DENIED');
  expect(await codeOf(withToken(wide).ask({ service: 'a list' }))).toBe('OK');
  expect(await codeOf(withToken(wide).ask({ service: 'nonsense' }))).toBe('NOT_FOUND');
  const [exists, invented] = [
    await withToken(foreign).ask({}),
    await withToken(foreign).ask({ project: 'invented' }),
  ];
  expect(status[exists.code]).toBe('PERMISSION_DENIED');
  expect(invented).toEqual({ code: exists.code, details: exists.details.replace('flights', 'invented') });
  // a wide grant ends at the tenant's projects, and in those what is missing is said to be
  expect(await codeOf(withToken(wide).ask({ project: 'loans' }))).toBe('PERMISSION_DENIED');
  expect(await codeOf(withToken(wide).ask({ project: 'weather' }))).toBe('NOT_FOUND');
  expect(await codeOf(withToken(old).call())).toBe('UNAUTHENTICATED');
  expect(await codeOf(withToken(newAccessToken()).call())).toBe('UNAUTHENTICATED');
  expect(await codeOf(caller(service).call())).toBe('UNAUTHENTICATED');

  const standing = withToken(wide);
  expect(await codeOf(standing.call())).toBe('OK');
  files.put({
    'access.yaml': accessFileText({ tenants, tokens: tokens.filter(({ name }) => name !== 'wide') }),
  });
  await waitFor(async () => (await codeOf(standing.call())) === 'UNAUTHENTICATED', {
    deadlineMs: 10_000,
    message: 'the token is revoked',
  });

  expect(
    service.logged(
      /"audit":"denied","who":"narrow","tenant":"air","credential":"token","method":"forebay.v1.FeatureService\/GetOnlineFeatures","asked":"read:flights\/\*","why":"no_grant","peer":"127/,
    ),
  ).toBe(true);
  expect(service.logged(/"audit":"denied","who":"foreign",.*"why":"foreign_project"/)).toBe(true);
  expect(service.logged(/"audit":"denied","who":null,.*"why":"expired"/)).toBe(true);
  expect(
    service.logged(/"audit":"administrative",.*"what":"access_file_reloaded",.*"removed":\["wide"\]/),
  ).toBe(true);
  for (const token of [narrow, wide, foreign, old])
    expect(service.logged(new RegExp(token.slice(4)))).toBe(false);
  const denied =
    'forebay_denied_calls_total{rpc_method="forebay.v1.FeatureService/GetOnlineFeatures",reason="foreign_project"}';
  expect(await metric(service, denied)).toBe(3);
});

test('an access file that is broken leaves the credentials as they are; an attacker does not fill the log', async () => {
  const token = newAccessToken();
  files.put({ 'access.yaml': accessFileText({ tokens: [tokenEntry('model', token, ['read:*/*'])] }) });
  const service = await start({
    ...files.transport('tls'),
    FOREBAY_SERVING_ACCESS_FILE: files.path('access.yaml'),
  });
  files.put({ 'access.yaml': 'tokens: [{name: model}]' });
  const refused = 'forebay_reloads_total{what="access_file",outcome="refused"}';
  await waitFor(async () => (await metric(service, refused)) === 1, {
    deadlineMs: 10_000,
    message: 'the broken file is told',
  });
  expect(await codeOf(caller(service, { authorization: `Bearer ${token}` }).call())).toBe('OK');
  const attacker = caller(service, { authorization: `Bearer ${newAccessToken()}` });
  for (let i = 0; i < 50; i++) await attacker.call();
  expect(await metric(service, 'forebay_audit_suppressed_total')).toBe(40);
  expect(await service.terminate()).toBe(0);
  expect(service.logged(/"audit":"denied","whose":"address 127\.0\.0\.1","suppressed":40/)).toBe(true);
});

/** An issuer of JWTs, with its keys at a URL. */
class Issuer {
  readonly #keys: { readonly kid: string; readonly publicKey: KeyObject; readonly privateKey: KeyObject }[] =
    [];
  readonly server: Server = createServer((_, response) => {
    this.asked++;
    const keys = this.#keys.map(({ kid, publicKey }) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid,
      alg: 'ES256',
    }));
    if (this.isAway) response.writeHead(503).end();
    else response.end(JSON.stringify({ keys }));
  });
  asked = 0;
  isAway = false;

  addKey(kid: string): void {
    this.#keys.push({ kid, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) });
  }

  async url(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/jwks`;
  }

  jwt(claims: Record<string, unknown>, kid = this.#keys.at(-1)?.kid): Promise<string> {
    const key = this.#keys.find((candidate) => candidate.kid === kid);
    return new SignJWT({
      iss: 'https://issuer.test',
      aud: 'forebay',
      sub: 'scorer',
      forebay_grants: ['read:flights/*'],
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: kid as string })
      .setExpirationTime((claims.exp as number | undefined) ?? '5m')
      .sign(key?.privateKey as KeyObject);
  }
}

test('JWTs: keys from a URL, also while it is away and when it has new ones; wrong, expired and foreign ones are denied', async () => {
  const issuer = new Issuer();
  issuer.addKey('one');
  const service = await start({
    ...files.transport('tls'),
    FOREBAY_SERVING_JWT_KEYS: await issuer.url(),
    FOREBAY_SERVING_JWT_ISSUER: 'https://issuer.test',
    FOREBAY_SERVING_JWT_AUDIENCE: 'forebay',
    FOREBAY_SERVING_JWT_CLOCK_SKEW: '1s',
  });
  const withJwt = (jwt: string) => caller(service, { authorization: `Bearer ${jwt}` });
  try {
    const good = withJwt(await issuer.jwt({}));
    expect(await codeOf(good.call())).toBe('OK');
    expect(await codeOf(good.ask({ project: 'other' }))).toBe('PERMISSION_DENIED');
    const seconds = Math.floor(Date.now() / 1_000);
    expect(await codeOf(withJwt(await issuer.jwt({ exp: seconds - 60 })).call())).toBe('UNAUTHENTICATED');
    expect(await codeOf(withJwt(await issuer.jwt({ aud: 'somebody' })).call())).toBe('UNAUTHENTICATED');
    expect(await codeOf(withJwt(await issuer.jwt({ iss: 'https://evil.test' })).call())).toBe(
      'UNAUTHENTICATED',
    );
    const impostor = new Issuer();
    impostor.addKey('one');
    expect(await codeOf(withJwt(await impostor.jwt({})).call())).toBe('UNAUTHENTICATED');
    expect(await codeOf(withJwt(newAccessToken()).call())).toBe('UNAUTHENTICATED');
    // one that is known is denied once it has expired
    const short = withJwt(await issuer.jwt({ exp: Math.floor(Date.now() / 1_000) + 1 }));
    expect(await codeOf(short.call())).toBe('OK');
    await waitFor(async () => (await short.call()).details.includes('expired'), {
      deadlineMs: 10_000,
      message: 'it has expired',
    });
    // a key that is new is found within seconds, and whoever sends unknown ones does not cause a request each
    issuer.addKey('two');
    const rotated = withJwt(await issuer.jwt({}));
    await waitFor(async () => (await codeOf(rotated.call())) === 'OK', {
      deadlineMs: 15_000,
      message: 'the new key is known',
    });
    expect(issuer.asked).toBeLessThanOrEqual(6);
    issuer.isAway = true;
    expect(await codeOf(withJwt(await issuer.jwt({ sub: 'another' })).call())).toBe('OK');
  } finally {
    issuer.server.close();
  }
});

test('health is open; reflection needs a credential like any call', async () => {
  files.put({ 'access.yaml': accessFileText({}) });
  const service = await start({ FOREBAY_SERVING_ACCESS_FILE: files.path('access.yaml') });
  const address = `127.0.0.1:${service.ports.grpc}`;
  expect(service.logged(/credentials travel in plain text/)).toBe(true);
  await waitFor(async () => (await checkHealth(address, '')) === 'SERVING', {
    deadlineMs: 5_000,
    message: 'it serves',
  });
  await expect(listServices(address)).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
});
