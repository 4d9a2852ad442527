import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Authenticator } from './authenticator';
import type { Caller } from './caller';
import { Denied } from './denied';
import { type JwtKeys, parseKeySet } from './jwt-keys';
import { type JwtRules, JwtVerifier } from './jwt-verifier';
import { accessList, PEER } from './security.fixture';

const NOW_MS = Date.UTC(2030, 0, 1);
const NOW = NOW_MS / 1_000;
const RULES: JwtRules = {
  issuer: 'https://issuer.example',
  audience: 'forebay',
  algorithms: ['ES256', 'RS256'],
  clockSkewMs: 30_000,
  grantsClaim: 'scope',
  tenantClaim: null,
  defaultTenant: 'default',
};

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
let pair: Pair;
let other: Pair;
beforeAll(async () => {
  [pair, other] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
});

async function keySet(...keys: readonly (readonly [Pair, string])[]) {
  const jwks = await Promise.all(
    keys.map(async ([{ publicKey }, kid]) => ({ ...(await exportJWK(publicKey)), kid, alg: 'ES256' })),
  );
  return parseKeySet(JSON.stringify({ keys: jwks }));
}

async function keys(): Promise<JwtKeys> {
  const set = await keySet([pair, 'one']);
  return {
    current: () => set,
    refresh: async () => false,
    onChange: () => () => undefined,
    close: () => undefined,
  };
}

function token(claims: Record<string, unknown> = {}, signer: Pair = pair, kid = 'one'): Promise<string> {
  const all = {
    iss: RULES.issuer,
    aud: RULES.audience,
    sub: 'model',
    exp: NOW + 60,
    scope: 'openid read:shop/* read:bank/loans',
    ...claims,
  };
  return new SignJWT(all).setProtectedHeader({ alg: 'ES256', kid }).sign(signer.privateKey);
}

async function verify(text: string, rules: Partial<JwtRules> = {}, list = accessList({})): Promise<Caller> {
  return new JwtVerifier(await keys(), { ...RULES, ...rules }).verify(text, list, NOW_MS);
}

test('a JWT is its subject, with the grants of its claim and the end of its time and skew', async () => {
  const caller = await verify(await token());
  expect(caller).toMatchObject({
    name: 'model',
    tenant: 'default',
    kind: 'jwt',
    expiresAtMs: NOW_MS + 90_000,
  });
  expect(caller.mayRead('shop', null)).toBe(true);
  expect(caller.mayRead('bank', 'loans')).toBe(true);
  expect(caller.mayRead('bank', 'cards')).toBe(false);
});

test('the tenant of a claim bounds what the grants reach', async () => {
  const list = accessList({ tenants: new Map([['risk', new Set(['shop'])]]) });
  const caller = await verify(
    await token({ org: 'risk', scope: ['read:*/*'] }),
    { tenantClaim: 'org' },
    list,
  );
  expect(caller.mayRead('shop', null)).toBe(true);
  expect(caller.mayRead('bank', null)).toBe(false);
});

test('a JWT of just now is good on a clock that is behind, as is one that expired just now', async () => {
  await verify(await token({ nbf: NOW + 29 }));
  await verify(await token({ exp: NOW - 29 }));
});

const why = (work: Promise<unknown>) =>
  work.then(
    () => 'not denied',
    (error: unknown) => (error instanceof Denied ? error.why : String(error)),
  );

test.each([
  ['has expired', { exp: NOW - 31 }, 'expired'],
  ['is not good yet', { nbf: NOW + 31 }, 'wrong_claim'],
  ['never expires', { exp: undefined }, 'wrong_claim'],
  ['has another issuer', { iss: 'https://evil.example' }, 'wrong_claim'],
  ['is for another audience', { aud: 'somebody' }, 'wrong_claim'],
  ['has no subject', { sub: undefined }, 'wrong_claim'],
  ['has a subject of two lines', { sub: 'a\nb' }, 'wrong_claim'],
  ['has no grants', { scope: undefined }, 'wrong_claim'],
])('a JWT that %s is denied', async (_, claims, expected) => {
  expect(await why(verify(await token(claims)))).toBe(expected);
});

test('a JWT of an unknown tenant, or without one, is denied', async () => {
  expect(await why(verify(await token({ org: 'x' }), { tenantClaim: 'org' }))).toBe('unknown_tenant');
  expect(await why(verify(await token(), { tenantClaim: 'org' }))).toBe('wrong_claim');
});

test('a signature by another key, a changed claim, an algorithm that is not allowed and none at all are denied', async () => {
  const good = await token();
  const [header, , signature] = good.split('.');
  const claims = Buffer.from(JSON.stringify({ sub: 'admin', exp: NOW + 60 })).toString('base64url');
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`;
  const secret = await new SignJWT({ sub: 'x' }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.alloc(32));
  expect(await why(verify(await token({}, other)))).toBe('bad_signature');
  expect(await why(verify(await token({}, other, 'two')))).toBe('bad_signature');
  expect(await why(verify(`${header}.${claims}.${signature}`))).toBe('bad_signature');
  expect(await why(verify(good, { algorithms: ['RS256'] }))).toBe('bad_signature');
  expect(await why(verify(secret))).toBe('bad_signature');
  expect(await why(verify(none))).not.toBe('not denied');
  expect(await why(verify('a.b.c'))).toBe('malformed');
});

test('a key that came after the set was read is found by reading it again', async () => {
  let set = await keySet([pair, 'one']);
  const both = await keySet([pair, 'one'], [other, 'two']);
  const rotating: JwtKeys = {
    ...(await keys()),
    current: () => set,
    refresh: async () => {
      const changed = set !== both;
      set = both;
      return changed;
    },
  };
  const verifier = new JwtVerifier(rotating, RULES);
  await verifier.verify(await token({}, other, 'two'), accessList({}), NOW_MS);
  expect(await why(verifier.verify(await token({}, other, 'three'), accessList({}), NOW_MS))).toBe(
    'bad_signature',
  );
});

test('a JWT is verified once, also when many calls bring it at the same time, and anew when keys change', async () => {
  const verifier = new JwtVerifier(await keys(), RULES);
  const spy = jest.spyOn(verifier, 'verify');
  const auth = new Authenticator({ required: true, jwt: verifier, clock: () => NOW_MS });
  const header = `Bearer ${await token()}`;
  const [first, second] = await Promise.all([
    auth.authenticate(header, PEER),
    auth.authenticate(header, PEER),
  ]);
  expect(second).toBe(first);
  expect(auth.authenticate(header, PEER)).toBe(first);
  expect(spy).toHaveBeenCalledTimes(1);
  auth.forget();
  await auth.authenticate(header, PEER);
  expect(spy).toHaveBeenCalledTimes(2);
});

test('of a set of keys the private parts and shared secrets are left out', () => {
  const set = parseKeySet(
    JSON.stringify({
      keys: [
        { kty: 'oct', k: 'c2VjcmV0' },
        { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' },
      ],
    }),
  );
  expect(set.keys).toEqual([{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }]);
});

test.each([
  ['<html>', 'it is not JSON'],
  ['[]', 'it is not a set of keys'],
  ['{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}', 'the set has no public key'],
])('%s is no set of keys', (text, message) => {
  expect(() => parseKeySet(text)).toThrow(message);
});
