import type { PeerCertificate } from 'node:tls';
import { newAccessToken, requireGrant, tokenHash } from '@forebay/service-kit';
import fc from 'fast-check';
import { Authenticator } from './authenticator';
import { ANYONE } from './caller';
import { Denied } from './denied';
import type { JwtVerifier } from './jwt-verifier';
import type { Peer } from './peer';
import { accessList, PEER } from './security.fixture';

const TOKEN = newAccessToken();
const entry = { name: 'model', tenant: 'default', grants: [requireGrant('read:shop/*')] };
const withToken = (expiresAtMs = Number.POSITIVE_INFINITY) =>
  accessList({ tokens: [{ ...entry, sha256: tokenHash(TOKEN), expiresAtMs }] });

function authenticator(nowMs = 0) {
  const time = { nowMs };
  return { time, auth: new Authenticator({ required: true, jwt: null, clock: () => time.nowMs }) };
}

function whyDenied(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Denied ? error.why : String(error);
  }
  return 'not denied';
}

test('a token is its caller, and is hashed once', () => {
  const { auth } = authenticator();
  auth.use(withToken());
  const caller = auth.authenticate(`Bearer ${TOKEN}`, PEER);
  expect(caller).toMatchObject({ name: 'model', kind: 'token' });
  expect(auth.authenticate(`Bearer ${TOKEN}`, PEER)).toBe(caller);
  expect(auth.authenticate(`bearer  ${TOKEN}`, PEER)).toBe(caller);
});

test.each([
  ['no header', undefined, 'no_credential'],
  ['another scheme', `Basic ${TOKEN}`, 'malformed'],
  ['a token alone', TOKEN, 'malformed'],
  ['something that is no token', 'Bearer hunter2', 'malformed'],
  ['a JWT where none is taken', 'Bearer eyJh.eyJz.c2ln', 'malformed'],
  ['another token', `Bearer ${newAccessToken()}`, 'unknown_token'],
  ['a very long header', `Bearer ${'a'.repeat(10_000)}`, 'malformed'],
])('%s is denied', (_, header, why) => {
  const { auth } = authenticator();
  auth.use(withToken());
  expect(whyDenied(() => auth.authenticate(header, PEER))).toBe(why);
});

test('a token that expires is denied from then on, although it was known', () => {
  const { auth, time } = authenticator(999);
  auth.use(withToken(1_000));
  auth.authenticate(`Bearer ${TOKEN}`, PEER);
  time.nowMs = 1_000;
  expect(whyDenied(() => auth.authenticate(`Bearer ${TOKEN}`, PEER))).toBe('expired');
});

test('a token that is taken out of the list is denied at once', () => {
  const { auth } = authenticator();
  auth.use(withToken());
  auth.authenticate(`Bearer ${TOKEN}`, PEER);
  auth.use(accessList({}));
  expect(whyDenied(() => auth.authenticate(`Bearer ${TOKEN}`, PEER))).toBe('unknown_token');
});

const certificate = { subject: { CN: 'fraud' }, raw: Buffer.alloc(1) } as unknown as PeerCertificate;
const withCertificate = accessList({
  certificates: [{ ...entry, identity: { kind: 'CN', value: 'fraud' }, expiresAtMs: 1_000 }],
});

/** A gRPC call as far as it matters here; `asked` counts how often the certificate was parsed. */
function callOver(session: object) {
  const call = {
    asked: 0,
    call: { stream: { session } },
    getPeer: () => '10.0.0.8:1',
    getAuthContext() {
      call.asked++;
      return { sslPeerCertificate: certificate };
    },
  };
  return call satisfies Peer as typeof call & Peer;
}

test('a client certificate of the list is its caller, and is looked at once per connection', () => {
  const { auth, time } = authenticator();
  auth.use(withCertificate);
  const session = {};
  const [first, second] = [callOver(session), callOver(session)];
  expect(auth.authenticate(undefined, first)).toMatchObject({ name: 'model', kind: 'certificate' });
  auth.authenticate(undefined, second);
  expect([first.asked, second.asked]).toEqual([1, 0]);
  time.nowMs = 1_000;
  expect(whyDenied(() => auth.authenticate(undefined, second))).toBe('expired');
  auth.use(accessList({}));
  expect(whyDenied(() => auth.authenticate(undefined, second))).toBe('no_credential');
});

test('a bad token is denied, whatever the certificate says', () => {
  const { auth } = authenticator();
  auth.use(withCertificate);
  expect(whyDenied(() => auth.authenticate(`Bearer ${TOKEN}`, callOver({})))).toBe('unknown_token');
});

test('so many JWTs are verified at a time, and those that are known do not wait for them', async () => {
  const held: (() => void)[] = [];
  const verify = async (token: string) => {
    if (token !== 'known.k.k') await new Promise<void>((resolve) => held.push(resolve));
    return ANYONE;
  };
  const jwt = { verify } as unknown as JwtVerifier;
  const auth = new Authenticator({ required: true, jwt, clock: () => 0 });
  await auth.authenticate('Bearer known.k.k', PEER);
  const made = (i: number) => auth.authenticate(`Bearer made.up.${i}`, PEER);
  const pending = Array.from({ length: 500 }, (_, i) => made(i));
  expect(() => made(500)).toThrow('500 JWTs that are new here are being verified: try again');
  expect(made(499)).toBe(pending[499]);
  expect(auth.authenticate('Bearer known.k.k', PEER)).toBe(ANYONE);
  for (const release of held) release();
  await Promise.all(pending);
  expect(made(500)).toBeInstanceOf(Promise);
});

test('where no credential is needed, no header is looked at', () => {
  const open = new Authenticator({ required: false, jwt: null, clock: () => 0 });
  expect(open.authenticate('nonsense', PEER)).toMatchObject({ kind: 'anyone' });
});

test('whatever stands in a header, it is denied and nothing else', () => {
  const { auth } = authenticator();
  auth.use(withToken());
  const part = fc.constantFrom(
    'Bearer',
    'bearer ',
    ' ',
    '.',
    'fbt_',
    TOKEN.slice(0, 20),
    TOKEN.slice(20),
    'eyJhbGciOiJFUzI1NiJ9',
    '\u0000',
  );
  const header = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(header, (text) => {
      fc.pre(!/^bearer +fbt_[\w-]{43}$/i.test(text));
      expect(whyDenied(() => auth.authenticate(text, PEER))).toMatch(/^(malformed|unknown_token)$/);
    }),
    { numRuns: 2_000 },
  );
});
