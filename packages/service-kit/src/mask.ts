/** What stands in place of a password. */
const MASK = '***';

// user:password@ of any URL; neither part may hold a character that ends the authority.
const CREDENTIALS = /:\/\/([^\s/?#@:"']*):[^\s/?#"']*@/g;

/** The text with the password of every URL in it replaced by `***`; the user's name stays. */
export function maskPasswords(text: string): string {
  if (!text.includes('://') || !text.includes('@')) return text;
  return text.replace(CREDENTIALS, `://$1:${MASK}@`);
}
