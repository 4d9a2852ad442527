import { ForebayError } from '@forebay/contract';
import type { OnlineFeaturesRequest } from '../request/online-features-request';
import type { Caller } from '../security/caller';

/** Of HTTP and, as metadata, of gRPC. */
export const PROJECT_HEADER = 'forebay-project';
/** Likewise; the answer to an HTTP request has it too, if it is in the log of served vectors. */
export const REQUEST_ID_HEADER = 'forebay-request-id';

const LISTED = 20;

export interface ProjectFacts {
  /** By the caller beside the request: a header, or what the path begins with; null: not at all. */
  readonly named: string | null;
  /** By the settings. */
  readonly configured: string | undefined;
  /** All that there are. */
  readonly projects: readonly string[];
  readonly caller: Pick<Caller, 'isOfTenant' | 'mayRead'>;
  readonly selection: OnlineFeaturesRequest['selection'];
}

export interface PushProjectFacts extends Omit<ProjectFacts, 'selection' | 'caller'> {
  readonly caller: Pick<Caller, 'isOfTenant' | 'mayPush'>;
  readonly source: string;
}

/**
 * The project of a request; Feast's requests have no field for it. It is the one that is named beside the request, else the
 * one of the settings, else the only one that the caller may read what it asks for in, or the only one of its tenant.
 * Throws `invalid_request` if that does not say which; of other tenants' projects it tells nothing.
 */
export function projectOf({ caller, selection, ...facts }: ProjectFacts): string {
  const service = selection.kind === 'service' ? selection.featureService : null;
  return chooseProject({ ...facts, caller, isAllowed: (project) => caller.mayRead(project, service) });
}

/** The project of a push, likewise: by where the caller may push to the source. */
export function pushProjectOf({ caller, source, ...facts }: PushProjectFacts): string {
  return chooseProject({ ...facts, caller, isAllowed: (project) => caller.mayPush(project, source) });
}

interface ChoiceFacts extends Omit<ProjectFacts, 'selection' | 'caller'> {
  readonly caller: Pick<Caller, 'isOfTenant'>;
  /** Whether the caller may do what it asks for there. */
  readonly isAllowed: (project: string) => boolean;
}

function chooseProject({ named, configured, projects, caller, isAllowed }: ChoiceFacts): string {
  if (named !== null) return named;
  const own = projects.filter((project) => caller.isOfTenant(project));
  if (configured !== undefined && (own.includes(configured) || own.length === 0)) return configured;
  const allowed = own.filter(isAllowed);
  const [only] = allowed.length === 1 ? allowed : own;
  if (only !== undefined && (allowed.length === 1 || own.length === 1)) return only;
  const list = own.slice(0, LISTED).join(', ') || 'none';
  throw new ForebayError(
    'invalid_request',
    `which project is not said, and there are ${own.length} (${list}): set FOREBAY_SERVING_FEAST_PROJECT on the server, send the header ${PROJECT_HEADER}, or over HTTP begin the path with the project`,
  );
}
