import { ForebayError, REASONS, type Reason } from '@forebay/contract';
import { type Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { type FieldViolation, NO_DETAILS, readStatusDetails, type StatusDetails } from './status-details';

const REASON_TRAILER = 'forebay-reason';
const DETAILS_TRAILER = 'grpc-status-details-bin';

/** For a status that did not come from Forebay: a proxy's, or the transport's. */
const REASON_BY_STATUS: Readonly<Partial<Record<status, Reason>>> = {
  [status.UNAVAILABLE]: 'unavailable',
  [status.DEADLINE_EXCEEDED]: 'deadline_exceeded',
  [status.RESOURCE_EXHAUSTED]: 'overloaded',
  [status.INVALID_ARGUMENT]: 'invalid_request',
  [status.NOT_FOUND]: 'not_found',
  [status.FAILED_PRECONDITION]: 'failed_precondition',
  [status.UNAUTHENTICATED]: 'unauthenticated',
  [status.PERMISSION_DENIED]: 'permission_denied',
  [status.ABORTED]: 'conflict',
  [status.DATA_LOSS]: 'corrupt_data',
};

interface CallFacts {
  readonly address: string;
  /** Of `grpc.status`. */
  readonly code: status;
  readonly attempts: number;
  readonly details: StatusDetails;
  readonly cause: unknown;
}

/** The failure of a call: the server's reason and message, with what it says of the request's fields and of trying again. */
export class FeatureCallError extends ForebayError {
  override readonly name = 'FeatureCallError';
  readonly address: string;
  /** Of `grpc.status`. */
  readonly code: status;
  /** How often it was tried. */
  readonly attempts: number;
  /** The fields of the request that are to blame. */
  readonly violations: readonly FieldViolation[];

  constructor(
    reason: Reason,
    message: string,
    private readonly facts: CallFacts,
  ) {
    const { violations, metadata, retryAfterMs } = facts.details;
    const field = metadata.field ?? violations.find(({ field }) => field !== '')?.field;
    super(reason, message, {
      cause: facts.cause,
      ...(field === undefined ? {} : { field }),
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
    });
    this.address = facts.address;
    this.code = facts.code;
    this.attempts = facts.attempts;
    this.violations = violations;
  }

  /** The same failure, of the last of several attempts. */
  after(attempts: number): FeatureCallError {
    if (attempts === this.attempts) return this;
    return new FeatureCallError(this.reason, `${this.message} (tried ${attempts} times)`, {
      ...this.facts,
      attempts,
    });
  }
}

/** The failure of one attempt. */
export function callError(error: ServiceError, address: string): FeatureCallError {
  const facts = { address, code: error.code, attempts: 1, details: detailsOf(error.metadata), cause: error };
  const [given] = error.metadata?.get(REASON_TRAILER) ?? [];
  if (typeof given === 'string' && Object.hasOwn(REASONS, given))
    return new FeatureCallError(given as Reason, error.details, facts);
  if (/^Received message larger than max/.test(error.details)) {
    const message = `calling ${address}: the answer is longer than maxResponseBytes: ask for fewer rows or features, or raise it`;
    return new FeatureCallError('invalid_request', message, facts);
  }
  const reason = REASON_BY_STATUS[error.code] ?? 'internal';
  return new FeatureCallError(reason, `calling ${address}: ${error.details}`, facts);
}

function detailsOf(metadata: Metadata | undefined): StatusDetails {
  const [details] = metadata?.get(DETAILS_TRAILER) ?? [];
  return details instanceof Uint8Array ? readStatusDetails(details) : NO_DETAILS;
}
