import { type ForebayError, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import { Metadata, type StatusObject } from '@grpc/grpc-js';
import { encodeStatus, STATUS_DETAILS_TRAILER, type StatusDetails } from './status-details';
import { statusText } from './status-text';

/** The trailer that carries the reason of a failure, which is finer than its status. */
export const REASON_TRAILER = 'forebay-reason';

/** Who names the reasons, as `google.rpc.ErrorInfo` wants it: a name that no other service uses. */
const DOMAIN = 'forebay';

/** Retries are spread, so that those who were refused together do not come back together. */
const RETRY_SPREAD = 0.5;
const LONGEST_RETRY_MS = MINUTE_MS;
/** It stands in the details twice. */
const MAX_FIELD_CHARACTERS = 120;
/** For what says that a later call may succeed, and not when. */
const USUAL_RETRY_MS = SECOND_MS;

/** What a failed call's client is told: code, text, the reason as a trailer, and `google.rpc` details. */
export function callStatus(error: ForebayError, random: () => number = Math.random): StatusObject {
  const code = error.grpcStatus;
  const details = statusText(error.message);
  const metadata = new Metadata();
  metadata.set(REASON_TRAILER, error.reason);
  metadata.set(STATUS_DETAILS_TRAILER, encodeStatus(code, details, detailsOf(error, details, random)));
  return { code, details, metadata };
}

function detailsOf(error: ForebayError, text: string, random: () => number): StatusDetails {
  const { reason } = error;
  const field = shownField(error.field);
  return {
    reason: reason.toUpperCase(),
    domain: DOMAIN,
    metadata: field === undefined ? {} : { field },
    retryDelayMs: retryDelayOf(error, random),
    violations: reason === 'invalid_request' ? [{ field: field ?? '', description: text }] : [],
  };
}

/** A path may have a name in it that the request has, which can be as long as a message. */
function shownField(path: string | undefined): string | undefined {
  if (path === undefined || path.length <= MAX_FIELD_CHARACTERS) return path;
  return `${path.slice(0, MAX_FIELD_CHARACTERS)}…`;
}

function retryDelayOf(error: ForebayError, random: () => number): number | null {
  if (error.reason !== 'overloaded' && error.reason !== 'unavailable') return null;
  const delayMs = error.retryAfterMs ?? USUAL_RETRY_MS;
  return Math.min(LONGEST_RETRY_MS, delayMs * (1 + RETRY_SPREAD * random()));
}
