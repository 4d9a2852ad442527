import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '../../../../test/support/certificates';
import { KAFKA_SECURITY_SETTINGS } from '../common-settings';
import { readConfiguration } from '../configuration';
import { readKafkaSecurity } from './kafka-security';

const authority = makeCertificate({ commonName: 'test authority' });
const own = makeCertificate({ commonName: 'stream', issuer: authority });

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'kafka-security-'));
  writeFileSync(at('ca.pem'), authority.cert);
  writeFileSync(at('cert.pem'), own.cert);
  writeFileSync(at('key.pem'), own.key);
});
afterAll(() => rmSync(directory, { recursive: true }));

const at = (name: string) => join(directory, name);
const read = (environment: Record<string, string>) =>
  readKafkaSecurity(readConfiguration(KAFKA_SECURITY_SETTINGS, environment));

test('files are read, and user and password are taken', () => {
  expect(read({})).toEqual({});
  const security = read({
    FOREBAY_KAFKA_TLS: 'true',
    FOREBAY_KAFKA_CA_FILE: at('ca.pem'),
    FOREBAY_KAFKA_CERT_FILE: at('cert.pem'),
    FOREBAY_KAFKA_KEY_FILE: at('key.pem'),
    FOREBAY_KAFKA_SASL_MECHANISM: 'scram-sha-512',
    FOREBAY_KAFKA_USER: 'forebay',
    FOREBAY_KAFKA_PASSWORD: 'secret',
  });
  expect(security).toEqual({
    tls: { ca: authority.cert, cert: own.cert, key: own.key },
    sasl: { mechanism: 'scram-sha-512', username: 'forebay', password: 'secret' },
  });
  expect(read({ FOREBAY_KAFKA_TLS: 'true' })).toEqual({ tls: {} });
});

test.each([
  [{ FOREBAY_KAFKA_CA_FILE: 'ca.pem' }, /FOREBAY_KAFKA_CA_FILE is set, but FOREBAY_KAFKA_TLS is false/],
  [
    { FOREBAY_KAFKA_TLS: 'true', FOREBAY_KAFKA_CERT_FILE: 'x' },
    /CERT_FILE is set without FOREBAY_KAFKA_KEY_FILE/,
  ],
  [
    { FOREBAY_KAFKA_TLS: 'true', FOREBAY_KAFKA_CA_FILE: '/no/ca' },
    /CA_FILE: \/no\/ca cannot be read: ENOENT/,
  ],
  [
    { FOREBAY_KAFKA_TLS: 'true', FOREBAY_KAFKA_CA_FILE: __filename },
    /CA_FILE: .* has no certificate in PEM form/,
  ],
  [{ FOREBAY_KAFKA_USER: 'a', FOREBAY_KAFKA_PASSWORD: 'b' }, /set FOREBAY_KAFKA_SASL_MECHANISM too/],
  [{ FOREBAY_KAFKA_SASL_MECHANISM: 'plain' }, /set FOREBAY_KAFKA_USER and FOREBAY_KAFKA_PASSWORD too/],
  [{ FOREBAY_KAFKA_USER: 'a' }, /FOREBAY_KAFKA_USER is set without FOREBAY_KAFKA_PASSWORD/],
])('%j is refused with what to do', (environment, message) => {
  expect(() => read(environment as unknown as Record<string, string>)).toThrow(message);
});

test('a certificate with the key of another is refused, without contents', () => {
  const tls = { FOREBAY_KAFKA_TLS: 'true', FOREBAY_KAFKA_CERT_FILE: at('ca.pem') };
  const mixed = () => read({ ...tls, FOREBAY_KAFKA_KEY_FILE: at('key.pem') });
  expect(mixed).toThrow(/CERT_FILE, FOREBAY_KAFKA_KEY_FILE cannot be used together/);
  expect(mixed).not.toThrow(/BEGIN/);
});
