import { ANY, type Grant, type Permission } from '@forebay/service-kit';

/** How a caller has shown who it is; `anyone`: it did not have to. */
export type CredentialKind = 'token' | 'jwt' | 'certificate' | 'anyone';

/** Who calls, and what it may do. Everything comes from the credential, nothing from the request. */
export interface Caller {
  readonly name: string;
  readonly tenant: string;
  readonly kind: CredentialKind;
  /** Ms since the epoch, excluded: until then the credential is good. */
  readonly expiresAtMs: number;
  /** Whether the project is one of the tenant's. Nothing may be done in another. */
  isOfTenant(project: string): boolean;
  /** `service`: `name` or `name@version`; null for features that no service names, which needs the whole project. */
  mayRead(project: string, service: string | null): boolean;
  mayPush(project: string, source: string): boolean;
  mayAdminister(project: string): boolean;
}

export interface CallerFacts {
  readonly name: string;
  readonly tenant: string;
  readonly kind: CredentialKind;
  readonly grants: readonly Grant[];
  /** The projects of the tenant; ANY for all. */
  readonly projects: ReadonlySet<string>;
  readonly expiresAtMs: number;
}

/** Resources by project; ANY stands for all of either. */
type Granted = ReadonlyMap<string, ReadonlySet<string>>;

/** A caller with grants. Asking costs two or three look-ups. */
export class GrantedCaller implements Caller {
  readonly name: string;
  readonly tenant: string;
  readonly kind: CredentialKind;
  readonly expiresAtMs: number;
  readonly #projects: ReadonlySet<string>;
  readonly #granted: Readonly<Record<Permission, Granted>>;

  constructor({ name, tenant, kind, grants, projects, expiresAtMs }: CallerFacts) {
    this.name = name;
    this.tenant = tenant;
    this.kind = kind;
    this.expiresAtMs = expiresAtMs;
    this.#projects = projects;
    this.#granted = {
      read: byProject(grants, 'read'),
      push: byProject(grants, 'push'),
      admin: byProject(grants, 'admin'),
    };
  }

  isOfTenant(project: string): boolean {
    return this.#projects.has(project) || this.#projects.has(ANY);
  }

  mayRead(project: string, service: string | null): boolean {
    return this.#may('read', project, service === null ? ANY : nameOf(service));
  }

  mayPush(project: string, source: string): boolean {
    return this.#may('push', project, source);
  }

  mayAdminister(project: string): boolean {
    return this.#may('admin', project, ANY);
  }

  #may(permission: Permission, project: string, resource: string): boolean {
    // A request may hold any text: one that reads `*` names nothing.
    if (project === ANY || !this.isOfTenant(project)) return false;
    const granted = this.#granted[permission];
    return allows(granted.get(project), resource) || allows(granted.get(ANY), resource);
  }
}

const allows = (resources: ReadonlySet<string> | undefined, resource: string) =>
  resources !== undefined && (resources.has(ANY) || resources.has(resource));

/** Grants name services without a version: who may read one version may read all. */
function nameOf(service: string): string {
  const at = service.indexOf('@');
  return at < 0 ? service : service.slice(0, at);
}

function byProject(grants: readonly Grant[], permission: Permission): Granted {
  const granted = new Map<string, Set<string>>();
  for (const grant of grants) {
    if (grant.permission !== permission) continue;
    const resources = granted.get(grant.project) ?? new Set();
    granted.set(grant.project, resources.add(grant.resource));
  }
  return granted;
}

/** Where no credentials are asked for, everybody may do everything. */
export const ANYONE: Caller = Object.freeze({
  name: 'anyone',
  tenant: '',
  kind: 'anyone' as const,
  expiresAtMs: Number.POSITIVE_INFINITY,
  isOfTenant: () => true,
  mayRead: () => true,
  mayPush: () => true,
  mayAdminister: () => true,
});
