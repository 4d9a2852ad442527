/** The serving service as a process with certificates and credentials in files, and callers of it. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMessage } from '@forebay/contract';
import { type AccessFile, grantText, identityText, tokenEntryText } from '@forebay/service-kit';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { type Certificate, makeCertificate } from '../support/certificates';

export const GET_ONLINE_FEATURES = '/forebay.v1.FeatureService/GetOnlineFeatures';

/** How soon files are looked at: the tests wait for it. */
export const RELOAD_EVERY_MS = 50;

export interface Outcome {
  readonly code: status;
  readonly details: string;
}

/** Which features are asked for: those of a service, or one of a list. */
export interface Asked {
  readonly project?: string;
  readonly service?: string;
}

export function requestBytes({ project = 'flights', service = 'delays' }: Asked = {}): Buffer {
  const selection =
    service === 'a list'
      ? { features: { features: [{ view: 'departures', feature: 'flights_1h' }] } }
      : { feature_service: service };
  const keys = [{ join_key: 'airport', strings: ['ORD'] }];
  return Buffer.from(encodeMessage('GetOnlineFeaturesRequest', { project, ...selection, keys }));
}

const same = (bytes: Buffer) => bytes;

export interface CallerOptions {
  readonly port: number;
  /** The authority that the server's certificate is checked against; null: plain text. */
  readonly authority: Certificate | null;
  /** What the client shows. */
  readonly identity?: Certificate;
  /** Text of the authorization header. */
  readonly authorization?: string;
}

/** A client with a connection of its own. */
export class TestCaller {
  readonly #client: Client;

  constructor(private readonly options: CallerOptions) {
    const { port, authority, identity } = options;
    const pem = (text: string | undefined) => (text === undefined ? null : Buffer.from(text));
    const channel =
      authority === null
        ? credentials.createInsecure()
        : credentials.createSsl(pem(authority.cert), pem(identity?.key), pem(identity?.cert));
    this.#client = new Client(`127.0.0.1:${port}`, channel, {
      // TLS names no server by its address
      ...(authority === null ? {} : { 'grpc.ssl_target_name_override': 'localhost' }),
      'grpc.use_local_subchannel_pool': 1,
      'grpc.initial_reconnect_backoff_ms': 50,
      'grpc.max_reconnect_backoff_ms': 200,
    });
  }

  /** One call; whatever becomes of it. */
  call(path = GET_ONLINE_FEATURES, request: Buffer = requestBytes()): Promise<Outcome> {
    const metadata = new Metadata();
    const { authorization } = this.options;
    if (authorization !== undefined) metadata.set('authorization', authorization);
    return new Promise((resolve) => {
      const done = (error: ServiceError | null) =>
        resolve(
          error === null ? { code: status.OK, details: '' } : { code: error.code, details: error.details },
        );
      this.#client.makeUnaryRequest(
        path,
        same,
        same,
        request,
        metadata,
        { deadline: Date.now() + 5_000 },
        done,
      );
    });
  }

  ask(asked: Asked): Promise<Outcome> {
    return this.call(GET_ONLINE_FEATURES, requestBytes(asked));
  }

  close(): void {
    this.#client.close();
  }
}

/** Certificates and credentials in a directory, which is replaced whole behind a symbolic link, as Kubernetes does. */
export class SecretFiles {
  readonly authority = makeCertificate({ commonName: 'test authority' });
  readonly #root = mkdtempSync(join(tmpdir(), 'forebay-secrets-'));
  #version = 0;
  #files: Readonly<Record<string, string>> = {};

  constructor() {
    this.put({ ...this.certificate('serving-1'), 'ca.pem': this.authority.cert });
  }

  /** The files of a new certificate of the server. */
  certificate(commonName: string): Readonly<Record<string, string>> {
    const { cert, key } = makeCertificate({
      commonName,
      issuer: this.authority,
      dns: ['localhost'],
      ip: ['127.0.0.1'],
    });
    return { 'cert.pem': cert, 'key.pem': key };
  }

  /** Adds or replaces files, all at one instant. */
  put(files: Readonly<Record<string, string>>): void {
    this.#files = { ...this.#files, ...files };
    const version = `version-${++this.#version}`;
    mkdirSync(join(this.#root, version));
    for (const [name, text] of Object.entries(this.#files))
      writeFileSync(join(this.#root, version, name), text);
    symlinkSync(version, join(this.#root, 'next'));
    renameSync(join(this.#root, 'next'), join(this.#root, 'now'));
  }

  path(name: string): string {
    return join(this.#root, 'now', name);
  }

  /** The settings of TLS, or of mTLS. */
  transport(kind: 'tls' | 'mtls'): Record<string, string> {
    return {
      FOREBAY_SERVING_TRANSPORT: kind,
      FOREBAY_SERVING_TLS_CERT_FILE: this.path('cert.pem'),
      FOREBAY_SERVING_TLS_KEY_FILE: this.path('key.pem'),
      ...(kind === 'mtls' ? { FOREBAY_SERVING_TLS_CLIENT_CA_FILE: this.path('ca.pem') } : {}),
      FOREBAY_SERVING_RELOAD_INTERVAL: `${RELOAD_EVERY_MS}ms`,
    };
  }

  remove(): void {
    rmSync(this.#root, { recursive: true });
  }
}

/** An access file's text. */
export function accessFileText({ tokens = [], certificates = [], tenants }: Partial<AccessFile>): string {
  const ofTenants =
    tenants === undefined ? undefined : Object.fromEntries([...tenants].map(([name, of]) => [name, [...of]]));
  const ofCertificates = certificates.map(({ name, tenant, grants, identity }) => ({
    name,
    tenant,
    grants: grants.map(grantText),
    identity: identityText(identity),
  }));
  return [
    `tenants: ${JSON.stringify(ofTenants ?? { default: ['*'] })}`,
    tokens.length === 0 ? 'tokens: []' : `tokens:\n${tokens.map(tokenEntryText).join('\n')}`,
    `certificates: ${JSON.stringify(ofCertificates)}`,
  ].join('\n');
}

export interface HttpsRequest {
  readonly port: number;
  readonly path: string;
  /** The authority of the server's certificate, PEM. */
  readonly ca: string;
  /** null: a GET. */
  readonly body: string | null;
  readonly authorization?: string;
}

/** The status of the answer. */
export function httpsStatus({ port, path, ca, body, authorization }: HttpsRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      {
        host: '127.0.0.1',
        servername: 'localhost',
        port,
        path,
        ca,
        method: body === null ? 'GET' : 'POST',
        headers: authorization === undefined ? {} : { authorization },
        agent: false,
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode as number));
      },
    );
    request.on('error', reject);
    request.end(body ?? undefined);
  });
}
