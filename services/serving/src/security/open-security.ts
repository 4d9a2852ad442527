import {
  DEFAULT_TENANT,
  type Instruments,
  type Logger,
  type Readiness,
  ServerTls,
} from '@forebay/service-kit';
import type { ServerCredentials } from '@grpc/grpc-js';
import { watchAccessFile } from './access-file';
import { AuditLog } from './audit-log';
import { Authenticator } from './authenticator';
import { CallGate } from './call-gate';
import { grpcCredentials } from './grpc-credentials';
import { openJwtKeyFile } from './jwt-key-file';
import { JwtKeyUrl } from './jwt-key-url';
import type { JwtKeys } from './jwt-keys';
import { JwtVerifier } from './jwt-verifier';
import type { SecurityConfiguration } from './security-settings';

export interface SecurityDependencies {
  readonly logger: Logger;
  readonly instruments: Instruments;
  readonly readiness: Readiness;
  readonly clock: () => number;
  component<T>(
    name: string,
    start: () => Promise<T> | T,
    stop: (started: T) => Promise<void> | void,
  ): Promise<T>;
}

export interface Security {
  readonly gate: CallGate;
  /** null: plain text. */
  readonly tls: ServerTls | null;
  readonly grpcCredentials: ServerCredentials;
}

/** Certificates, credentials and the audit log, kept up with their files. Throws `invalid_configuration`. */
export async function openSecurity(
  configuration: SecurityConfiguration,
  dependencies: SecurityDependencies,
): Promise<Security> {
  const { instruments, clock, component, logger } = dependencies;
  const { authentication, transport, accessFile, jwtKeys, reloadEveryMs } = configuration;
  const required = authentication === 'required';
  warn(configuration, logger);
  const tls = transport === 'plaintext' ? null : await openTls(configuration, dependencies);
  const audit = await component(
    'audit log',
    () => new AuditLog({ logger, instruments }),
    (log) => log.close(),
  );
  const keys = required ? await openJwtKeys(configuration, dependencies) : null;
  const jwt = keys === null ? null : verifierOf(configuration, keys);
  const authenticator = new Authenticator({ required, jwt, clock });
  keys?.onChange(() => {
    authenticator.forget();
    audit.administrative({
      what: 'jwt_keys_replaced',
      who: `keys ${jwtKeys}`,
      details: {},
    });
  });
  tls?.onChange(() =>
    audit.administrative({
      what: 'certificate_replaced',
      who: `file ${configuration.tlsCertFile}`,
      details: {},
    }),
  );
  if (required && accessFile !== undefined) {
    const use: Authenticator['use'] = (list) => authenticator.use(list);
    await component(
      'access file',
      () => watchAccessFile({ path: accessFile, reloadEveryMs, logger, instruments, audit, use }),
      (files) => files.close(),
    );
  }
  return { gate: new CallGate(authenticator, audit), tls, grpcCredentials: grpcCredentials(tls) };
}

function warn({ authentication, transport }: SecurityConfiguration, logger: Logger): void {
  if (authentication === 'none' && transport !== 'mtls') {
    logger.warn('calls need no credential: whoever reaches the port may read everything');
  } else if (authentication === 'required' && transport === 'plaintext') {
    logger.warn('credentials travel in plain text: whoever can listen on the network can use them');
  }
}

function openTls(
  configuration: SecurityConfiguration,
  dependencies: SecurityDependencies,
): Promise<ServerTls> {
  const { tlsCertFile = '', tlsKeyFile = '', tlsClientCaFile, reloadEveryMs } = configuration;
  const { logger, instruments, clock } = dependencies;
  return dependencies.component(
    'tls',
    () =>
      ServerTls.open({
        what: 'serving',
        certFile: tlsCertFile,
        keyFile: tlsKeyFile,
        ...(tlsClientCaFile === undefined ? {} : { clientCaFile: tlsClientCaFile }),
        reloadEveryMs,
        logger,
        instruments,
        clock,
      }),
    (tls) => tls.close(),
  );
}

async function openJwtKeys(
  { jwtKeys, jwtKeysRefreshMs, reloadEveryMs }: SecurityConfiguration,
  { logger, instruments, readiness, clock, component }: SecurityDependencies,
): Promise<JwtKeys | null> {
  if (jwtKeys === undefined) return null;
  if (!/^https?:/.test(jwtKeys)) {
    return component(
      'jwt keys',
      () => openJwtKeyFile({ path: jwtKeys, reloadEveryMs, logger, instruments }),
      (keys) => keys.close(),
    );
  }
  const keys = await component(
    'jwt keys',
    () =>
      new JwtKeyUrl({
        url: jwtKeys,
        refreshEveryMs: jwtKeysRefreshMs,
        logger,
        instruments,
        readiness: readiness.component('jwt keys', 'they have not been read yet'),
        clock,
      }),
    (started) => started.close(),
  );
  await keys.start();
  return keys;
}

function verifierOf(configuration: SecurityConfiguration, keys: JwtKeys): JwtVerifier {
  const { jwtIssuer = '', jwtAudience = '', jwtAlgorithms, jwtClockSkewMs } = configuration;
  return new JwtVerifier(keys, {
    issuer: jwtIssuer,
    audience: jwtAudience,
    algorithms: jwtAlgorithms,
    clockSkewMs: jwtClockSkewMs,
    grantsClaim: configuration.jwtGrantsClaim,
    tenantClaim: configuration.jwtTenantClaim ?? null,
    defaultTenant: DEFAULT_TENANT,
  });
}
