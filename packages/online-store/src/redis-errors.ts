import { ForebayError, type Reason } from '@forebay/contract';

/** What a reply of Redis begins with, and what it means to the caller. */
const REASON_BY_CODE: Readonly<Record<string, Reason>> = {
  OOM: 'overloaded',
  NOAUTH: 'invalid_configuration',
  WRONGPASS: 'invalid_configuration',
  NOPERM: 'invalid_configuration',
  LOADING: 'unavailable',
  READONLY: 'unavailable',
  MASTERDOWN: 'unavailable',
  CLUSTERDOWN: 'unavailable',
  TRYAGAIN: 'unavailable',
  MOVED: 'unavailable',
  ASK: 'unavailable',
  BUSY: 'unavailable',
  MISCONF: 'unavailable',
};

const REMEDY_BY_CODE: Readonly<Record<string, string>> = {
  OOM: '; raise maxmemory, or add memory',
  NOPERM: "; grant the user of the connection's URL this command",
};

export function isNoScript(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message.startsWith('NOSCRIPT');
}

/** The keys of the command have another server, or are about to. */
export function isRedirect(thrown: unknown): boolean {
  return thrown instanceof Error && /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|READONLY)\b/.test(thrown.message);
}

export function isAccessRefused(thrown: unknown): boolean {
  return thrown instanceof Error && /^(NOAUTH|WRONGPASS|NOPERM)\b/.test(thrown.message);
}

/** A reply such as `OOM command not allowed …` by its first word; anything else (closed, refused, reset) is `unavailable`. */
export function redisError(thrown: unknown, server: string, doing: string): ForebayError {
  if (thrown instanceof ForebayError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = message.slice(0, message.indexOf(' '));
  const known = REASON_BY_CODE[code];
  const isReply = thrown instanceof Error && thrown.name === 'ReplyError';
  const reason = known ?? (isReply ? 'internal' : 'unavailable');
  return new ForebayError(reason, `${doing} on redis ${server}: ${message}${REMEDY_BY_CODE[code] ?? ''}`, {
    cause: thrown,
  });
}
