import { makeCertificate } from '../../../../test/support/certificates';
import { checkTls } from './tls-material';

const NOW_MS = Date.now();
const authority = makeCertificate({ commonName: 'test authority' });
const server = makeCertificate({
  commonName: 'server',
  issuer: authority,
  dns: ['localhost'],
  ip: ['127.0.0.1'],
});
const other = makeCertificate({ commonName: 'other', issuer: authority });
const expired = makeCertificate({ commonName: 'old', issuer: authority, validForMs: -60_000 });

const of = (cert: string, key: string, ca?: string) => ({
  cert: Buffer.from(cert),
  key: Buffer.from(key),
  ...(ca === undefined ? {} : { ca: Buffer.from(ca) }),
});

test('a certificate and its key are good until the certificate expires', () => {
  const { expiresAtMs, description } = checkTls(of(server.cert, server.key, authority.cert), NOW_MS);
  expect(expiresAtMs / 1_000).toBeCloseTo((NOW_MS + 86_400_000) / 1_000, -2);
  expect(description).toMatch(/^CN=server \(serial 01[0-9A-F]{30}, until /);
});

test.each([
  ['a key of another certificate', of(server.cert, other.key), /cannot be used together/],
  ['an expired certificate', of(expired.cert, expired.key), /^the certificate expired at /],
  ['no PEM', of('hello', server.key), /^the certificate file has no certificate in PEM form$/],
  ['half a file', of(server.cert.slice(0, 200), server.key), /^the certificate file has no certificate/],
  ['a damaged certificate', of(server.cert.replace(/M\w{5}/, 'AAAAAA'), server.key), /that cannot be read$/],
  ['a key that is none', of(server.cert, 'hello'), /cannot be used together/],
  ['authorities that are none', of(server.cert, server.key, ''), /^the file of client authorities has no/],
])('%s is refused', (_, material, message) => {
  expect(() => checkTls(material, NOW_MS)).toThrow(message);
});
