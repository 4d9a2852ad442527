import { status } from '@grpc/grpc-js';

interface ReasonTraits {
  readonly grpcStatus: status;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
}

/** The closed set of reasons for which Forebay refuses or fails. */
export const REASONS = {
  invalid_definition: { grpcStatus: status.INVALID_ARGUMENT, retryable: false },
  destructive_change: { grpcStatus: status.FAILED_PRECONDITION, retryable: false },
  invalid_request: { grpcStatus: status.INVALID_ARGUMENT, retryable: false },
  invalid_record: { grpcStatus: status.INVALID_ARGUMENT, retryable: false },
  invalid_configuration: { grpcStatus: status.FAILED_PRECONDITION, retryable: false },
  not_found: { grpcStatus: status.NOT_FOUND, retryable: false },
  unauthenticated: { grpcStatus: status.UNAUTHENTICATED, retryable: false },
  permission_denied: { grpcStatus: status.PERMISSION_DENIED, retryable: false },
  failed_precondition: { grpcStatus: status.FAILED_PRECONDITION, retryable: false },
  conflict: { grpcStatus: status.ABORTED, retryable: true },
  unavailable: { grpcStatus: status.UNAVAILABLE, retryable: true },
  deadline_exceeded: { grpcStatus: status.DEADLINE_EXCEEDED, retryable: true },
  cancelled: { grpcStatus: status.CANCELLED, retryable: false },
  overloaded: { grpcStatus: status.RESOURCE_EXHAUSTED, retryable: true },
  corrupt_data: { grpcStatus: status.DATA_LOSS, retryable: false },
  internal: { grpcStatus: status.INTERNAL, retryable: false },
} as const satisfies Record<string, ReasonTraits>;

export type Reason = keyof typeof REASONS;

export interface ErrorOptions {
  readonly cause?: unknown;
  /** The field of a request that is to blame, such as `keys["airport"][3]`. */
  readonly field?: string;
  /** When the same call may succeed. */
  readonly retryAfterMs?: number;
}

/**
 * The one error class. The message is lowercase, names the offending value and its place, and tells the reader what to do:
 * `view "origin_delays": window 90m is not a multiple of its hop 1h`.
 */
export class ForebayError extends Error {
  readonly reason: Reason;
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(reason: Reason, message: string, options: ErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'ForebayError';
    this.reason = reason;
    this.field = options.field;
    this.retryAfterMs = options.retryAfterMs;
  }

  get grpcStatus(): status {
    return REASONS[this.reason].grpcStatus;
  }

  get retryable(): boolean {
    return REASONS[this.reason].retryable;
  }

  get #details(): Omit<ErrorOptions, 'cause'> {
    const { field, retryAfterMs } = this;
    return {
      ...(field === undefined ? {} : { field }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }

  /** Total: any thrown value becomes a ForebayError; one that is not ours is `internal`. */
  static from(thrown: unknown, doing?: string): ForebayError {
    const prefix = doing === undefined ? '' : `${doing}: `;
    if (thrown instanceof ForebayError) {
      return doing === undefined
        ? thrown
        : new ForebayError(thrown.reason, prefix + thrown.message, { ...thrown.#details, cause: thrown });
    }
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new ForebayError('internal', prefix + message, { cause: thrown });
  }
}
