import { ANY, type Permission } from '@forebay/service-kit';
import type { Caller } from './caller';
import { Denied } from './denied';

/** Texts of a request are shown up to here. */
const SHOWN_CHARACTERS = 64;

/**
 * Throws `permission_denied` unless the caller may read the feature service, or with null any feature of the project.
 * The message depends on the request and the credential alone: it does not tell what exists.
 */
export function requireRead(caller: Caller, project: string, service: string | null): void {
  // An empty name is a mistake of the request, and better told as one.
  if (project !== '' && !caller.mayRead(project, service))
    throw denied(caller, 'read', project, service ?? ANY);
}

export function requirePush(caller: Caller, project: string, source: string): void {
  if (!caller.mayPush(project, source)) throw denied(caller, 'push', project, source);
}

export function requireAdmin(caller: Caller, project: string): void {
  if (!caller.mayAdminister(project)) throw denied(caller, 'admin', project, ANY);
}

function denied(caller: Caller, permission: Permission, project: string, resource: string): Denied {
  const asked = `${permission}:${shown(project)}/${shown(resource.split('@', 1)[0] as string)}`;
  const why = caller.isOfTenant(project) ? 'no_grant' : 'foreign_project';
  const message = `"${caller.name}" lacks the grant ${asked}: ask whoever gives credentials for it, or for a wider one`;
  return new Denied(why, message, asked);
}

/** The message goes into a header and into the log: no half characters, which no header can carry, and no new lines. */
function shown(text: string): string {
  const cut = text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS).toWellFormed()}…`;
  return cut.toWellFormed().replaceAll(/\p{Cc}/gu, '\uFFFD');
}
