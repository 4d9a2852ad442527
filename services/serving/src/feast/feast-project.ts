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

/**
 * The project of a request; Feast's requests have no field for it. It is the one that is named beside the request, else the
 * one of the settings, else the only one that the caller may read what it asks for in, or the only one of its tenant.
 * Throws `invalid_request` if that does not say which; of other tenants' projects it tells nothing.
 */
export function projectOf({ named, configured, projects, caller, selection }: ProjectFacts): string {
  if (named !== null) return named;
  const own = projects.filter((project) => caller.isOfTenant(project));
  if (configured !== undefined && (own.includes(configured) || own.length === 0)) return configured;
  const service = selection.kind === 'service' ? selection.featureService : null;
  const readable = own.filter((project) => caller.mayRead(project, service));
  const [only] = readable.length === 1 ? readable : own;
  if (only !== undefined && (readable.length === 1 || own.length === 1)) return only;
  const list = own.slice(0, LISTED).join(', ') || 'none';
  throw new ForebayError(
    'invalid_request',
    `which project is not said, and there are ${own.length} (${list}): set FOREBAY_SERVING_FEAST_PROJECT on the server, send the header ${PROJECT_HEADER}, or over HTTP begin the path with the project`,
  );
}
