import { ForebayError } from '@forebay/contract';
import type { JSONWebKeySet, JWK } from 'jose';

/** Where the public keys of JWTs come from. */
export interface JwtKeys {
  /** Throws `unavailable` if they have never been read, or not for too long. */
  current(nowMs: number): JSONWebKeySet;
  /** After a JWT with an unknown key; whether there are others now. Asked often, it does little. */
  refresh(): Promise<boolean>;
  /** Calls `listener` when the keys have changed; returns the function that ends it. */
  onChange(listener: () => void): () => void;
  close(): void;
}

/** Keys that are made for signatures which everybody can check. */
const ASYMMETRIC = new Set(['RSA', 'EC', 'OKP']);

/** Reads a JWK set (RFC 7517). Shared secrets in it are passed over. Throws `invalid_configuration`; never with a key. */
export function parseKeySet(text: string): JSONWebKeySet {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new ForebayError('invalid_configuration', 'it is not JSON');
  }
  const given = (parsed as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(given)) {
    throw new ForebayError(
      'invalid_configuration',
      'it is not a set of keys: an object with the list "keys"',
    );
  }
  const keys = given.filter(
    (key: Partial<JWK> | null) => typeof key?.kty === 'string' && ASYMMETRIC.has(key.kty),
  );
  if (keys.length === 0) {
    throw new ForebayError('invalid_configuration', 'the set has no public key (kty RSA, EC or OKP)');
  }
  return { keys: keys.map((key: JWK) => publicPart(key)) };
}

/** Who publishes a private key by mistake shall not have it kept here. */
function publicPart({ d, p, q, dp, dq, qi, oth, k, ...rest }: JWK): JWK {
  return rest as JWK;
}
