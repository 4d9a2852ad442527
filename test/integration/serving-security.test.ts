import { newAccessToken } from '@forebay/service-kit';
import { status } from '@grpc/grpc-js';
import { makeCertificate } from '../support/certificates';
import { waitFor } from '../support/stack';
import { accessFileText, httpsStatus } from './secured-serving';
import { checkHealth, listServices } from './serving-grpc';
import { codeOf, metric, shownName, tokenEntry, useSecuredServing } from './use-secured-serving';

const serving = useSecuredServing();
const CALLS_PER_ROUND = 20;

test('without certificates and without credentials the service does not start, and says what to set', async () => {
  const bare = { FOREBAY_SERVING_TRANSPORT: '' };
  await expect(serving.start(bare)).rejects.toThrow(/TLS_CERT_FILE .*FOREBAY_SERVING_TRANSPORT=plaintext/);
  await expect(serving.start(bare)).rejects.toThrow(
    /FOREBAY_SERVING_ACCESS_FILE .*FOREBAY_SERVING_AUTHENTICATION=none/,
  );
  const missing = {
    ...serving.files.transport('tls'),
    FOREBAY_SERVING_AUTHENTICATION: 'none',
    FOREBAY_SERVING_TLS_KEY_FILE: serving.files.path('nowhere.pem'),
  };
  await expect(serving.start(missing)).rejects.toThrow(/nowhere\.pem\\?" cannot be read: ENOENT/);
});

test('a rotated certificate is shown to new connections, without one failed call under load; a broken one is not taken up', async () => {
  const service = await serving.start({
    ...serving.files.transport('tls'),
    FOREBAY_SERVING_AUTHENTICATION: 'none',
  });
  const port = service.ports.grpc as number;
  const outcomes: string[] = [];
  let stop = false;
  // half of them with a new connection for each call
  const reader = async (renew: boolean) => {
    let own = serving.caller(service);
    while (!stop) {
      outcomes.push((await codeOf(own.call())) as string);
      if (renew) {
        own.close();
        own = serving.caller(service);
      }
    }
  };
  const readers = [false, true, false, true].map(reader);
  expect(await shownName(port, serving.files.authority.cert)).toBe('serving-1');
  for (let round = 2; round <= 6; round++) {
    const before = outcomes.length;
    serving.files.put(serving.files.certificate(`serving-${round}`));
    await waitFor(async () => (await shownName(port, serving.files.authority.cert)) === `serving-${round}`, {
      deadlineMs: 10_000,
      message: `certificate ${round} is shown`,
    });
    await waitFor(() => outcomes.length >= before + CALLS_PER_ROUND, {
      deadlineMs: 10_000,
      message: 'there were calls meanwhile',
    });
  }
  const refused = 'forebay_reloads_total{what="certificate",outcome="refused"}';
  serving.files.put({ 'cert.pem': 'half a fi' });
  await waitFor(async () => (await metric(service, refused)) === 1, {
    deadlineMs: 10_000,
    message: 'the broken file is told',
  });
  expect(service.logged(/the certificate before stays in use/)).toBe(true);
  expect(service.logged(/"audit":"administrative",.*"what":"certificate_replaced"/)).toBe(true);
  expect(await shownName(port, serving.files.authority.cert)).toBe('serving-6');
  serving.files.put(serving.files.certificate('serving-7'));
  await waitFor(async () => (await shownName(port, serving.files.authority.cert)) === 'serving-7', {
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
  expect(await codeOf(serving.caller(service, { authority: null }).call())).toBe('UNAVAILABLE');
});

test('with mTLS a client is known by its certificate, a stranger is not let in, and one that is taken off the list is denied', async () => {
  const issue = (commonName: string, uri: string) =>
    makeCertificate({ commonName, issuer: serving.files.authority, uri: [uri] });
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
  serving.files.put({ 'access.yaml': listed });
  const service = await serving.start({
    FOREBAY_SERVING_PROCESSES: '2',
    ...serving.files.transport('mtls'),
    FOREBAY_SERVING_ACCESS_FILE: serving.files.path('access.yaml'),
  });
  const known = serving.caller(service, { identity: model });
  expect(await codeOf(known.call())).toBe('OK');
  expect(await codeOf(known.ask({ service: 'a list' }))).toBe('PERMISSION_DENIED');
  expect(await codeOf(serving.caller(service, { identity: unlisted }).call())).toBe('UNAUTHENTICATED');
  expect(await codeOf(serving.caller(service, { identity: stranger }).call())).toBe('UNAVAILABLE');
  expect(await codeOf(serving.caller(service).call())).toBe('UNAVAILABLE');
  serving.files.put({ 'access.yaml': accessFileText({}) });
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
  serving.files.put({ 'access.yaml': accessFileText({ tenants, tokens }) });
  const service = await serving.start({
    ...serving.files.transport('tls'),
    FOREBAY_SERVING_ACCESS_FILE: serving.files.path('access.yaml'),
  });
  const withToken = (token: string) => serving.caller(service, { authorization: `Bearer ${token}` });

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
  expect(await codeOf(serving.caller(service).call())).toBe('UNAUTHENTICATED');

  const standing = withToken(wide);
  expect(await codeOf(standing.call())).toBe('OK');
  serving.files.put({
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
  serving.files.put({
    'access.yaml': accessFileText({ tokens: [tokenEntry('model', token, ['read:*/*'])] }),
  });
  const service = await serving.start({
    ...serving.files.transport('tls'),
    FOREBAY_SERVING_ACCESS_FILE: serving.files.path('access.yaml'),
  });
  serving.files.put({ 'access.yaml': 'tokens: [{name: model}]' });
  const refused = 'forebay_reloads_total{what="access_file",outcome="refused"}';
  await waitFor(async () => (await metric(service, refused)) === 1, {
    deadlineMs: 10_000,
    message: 'the broken file is told',
  });
  expect(await codeOf(serving.caller(service, { authorization: `Bearer ${token}` }).call())).toBe('OK');
  const attacker = serving.caller(service, { authorization: `Bearer ${newAccessToken()}` });
  for (let i = 0; i < 50; i++) await attacker.call();
  expect(await metric(service, 'forebay_audit_suppressed_total')).toBe(40);
  expect(await service.terminate()).toBe(0);
  expect(service.logged(/"audit":"denied","whose":"address 127\.0\.0\.1","suppressed":40/)).toBe(true);
});

test('health is open; reflection needs a credential like any call', async () => {
  serving.files.put({ 'access.yaml': accessFileText({}) });
  const service = await serving.start({ FOREBAY_SERVING_ACCESS_FILE: serving.files.path('access.yaml') });
  const address = `127.0.0.1:${service.ports.grpc}`;
  expect(service.logged(/credentials travel in plain text/)).toBe(true);
  await waitFor(async () => (await checkHealth(address, '')) === 'SERVING', {
    deadlineMs: 5_000,
    message: 'it serves',
  });
  await expect(listServices(address)).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
});

test("Feast's HTTP takes the same certificate and the same credentials; its health is open", async () => {
  const token = newAccessToken();
  serving.files.put({
    'access.yaml': accessFileText({ tokens: [tokenEntry('model', token, ['read:flights/delays'])] }),
  });
  const service = await serving.start({
    ...serving.files.transport('tls'),
    FOREBAY_SERVING_ACCESS_FILE: serving.files.path('access.yaml'),
    FOREBAY_SERVING_FEAST_HTTP_PORT: '0',
  });
  const ask = (path: string, body: object | null, authorization?: string) =>
    httpsStatus({
      port: service.ports.feast as number,
      path,
      ca: serving.files.authority.cert,
      body: body === null ? null : JSON.stringify(body),
      ...(authorization === undefined ? {} : { authorization }),
    });
  const delays = { feature_service: 'delays', entities: { airport: ['ORD'] } };
  const list = { features: ['departures:flights_1h'], entities: { airport: ['ORD'] } };
  expect(await ask('/get-online-features', delays)).toBe(401);
  expect(await ask('/get-online-features', delays, `Bearer ${newAccessToken()}`)).toBe(401);
  expect(await ask('/get-online-features', delays, `Bearer ${token}`)).toBe(200);
  expect(await ask('/get-online-features', list, `Bearer ${token}`)).toBe(403);
  expect(await ask('/health', null)).toBe(200);
  expect(service.logged(/"audit":"denied","who":"model",.*"asked":"read:flights\/\*","why":"no_grant"/)).toBe(
    true,
  );
});
