import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newAccessToken } from '@forebay/service-kit';
import { SignJWT } from 'jose';
import { waitFor } from '../support/stack';
import { codeOf, useSecuredServing } from './use-secured-serving';

const serving = useSecuredServing();

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
  const service = await serving.start({
    ...serving.files.transport('tls'),
    FOREBAY_SERVING_JWT_KEYS: await issuer.url(),
    FOREBAY_SERVING_JWT_ISSUER: 'https://issuer.test',
    FOREBAY_SERVING_JWT_AUDIENCE: 'forebay',
    FOREBAY_SERVING_JWT_CLOCK_SKEW: '1s',
  });
  const withJwt = (jwt: string) => serving.caller(service, { authorization: `Bearer ${jwt}` });
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
