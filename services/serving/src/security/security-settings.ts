import {
  type Configuration,
  choiceSetting,
  durationSetting,
  listSetting,
  textSetting,
} from '@forebay/service-kit';
import { JWT_ALGORITHMS } from './jwt-verifier';

const TRANSPORTS = ['tls', 'mtls', 'plaintext'] as const;
const AUTHENTICATIONS = ['required', 'none'] as const;

const file = { pattern: /^\S(.*\S)?$/, allowed: 'a path', optional: true } as const;
const claim = { pattern: /^[A-Za-z0-9_.:/-]{1,200}$/, allowed: 'the name of a claim' } as const;

/** How clients reach serving, and who they are. */
export const SECURITY_SETTINGS = {
  transport: choiceSetting({
    env: 'FOREBAY_SERVING_TRANSPORT',
    choices: TRANSPORTS,
    default: 'tls',
    description:
      'TLS, TLS with client certificates (mtls), or nothing (plaintext), which has to be asked for by this name.',
  }),
  tlsCertFile: textSetting({
    ...file,
    env: 'FOREBAY_SERVING_TLS_CERT_FILE',
    description: "The server's certificate and those between it and the authority, PEM.",
  }),
  tlsKeyFile: textSetting({
    ...file,
    env: 'FOREBAY_SERVING_TLS_KEY_FILE',
    description: "The certificate's private key, PEM, not encrypted.",
  }),
  tlsClientCaFile: textSetting({
    ...file,
    env: 'FOREBAY_SERVING_TLS_CLIENT_CA_FILE',
    description: 'With mtls: the authorities whose client certificates are let in, PEM.',
  }),
  reloadEveryMs: durationSetting({
    env: 'FOREBAY_SERVING_RELOAD_INTERVAL',
    minMs: 50,
    maxMs: 3_600_000,
    default: '5s',
    description: 'How often certificates, access file and key file are looked at for changes.',
  }),
  authentication: choiceSetting({
    env: 'FOREBAY_SERVING_AUTHENTICATION',
    choices: AUTHENTICATIONS,
    default: 'required',
    description:
      'Whether calls need a credential; none has to be asked for by this name: everybody may do everything.',
  }),
  accessFile: textSetting({
    ...file,
    env: 'FOREBAY_SERVING_ACCESS_FILE',
    description:
      'The list of access tokens (hashed), client certificates and tenants, with their grants, YAML or JSON.',
  }),
  jwtKeys: textSetting({
    env: 'FOREBAY_SERVING_JWT_KEYS',
    pattern:
      /^(https:\/\/[^\s/@]+(\/\S*)?|http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\/\S*)?|(?!https?:)\S(.*\S)?)$/,
    allowed: 'an https:// URL of a JWK set (http:// on this machine only), or the path of one',
    optional: true,
    description: 'The public keys of JWTs (JWKS): a URL or a file; unset: JWTs are not taken.',
  }),
  jwtKeysRefreshMs: durationSetting({
    env: 'FOREBAY_SERVING_JWT_KEYS_REFRESH',
    minMs: 1_000,
    maxMs: 86_400_000,
    default: '5m',
    description: 'How often the keys of a URL are read anew.',
  }),
  jwtIssuer: textSetting({
    env: 'FOREBAY_SERVING_JWT_ISSUER',
    optional: true,
    description: 'The `iss` that JWTs must have.',
  }),
  jwtAudience: textSetting({
    env: 'FOREBAY_SERVING_JWT_AUDIENCE',
    optional: true,
    description: 'The `aud` that JWTs must have.',
  }),
  jwtAlgorithms: listSetting({
    env: 'FOREBAY_SERVING_JWT_ALGORITHMS',
    choices: JWT_ALGORITHMS,
    default: 'RS256,PS256,ES256,EdDSA',
    description: 'The algorithms of signatures that are taken.',
  }),
  jwtClockSkewMs: durationSetting({
    env: 'FOREBAY_SERVING_JWT_CLOCK_SKEW',
    minMs: 0,
    maxMs: 600_000,
    default: '30s',
    description: 'How long before `nbf` and after `exp` a JWT is taken.',
  }),
  jwtGrantsClaim: textSetting({
    ...claim,
    env: 'FOREBAY_SERVING_JWT_GRANTS_CLAIM',
    default: 'forebay_grants',
    description: 'The claim with the grants: a list of texts, or one text with spaces between them.',
  }),
  jwtTenantClaim: textSetting({
    ...claim,
    env: 'FOREBAY_SERVING_JWT_TENANT_CLAIM',
    optional: true,
    description:
      'The claim with the tenant, one of those in the access file; unset: all JWTs are of the tenant `default`.',
  }),
};

export type SecurityConfiguration = Configuration<typeof SECURITY_SETTINGS>;

/** Facts between the settings; each text is a mistake. */
export function securityConflicts(configuration: SecurityConfiguration): string[] {
  return [...transportConflicts(configuration), ...authenticationConflicts(configuration)];
}

const FILES = {
  tls: ['tlsCertFile', 'tlsKeyFile'],
  mtls: ['tlsCertFile', 'tlsKeyFile', 'tlsClientCaFile'],
  plaintext: [],
} as const satisfies Record<(typeof TRANSPORTS)[number], readonly (keyof SecurityConfiguration)[]>;

type Optional =
  | 'tlsCertFile'
  | 'tlsKeyFile'
  | 'tlsClientCaFile'
  | 'accessFile'
  | 'jwtKeys'
  | 'jwtIssuer'
  | 'jwtAudience';

const env = (key: Optional) => SECURITY_SETTINGS[key].env;

function isSet(configuration: SecurityConfiguration, keys: readonly Optional[]): Optional[] {
  return keys.filter((key) => configuration[key] !== undefined);
}

function transportConflicts(configuration: SecurityConfiguration): string[] {
  const { transport } = configuration;
  const needed: readonly Optional[] = FILES[transport];
  const missing = needed.filter((key) => configuration[key] === undefined).map(env);
  const foreign = isSet(configuration, FILES.mtls).filter((key) => !needed.includes(key));
  const setThem = `set ${missing.length === 1 ? 'it to a PEM file' : 'them to PEM files'}`;
  return [
    ...(missing.length === 0
      ? []
      : [
          `FOREBAY_SERVING_TRANSPORT is ${transport}, which needs ${missing.join(' and ')}: ${setThem}, or set FOREBAY_SERVING_TRANSPORT=plaintext to serve without encryption`,
        ]),
    ...foreign.map(
      (key) =>
        `${env(key)} is set, but FOREBAY_SERVING_TRANSPORT=${transport} does not use it: unset one of them`,
    ),
  ];
}

function authenticationConflicts(configuration: SecurityConfiguration): string[] {
  const { authentication, accessFile, jwtKeys, jwtTenantClaim } = configuration;
  if (authentication === 'none') {
    return isSet(configuration, ['accessFile', 'jwtKeys', 'jwtIssuer', 'jwtAudience']).map(
      (key) =>
        `${env(key)} is set, but FOREBAY_SERVING_AUTHENTICATION=none does not use it: unset one of them`,
    );
  }
  if (accessFile === undefined && jwtKeys === undefined) {
    return [
      'calls need a credential, and none can be checked: set FOREBAY_SERVING_ACCESS_FILE or FOREBAY_SERVING_JWT_KEYS, or set FOREBAY_SERVING_AUTHENTICATION=none to let everybody read everything',
    ];
  }
  const ofJwt = ['jwtIssuer', 'jwtAudience'] as const;
  if (jwtKeys === undefined) {
    return isSet(configuration, ofJwt).map(
      (key) => `${env(key)} needs FOREBAY_SERVING_JWT_KEYS: set it, or unset the other`,
    );
  }
  const mistakes = ofJwt
    .filter((key) => configuration[key] === undefined)
    .map(
      (key) =>
        `FOREBAY_SERVING_JWT_KEYS needs ${env(key)}: without it, a JWT that was made for somebody else would be taken`,
    );
  if (jwtTenantClaim !== undefined && accessFile === undefined) {
    mistakes.push(
      'FOREBAY_SERVING_JWT_TENANT_CLAIM needs FOREBAY_SERVING_ACCESS_FILE, which says which projects a tenant has',
    );
  }
  return mistakes;
}
