/** What stands in place of a password or a token. */
const MASK = '***';

// user:password@ of any URL; neither part may hold a character that ends the authority.
const CREDENTIALS = /:\/\/([^\s/?#@:"']*):[^\s/?#"']*@/g;

/** The text with the password of every URL in it replaced by `***`; the user's name stays. */
export function maskPasswords(text: string): string {
  if (!text.includes('://') || !text.includes('@')) return text;
  return text.replace(CREDENTIALS, `://$1:${MASK}@`);
}

// An access token of ours (docs/SECURITY.md), whole or in part; a JWT: header, claims, signature in base64url.
const ACCESS_TOKEN = /\bfbt_[A-Za-z0-9_-]{8,}/g;
const JWT = /\beyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?/g;
const BEARER = /\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}/gi;

/** The text without passwords in URLs, access tokens, JWTs and whatever follows the word Bearer. */
export function maskSecrets(text: string): string {
  const masked = maskPasswords(text);
  if (!/fbt_|eyJ|bearer/i.test(masked)) return masked;
  return masked
    .replace(ACCESS_TOKEN, `fbt_${MASK}`)
    .replace(JWT, `eyJ${MASK}`)
    .replace(BEARER, (_, scheme: string) => scheme + MASK);
}
