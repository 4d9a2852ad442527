/** Certificates made at test time, by authorities of the test's own: X.509 v3 (RFC 5280) in DER (X.690), with ECDSA keys on P-256. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface Certificate {
  /** PEM, as are the others. */
  readonly cert: string;
  readonly key: string;
  /** For a certificate that this one issues. */
  readonly signWith: KeyObject;
  readonly commonName: string;
}

export interface CertificateOptions {
  readonly commonName: string;
  /** The authority; without one the certificate is an authority, issued by itself. */
  readonly issuer?: Certificate;
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
  readonly uri?: readonly string[];
  /** From now; negative: expired. Default: a day. */
  readonly validForMs?: number;
}

const HOUR_MS = 3_600_000;

export function makeCertificate(options: CertificateOptions): Certificate {
  const { commonName, issuer, validForMs = 24 * HOUR_MS } = options;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const nowMs = Date.now();
  const tbs = sequence(
    der(0xa0, integer(Buffer.of(2))), // version 3
    integer(Buffer.concat([Buffer.of(0x01), randomBytes(15)])),
    ECDSA_WITH_SHA256,
    nameOf(issuer?.commonName ?? commonName),
    sequence(time(nowMs + Math.min(0, validForMs) - HOUR_MS), time(nowMs + validForMs)),
    nameOf(commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensionsOf(options))),
  );
  const signature = sign('sha256', tbs, issuer?.signWith ?? privateKey);
  const certificate = sequence(tbs, ECDSA_WITH_SHA256, der(0x03, Buffer.of(0), signature));
  return {
    cert: pem(certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    signWith: privateKey,
    commonName,
  };
}

function extensionsOf({ issuer, dns = [], ip = [], uri = [] }: CertificateOptions): Buffer[] {
  const isAuthority = issuer === undefined;
  const names = [
    ...dns.map((name) => der(0x82, Buffer.from(name, 'latin1'))),
    ...uri.map((name) => der(0x86, Buffer.from(name, 'latin1'))),
    ...ip.map((address) => der(0x87, Buffer.from(address.split('.').map(Number)))),
  ];
  const basicConstraints = isAuthority ? sequence(der(0x01, Buffer.of(0xff))) : sequence();
  return [
    extension([2, 5, 29, 19], basicConstraints, true),
    ...(names.length === 0 ? [] : [extension([2, 5, 29, 17], sequence(...names), false)]),
  ];
}

/** Tag, length, contents. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const significant = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.of(tag, 0x80 | significant.length), significant, body]);
}

const sequence = (...contents: readonly Uint8Array[]) => der(0x30, ...contents);
const integer = (bytes: Uint8Array) => der(0x02, bytes);
/** GeneralizedTime to the second. */
const time = (ms: number) =>
  der(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')}`, 'latin1'));

function objectId([first, second, ...rest]: readonly number[]): Buffer {
  const bytes = [(first as number) * 40 + (second as number)];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

const ECDSA_WITH_SHA256 = sequence(objectId([1, 2, 840, 10045, 4, 3, 2]));

function nameOf(commonName: string): Buffer {
  const text = der(0x0c, Buffer.from(commonName));
  return sequence(der(0x31, sequence(objectId([2, 5, 4, 3]), text)));
}

function extension(id: readonly number[], value: Buffer, critical: boolean): Buffer {
  const flag = critical ? [der(0x01, Buffer.of(0xff))] : [];
  return sequence(objectId(id), ...flag, der(0x04, value));
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
