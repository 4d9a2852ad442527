import { ForebayError } from '@forebay/contract';
import { isAccessToken } from '@forebay/service-kit';
import { AccessList } from './access-list';
import { ANYONE, type Caller } from './caller';
import { Denied } from './denied';
import type { JwtVerifier } from './jwt-verifier';
import { KnownCallers } from './known-callers';
import { connectionOf, type Peer } from './peer';

/** Longer headers are refused before they cost anything. */
const MAX_HEADER_CHARACTERS = 8_192;

/**
 * JWTs that are verified at a time. One with an unknown key waits until the keys have been read anew, and its call is in flight
 * meanwhile: whoever makes up such JWTs takes no more of what is worked on.
 */
const MAX_PENDING = 500;
const PENDING_RETRY_MS = 100;

const BEARER = /^bearer +([A-Za-z0-9._~+/=-]+)$/i;
const JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

export interface AuthenticatorOptions {
  /** false: everybody may do everything, and no header is looked at. */
  readonly required: boolean;
  /** null: JWTs are not taken. */
  readonly jwt: JwtVerifier | null;
  /** The wall clock, ms. */
  readonly clock: () => number;
}

/** From a call's credential to its caller: an access token, a JWT, or else the client certificate. */
export class Authenticator {
  #list = AccessList.EMPTY;
  /** Grows whenever what was verified may be no longer. */
  #generation = 0;
  readonly #known = new KnownCallers();
  /** Verifications that are under way, by header: the first calls of a client come together. */
  readonly #pending = new Map<string, Promise<Caller>>();
  /** Of connections with a certificate; null: the list does not know it. */
  #certificates = new WeakMap<object, Caller | null>();

  constructor(private readonly options: AuthenticatorOptions) {}

  get isRequired(): boolean {
    return this.options.required;
  }

  /** From now on; every caller is looked up anew. */
  use(list: AccessList): void {
    this.#list = list;
    this.forget();
  }

  /** What was verified is verified again, as after a change of keys. */
  forget(): void {
    this.#generation++;
    this.#known.clear();
    this.#pending.clear();
    this.#certificates = new WeakMap();
  }

  /**
   * Who calls, by the text of the `authorization` header (undefined: none) or, without one, by the client certificate.
   * A promise only for a JWT that is not known yet. Throws or rejects with Denied, and with `unavailable` while the keys
   * of JWTs have never been read, and while too many JWTs are being verified.
   */
  authenticate(authorization: string | undefined, peer: Peer): Caller | Promise<Caller> {
    if (!this.options.required) return ANYONE;
    const nowMs = this.options.clock();
    if (authorization === undefined) return this.#byCertificate(peer, nowMs);
    const known = this.#known.get(authorization);
    if (known !== undefined && known.expiresAtMs > nowMs) return known;
    return this.#verify(authorization, nowMs);
  }

  #verify(header: string, nowMs: number): Caller | Promise<Caller> {
    this.#known.delete(header);
    const token = header.length > MAX_HEADER_CHARACTERS ? undefined : BEARER.exec(header)?.[1];
    if (token === undefined) {
      throw new Denied('malformed', 'the authorization header is not "Bearer" and an access token or a JWT');
    }
    if (isAccessToken(token)) {
      const caller = unexpired(this.#list.byToken(token), nowMs, 'access token');
      if (caller === null)
        throw new Denied('unknown_token', 'the access token is not known here, or was revoked');
      this.#known.add(header, caller);
      return caller;
    }
    const { jwt } = this.options;
    if (!JWT.test(token) || jwt === null) {
      const taken = jwt === null ? 'an access token' : 'an access token or a JWT';
      throw new Denied('malformed', `what the authorization header bears is not ${taken}`);
    }
    const pending = this.#pending.get(header);
    if (pending !== undefined) return pending;
    if (this.#pending.size >= MAX_PENDING) {
      const message = `${MAX_PENDING} JWTs that are new here are being verified: try again`;
      throw new ForebayError('unavailable', message, { retryAfterMs: PENDING_RETRY_MS });
    }
    const verified = this.#verifyJwt(jwt, header, token);
    this.#pending.set(header, verified);
    return verified;
  }

  async #verifyJwt(jwt: JwtVerifier, header: string, token: string): Promise<Caller> {
    const generation = this.#generation;
    try {
      const caller = await jwt.verify(token, this.#list, this.options.clock());
      // If list or keys were replaced meanwhile, this call was let in by those before, and no other is.
      if (generation === this.#generation) this.#known.add(header, caller);
      return caller;
    } finally {
      this.#pending.delete(header);
    }
  }

  #byCertificate(peer: Peer, nowMs: number): Caller {
    const caller = this.#list.hasCertificates
      ? unexpired(this.#ofConnection(peer), nowMs, 'entry of the client certificate')
      : null;
    if (caller !== null) return caller;
    throw new Denied(
      'no_credential',
      'no credential: send the header "authorization: Bearer …" with an access token or a JWT, or use a client certificate that the access file has',
    );
  }

  #ofConnection(peer: Peer): Caller | null {
    const connection = connectionOf(peer);
    const known = connection === null ? undefined : this.#certificates.get(connection);
    if (known !== undefined) return known;
    const { sslPeerCertificate } = peer.getAuthContext();
    const caller = sslPeerCertificate === undefined ? null : this.#list.byCertificate(sslPeerCertificate);
    if (connection !== null) this.#certificates.set(connection, caller);
    return caller;
  }
}

function unexpired(caller: Caller | null, nowMs: number, what: string): Caller | null {
  if (caller === null || caller.expiresAtMs > nowMs) return caller;
  throw new Denied(
    'expired',
    `the ${what} "${caller.name}" expired at ${new Date(caller.expiresAtMs).toISOString()}`,
  );
}
