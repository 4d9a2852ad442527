import type { PeerCertificate } from 'node:tls';
import { type AccessEntry, type AccessFile, identityText, ONE_TENANT, tokenHash } from '@forebay/service-kit';
import { type Caller, type CredentialKind, GrantedCaller } from './caller';
import { namesOf } from './client-certificate';

/** An access file, indexed: one caller per credential. Never changed; a new file makes a new one. */
export class AccessList {
  readonly #byHash: ReadonlyMap<string, Caller>;
  readonly #byIdentity: ReadonlyMap<string, Caller>;

  constructor(private readonly file: AccessFile) {
    const caller = (entry: AccessEntry, kind: CredentialKind) =>
      new GrantedCaller({ ...entry, kind, projects: this.projectsOf(entry.tenant) ?? new Set() });
    this.#byHash = new Map(file.tokens.map((entry) => [entry.sha256, caller(entry, 'token')]));
    this.#byIdentity = new Map(
      file.certificates.map((entry) => [identityText(entry.identity), caller(entry, 'certificate')]),
    );
  }

  static readonly EMPTY = new AccessList({ tenants: ONE_TENANT, tokens: [], certificates: [] });

  /** The names of all credentials. */
  get names(): readonly string[] {
    return [...this.file.tokens, ...this.file.certificates].map(({ name }) => name);
  }

  get hasCertificates(): boolean {
    return this.#byIdentity.size > 0;
  }

  /** Of the token with this text; it may have expired. */
  byToken(token: string): Caller | null {
    return this.#byHash.get(tokenHash(token)) ?? null;
  }

  /** Of a client certificate that the transport has verified; it may have expired. URIs go before DNS names, those before the common name. */
  byCertificate(certificate: PeerCertificate): Caller | null {
    for (const name of namesOf(certificate)) {
      const caller = this.#byIdentity.get(name);
      if (caller !== undefined) return caller;
    }
    return null;
  }

  /** null: there is no such tenant. */
  projectsOf(tenant: string): ReadonlySet<string> | null {
    return this.file.tenants.get(tenant) ?? null;
  }
}
