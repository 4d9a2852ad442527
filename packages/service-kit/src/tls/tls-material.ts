import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { ForebayError } from '@forebay/contract';

/** TLS 1.0 and 1.1 are broken, and no client of ours needs them. */
const MIN_VERSION = 'TLSv1.2';

/** A certificate, its key, and whom it trusts; all PEM. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Certificates of the authorities whose clients are let in. */
  readonly ca?: Buffer;
}

/** Material that fits together, and when its certificate expires. */
export interface CheckedTls {
  readonly context: SecureContextOptions;
  /** Ms since the epoch. */
  readonly expiresAtMs: number;
  /** For a person: subject and serial number. */
  readonly description: string;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Checks that the parts are what they should be, belong together and have not expired: what is taken up works.
 * Throws `invalid_configuration` with the part that is wrong; never with contents.
 */
export function checkTls({ cert, key, ca }: TlsMaterial, nowMs: number): CheckedTls {
  const [leaf] = certificatesIn(cert, 'the certificate file');
  if (ca !== undefined) certificatesIn(ca, 'the file of client authorities');
  const context: SecureContextOptions = {
    cert,
    key,
    ...(ca === undefined ? {} : { ca }),
    minVersion: MIN_VERSION,
  };
  try {
    createSecureContext(context);
  } catch (thrown) {
    const why = (thrown as Error).message.replace(/^error:[0-9A-F]+:/i, '');
    throw wrong(`the certificate and its key cannot be used together (an encrypted key cannot): ${why}`);
  }
  const expiresAtMs = Date.parse((leaf as X509Certificate).validTo);
  const { subject, serialNumber, validTo } = leaf as X509Certificate;
  if (expiresAtMs <= nowMs) throw wrong(`the certificate expired at ${validTo}`);
  const description = `${subject.replaceAll('\n', ', ')} (serial ${serialNumber}, until ${validTo})`;
  return { context, expiresAtMs, description };
}

function certificatesIn(pem: Buffer, what: string): X509Certificate[] {
  const blocks = pem.toString('latin1').match(CERTIFICATE);
  if (blocks === null) throw wrong(`${what} has no certificate in PEM form`);
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    throw wrong(`${what} has a certificate that cannot be read`);
  }
}

const wrong = (message: string) => new ForebayError('invalid_configuration', message);
