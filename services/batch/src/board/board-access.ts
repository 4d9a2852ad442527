/** Who may see the board of jobs, and change something: decisions on the headers of a request. Pure. */
import { type AccessFile, ANY, type TokenEntry, tokenHash } from '@forebay/service-kit';

export interface BoardRequest {
  readonly method: string;
  readonly headers: {
    readonly authorization?: string | undefined;
    readonly host?: string | undefined;
    readonly origin?: string | undefined;
    readonly 'sec-fetch-site'?: string | string[] | undefined;
  };
}

export type BoardDecision =
  | { readonly kind: 'allowed'; readonly who: string; readonly changes: boolean }
  /** `who`: null where the token is not known. */
  | {
      readonly kind: 'denied';
      readonly status: 401 | 403;
      readonly who: string | null;
      readonly why: 'no_token' | 'unknown_token' | 'expired' | 'no_grant' | 'other_site';
    };

/** Methods that change nothing. */
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export function decideAccess(access: AccessFile, request: BoardRequest, nowMs: number): BoardDecision {
  const token = tokenOf(request.headers.authorization);
  if (token === null) return { kind: 'denied', status: 401, who: null, why: 'no_token' };
  const hash = tokenHash(token);
  const entry = access.tokens.find(({ sha256 }) => sha256 === hash);
  if (entry === undefined) return { kind: 'denied', status: 401, who: null, why: 'unknown_token' };
  const who = entry.name;
  if (nowMs >= entry.expiresAtMs) return { kind: 'denied', status: 401, who, why: 'expired' };
  if (!isAdmin(entry)) return { kind: 'denied', status: 403, who, why: 'no_grant' };
  const changes = !READING.has(request.method);
  if (changes && !isOfThisSite(request)) return { kind: 'denied', status: 403, who, why: 'other_site' };
  return { kind: 'allowed', who, changes };
}

/** Of `Bearer <token>`, or as browsers ask for it: `Basic`, with any name and the token as the password. */
function tokenOf(authorization: string | undefined): string | null {
  const [, scheme, credentials = ''] = /^(\w+) +(\S+)$/.exec(authorization ?? '') ?? [];
  if (scheme?.toLowerCase() === 'bearer') return credentials;
  if (scheme?.toLowerCase() !== 'basic') return null;
  const text = Buffer.from(credentials, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? null : text.slice(colon + 1);
}

/** Jobs are of all projects. */
function isAdmin({ grants }: TokenEntry): boolean {
  return grants.some(({ permission, project }) => permission === 'admin' && project === ANY);
}

/** A browser sends what it was told once (`Basic`) with the requests of other sites, too. */
function isOfThisSite({ headers }: BoardRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (headers.origin === undefined) return true;
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host;
}
