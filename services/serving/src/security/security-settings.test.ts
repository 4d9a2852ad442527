import { readConfiguration } from '@forebay/service-kit';
import { SECURITY_SETTINGS, securityConflicts } from './security-settings';

const read = (environment: Record<string, string>) =>
  readConfiguration(SECURITY_SETTINGS, environment, { conflicts: securityConflicts });

const PLAIN = { FOREBAY_SERVING_TRANSPORT: 'plaintext' };
const OPEN = { FOREBAY_SERVING_AUTHENTICATION: 'none' };
const TLS = { FOREBAY_SERVING_TLS_CERT_FILE: 'c.pem', FOREBAY_SERVING_TLS_KEY_FILE: 'k.pem' };
const JWT = { FOREBAY_SERVING_JWT_KEYS: 'https://issuer.example/jwks.json' };
const FOR_US = {
  FOREBAY_SERVING_JWT_ISSUER: 'https://issuer.example',
  FOREBAY_SERVING_JWT_AUDIENCE: 'forebay',
};

test.each([
  { ...PLAIN, ...OPEN },
  { ...TLS, FOREBAY_SERVING_ACCESS_FILE: 'access.yaml' },
  { ...TLS, ...JWT, ...FOR_US },
  { ...TLS, ...OPEN, FOREBAY_SERVING_TRANSPORT: 'mtls', FOREBAY_SERVING_TLS_CLIENT_CA_FILE: 'ca.pem' },
  { ...PLAIN, ...FOR_US, FOREBAY_SERVING_JWT_KEYS: 'http://127.0.0.1:8080/jwks' },
  {
    ...PLAIN,
    ...FOR_US,
    FOREBAY_SERVING_JWT_KEYS: 'keys/jwks.json',
    FOREBAY_SERVING_JWT_ALGORITHMS: 'ES256, RS256',
  },
])('%j is whole', (environment) => {
  expect(() => read(environment)).not.toThrow();
});

test('without any setting, both mistakes are told, each with the ways out', () => {
  expect(() => read({})).toThrow(
    'FOREBAY_SERVING_TRANSPORT is tls, which needs FOREBAY_SERVING_TLS_CERT_FILE and FOREBAY_SERVING_TLS_KEY_FILE: set them to PEM files, or set FOREBAY_SERVING_TRANSPORT=plaintext to serve without encryption',
  );
  expect(() => read({})).toThrow(
    'set FOREBAY_SERVING_ACCESS_FILE or FOREBAY_SERVING_JWT_KEYS, or set FOREBAY_SERVING_AUTHENTICATION=none',
  );
});

test.each([
  [
    { ...OPEN, FOREBAY_SERVING_TRANSPORT: 'mtls', ...TLS },
    'needs FOREBAY_SERVING_TLS_CLIENT_CA_FILE: set it to a PEM file',
  ],
  [
    { ...OPEN, ...PLAIN, ...TLS },
    'FOREBAY_SERVING_TLS_KEY_FILE is set, but FOREBAY_SERVING_TRANSPORT=plaintext does not use it',
  ],
  [
    { ...OPEN, ...PLAIN, FOREBAY_SERVING_ACCESS_FILE: 'a' },
    'FOREBAY_SERVING_AUTHENTICATION=none does not use it',
  ],
  [{ ...PLAIN, ...JWT }, 'FOREBAY_SERVING_JWT_KEYS needs FOREBAY_SERVING_JWT_AUDIENCE: without it'],
  [
    { ...PLAIN, FOREBAY_SERVING_ACCESS_FILE: 'a', ...FOR_US },
    'FOREBAY_SERVING_JWT_ISSUER needs FOREBAY_SERVING_JWT_KEYS',
  ],
  [
    { ...PLAIN, ...JWT, ...FOR_US, FOREBAY_SERVING_JWT_TENANT_CLAIM: 'org' },
    'needs FOREBAY_SERVING_ACCESS_FILE',
  ],
  [{ ...PLAIN, ...FOR_US, FOREBAY_SERVING_JWT_KEYS: 'http://issuer.example/jwks' }, 'is not an https:// URL'],
  [
    { ...PLAIN, ...FOR_US, ...JWT, FOREBAY_SERVING_JWT_ALGORITHMS: 'HS256' },
    '"HS256" is not one or more of RS256',
  ],
  [
    { ...PLAIN, ...FOR_US, ...JWT, FOREBAY_SERVING_JWT_ALGORITHMS: 'none' },
    '"none" is not one or more of RS256',
  ],
])('%j is told as a mistake', (environment, message) => {
  expect(() => read(environment)).toThrow(message);
});
