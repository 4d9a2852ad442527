import { ForebayError } from '@forebay/contract';

/** What a grant allows: `read` values, `push` events, `admin` everything that changes or removes. */
export const PERMISSIONS = ['read', 'push', 'admin'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** In place of a name: any. */
export const ANY = '*';

/** Longer names exist nowhere. */
const GRANT = /^([a-z]+):(\*|[a-z][a-z0-9_]{0,62})\/(\*|[a-z][a-z0-9_]{0,62})$/;

export interface Grant {
  readonly permission: Permission;
  /** A project, or ANY. */
  readonly project: string;
  /** Of `read` a feature service, of `push` an event source, or ANY; of `admin` always ANY. */
  readonly resource: string;
}

/** `read:payments/checkout`, in which project and service may be `*`; null for anything else. */
export function parseGrant(text: string): Grant | null {
  const [, permission, project, resource] = GRANT.exec(text) ?? [];
  if (project === undefined || resource === undefined) return null;
  if (!PERMISSIONS.some((known) => known === permission)) return null;
  if (permission === 'admin' && resource !== ANY) return null;
  if (project === ANY && resource !== ANY) return null;
  return { permission: permission as Permission, project, resource };
}

export function grantText({ permission, project, resource }: Grant): string {
  return `${permission}:${project}/${resource}`;
}

export const GRANT_FORM =
  'a grant such as read:payments/checkout (one feature service), read:payments/* (a project), push:payments/orders (one event source), admin:payments/* or read:*/*';

/** Throws `invalid_configuration` for a text that is no grant. */
export function requireGrant(text: string): Grant {
  const grant = parseGrant(text);
  if (grant === null) throw new ForebayError('invalid_configuration', `"${text}" is not ${GRANT_FORM}`);
  return grant;
}
