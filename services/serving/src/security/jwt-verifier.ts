import { type Grant, parseGrant } from '@forebay/service-kit';
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import type { AccessList } from './access-list';
import { type Caller, GrantedCaller } from './caller';
import { Denied } from './denied';
import type { JwtKeys } from './jwt-keys';

/** More grants make a token that no header carries. */
const MAX_GRANTS = 1_000;
/** The caller's name goes into logs, on one line. */
const NAME = /^[^\p{Cc}\p{Cs}]{1,200}$/u;
const TENANT = /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,99}$/;

/** Signed with a private key: with a shared secret, whoever can check a token could make one. */
export const JWT_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;
export type JwtAlgorithm = (typeof JWT_ALGORITHMS)[number];

export interface JwtRules {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly JwtAlgorithm[];
  /** How far the clocks of issuer and server may be apart. */
  readonly clockSkewMs: number;
  /** The claim with grants: a list of texts, or one text with spaces between them. What is no grant is passed over. */
  readonly grantsClaim: string;
  /** The claim with the tenant; null: all are of `defaultTenant`. */
  readonly tenantClaim: string | null;
  readonly defaultTenant: string;
}

/** Makes callers of JWTs (RFC 7519) whose signature, issuer, audience and times are right. */
export class JwtVerifier {
  /** With the imported keys of each set. */
  readonly #lookups = new WeakMap<JSONWebKeySet, JWTVerifyGetKey>();

  constructor(
    private readonly keys: JwtKeys,
    private readonly rules: JwtRules,
  ) {}

  /** Throws Denied; `unavailable` if the keys have never been read, or not for too long. */
  async verify(token: string, list: AccessList, nowMs: number): Promise<Caller> {
    const claims = await this.#claims(token, nowMs);
    const { grantsClaim, tenantClaim, defaultTenant, clockSkewMs } = this.rules;
    const tenant = tenantClaim === null ? defaultTenant : claims[tenantClaim];
    if (typeof tenant !== 'string' || !TENANT.test(tenant))
      throw wrongClaim(tenantClaim as string, 'a tenant');
    const projects = list.projectsOf(tenant);
    if (projects === null)
      throw new Denied('unknown_tenant', `the JWT's tenant "${tenant}" is not known here`);
    const { sub, exp } = claims;
    if (typeof sub !== 'string' || !NAME.test(sub))
      throw wrongClaim('sub', 'a text of 1 to 200 characters that can be printed');
    return new GrantedCaller({
      name: sub,
      tenant,
      kind: 'jwt',
      grants: grantsOf(claims[grantsClaim], grantsClaim),
      projects,
      expiresAtMs: (exp as number) * 1_000 + clockSkewMs,
    });
  }

  async #claims(token: string, nowMs: number): Promise<JWTPayload> {
    const { issuer, audience, algorithms, clockSkewMs } = this.rules;
    const options: JWTVerifyOptions = {
      issuer,
      audience,
      algorithms: [...algorithms],
      clockTolerance: clockSkewMs / 1_000,
      currentDate: new Date(nowMs),
      requiredClaims: ['exp', 'sub'],
    };
    const check = async () => (await jwtVerify(token, this.#lookup(nowMs), options)).payload;
    try {
      return await check();
    } catch (error) {
      // The issuer may have begun to sign with a new key.
      if (error instanceof errors.JWKSNoMatchingKey && (await this.keys.refresh())) {
        return await check().catch((again: unknown) => Promise.reject(deniedOf(again)));
      }
      throw deniedOf(error);
    }
  }

  #lookup(nowMs: number): JWTVerifyGetKey {
    const keys = this.keys.current(nowMs);
    let lookup = this.#lookups.get(keys);
    if (lookup === undefined) {
      lookup = createLocalJWKSet(keys);
      this.#lookups.set(keys, lookup);
    }
    return lookup;
  }
}

function grantsOf(claim: unknown, name: string): readonly Grant[] {
  const texts = typeof claim === 'string' ? claim.split(' ') : claim;
  if (!Array.isArray(texts))
    throw wrongClaim(name, 'a list of grants, or a text of grants with spaces between them');
  if (texts.length > MAX_GRANTS) throw wrongClaim(name, `at most ${MAX_GRANTS} grants`);
  return texts.flatMap((text) => (typeof text === 'string' ? (parseGrant(text) ?? []) : []));
}

const wrongClaim = (claim: string, expected: string) =>
  new Denied('wrong_claim', `the JWT's claim "${claim}" is not ${expected}`);

/** What jose found wrong, without anything of the token but names of claims. */
function deniedOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return new Denied('expired', 'the JWT has expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new Denied(
      'wrong_claim',
      `the JWT's claim "${error.claim}" is missing, or not what is expected here`,
    );
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return new Denied('bad_signature', 'the JWT is signed with an algorithm that is not allowed here');
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return new Denied('bad_signature', 'the JWT is signed with a key that its issuer does not publish');
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new Denied('bad_signature', "the JWT's signature is wrong");
  }
  if (error instanceof errors.JOSEError) return new Denied('malformed', 'the JWT cannot be read');
  return error;
}
