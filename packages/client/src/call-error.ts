import { ForebayError, REASONS, type Reason } from '@forebay/contract';
import { type ServiceError, status } from '@grpc/grpc-js';

const REASON_TRAILER = 'forebay-reason';

/** For a status that did not come from Forebay: a proxy's, or the transport's. */
const REASON_BY_STATUS: Readonly<Partial<Record<status, Reason>>> = {
  [status.UNAVAILABLE]: 'unavailable',
  [status.DEADLINE_EXCEEDED]: 'deadline_exceeded',
  [status.RESOURCE_EXHAUSTED]: 'overloaded',
  [status.INVALID_ARGUMENT]: 'invalid_request',
  [status.NOT_FOUND]: 'not_found',
  [status.FAILED_PRECONDITION]: 'failed_precondition',
  [status.ABORTED]: 'conflict',
  [status.DATA_LOSS]: 'corrupt_data',
};

/** The failure of a call with the reason that the server gave. */
export function callError(error: ServiceError, address: string): ForebayError {
  const [given] = error.metadata?.get(REASON_TRAILER) ?? [];
  if (typeof given === 'string' && Object.hasOwn(REASONS, given)) {
    return new ForebayError(given as Reason, error.details, { cause: error });
  }
  const reason = REASON_BY_STATUS[error.code] ?? 'internal';
  return new ForebayError(reason, `calling ${address}: ${error.details}`, { cause: error });
}
