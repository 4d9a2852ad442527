/**
 * SASL on a connection of one's own: the handshake and its messages (https://kafka.apache.org/protocol#The_Messages_SaslHandshake),
 * PLAIN (RFC 4616) and SCRAM (RFC 5802, RFC 7677).
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { ForebayError } from '@forebay/contract';
import type { Exchange } from './broker-exchange';
import type { SaslCredentials } from './broker-security';
import { compactWriter } from './compact-protocol';

const HANDSHAKE = { api: 17, version: 1 };
const AUTHENTICATE = { api: 36, version: 0 };
const CLIENT_ID = 'forebay';

/** @throws ForebayError `failed_precondition` when the broker does not take the mechanism, or who this is. */
export async function authenticate(exchange: Exchange, credentials: SaslCredentials): Promise<void> {
  const { mechanism, username, password } = credentials;
  const name = mechanism.toUpperCase();
  const answer = await exchange(request(HANDSHAKE).string(name).framed());
  if (answer.readInt16BE(4) !== 0) {
    throw new ForebayError('failed_precondition', `the broker does not take the SASL mechanism ${name}`);
  }
  const send = (message: string) => sendMessage(exchange, Buffer.from(message));
  if (mechanism === 'plain') {
    await send(`\0${username}\0${password}`);
    return;
  }
  await scram(send, mechanism === 'scram-sha-256' ? 'sha256' : 'sha512', credentials);
}

function request({ api, version }: { api: number; version: number }) {
  return compactWriter().int16(api).int16(version).int32(1).string(CLIENT_ID);
}

async function sendMessage(exchange: Exchange, message: Buffer): Promise<string> {
  const answer = await exchange(request(AUTHENTICATE).int32(message.length).raw(message).framed());
  let at = 4;
  const code = answer.readInt16BE(at);
  at += 2;
  const textLength = answer.readInt16BE(at);
  at += 2;
  const text = answer.toString('utf8', at, at + Math.max(0, textLength));
  at += Math.max(0, textLength);
  if (code !== 0) {
    throw new ForebayError('failed_precondition', `the broker refused user and password: ${text || code}`);
  }
  const length = answer.readInt32BE(at);
  return answer.toString('utf8', at + 4, at + 4 + length);
}

async function scram(
  send: (message: string) => Promise<string>,
  hash: 'sha256' | 'sha512',
  { username, password }: SaslCredentials,
): Promise<void> {
  const ownNonce = randomBytes(18).toString('base64');
  const first = `n=${username.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${ownNonce}`;
  const challenge = await send(`n,,${first}`);
  const fields = fieldsOf(challenge);
  const nonce = fields.get('r') ?? '';
  const iterations = Number(fields.get('i'));
  if (!nonce.startsWith(ownNonce) || !Number.isInteger(iterations) || iterations < 1) throw notScram();
  const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest();
  const salt = Buffer.from(fields.get('s') ?? '', 'base64');
  const length = hash === 'sha256' ? 32 : 64;
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, length, hash);
  const clientKey = hmac(salted, 'Client Key');
  const bare = `c=biws,r=${nonce}`;
  const told = `${first},${challenge},${bare}`;
  const signature = hmac(createHash(hash).update(clientKey).digest(), told);
  const proof = Buffer.from(clientKey.map((byte, i) => byte ^ (signature[i] as number)));
  const verdict = fieldsOf(await send(`${bare},p=${proof.toString('base64')}`));
  const shown = Buffer.from(verdict.get('v') ?? '', 'base64');
  const expected = hmac(hmac(salted, 'Server Key'), told);
  if (shown.length !== expected.length || !timingSafeEqual(shown, expected)) throw notScram();
}

function fieldsOf(message: string): ReadonlyMap<string, string> {
  return new Map(message.split(',').map((field) => [field.slice(0, 1), field.slice(2)]));
}

const notScram = () =>
  new ForebayError('failed_precondition', 'the broker does not prove that it knows the password (SCRAM)');
