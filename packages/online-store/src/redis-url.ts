import { ForebayError } from '@forebay/contract';

/** Checks a `redis://` or `rediss://` URL; `setting` names where it came from. Returns `host:port`, which is safe to print. */
export function redisAddress(url: string, setting: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new ForebayError(
      'invalid_configuration',
      `${setting} is not a URL; write redis://host:6379, or rediss:// for TLS`,
    );
  }
  if (parsed.protocol !== 'redis:' && parsed.protocol !== 'rediss:') {
    throw new ForebayError(
      'invalid_configuration',
      `${setting} begins with ${parsed.protocol}//; write redis://host:6379, or rediss:// for TLS`,
    );
  }
  if (parsed.hostname === '') {
    throw new ForebayError('invalid_configuration', `${setting} names no host; write redis://host:6379`);
  }
  return `${parsed.hostname}:${parsed.port === '' ? '6379' : parsed.port}`;
}
