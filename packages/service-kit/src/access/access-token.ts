import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'fbt_';
const TOKEN_BYTES = 32;

/** `fbt_` and 43 characters of base64url: nothing that a person could have thought of has this form. */
const TOKEN = /^fbt_[A-Za-z0-9_-]{43}$/;

/** A new access token: 256 bits of the system's randomness. */
export function newAccessToken(): string {
  return PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
}

export function isAccessToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * What is stored of a token: its SHA-256, as 64 hexadecimal digits. A slow hash protects secrets that can be guessed;
 * of 2^256 tokens none can be, however fast a guess is tested.
 */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
