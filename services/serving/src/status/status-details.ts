import { bytesField, integerField } from './protobuf-fields';

/** The trailer in which gRPC carries `google.rpc.Status`, from which clients in all languages take details. */
export const STATUS_DETAILS_TRAILER = 'grpc-status-details-bin';

const TYPES = 'type.googleapis.com/google.rpc.';
const MS_PER_SECOND = 1_000;
const NANOS_PER_MS = 1_000_000;

/** What a program may want to know of a failure, beyond its status. */
export interface StatusDetails {
  /** In capitals, one for each way to fail: `INVALID_REQUEST`. */
  readonly reason: string;
  readonly domain: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** null: to try again at once, or at all, makes no sense. */
  readonly retryDelayMs: number | null;
  readonly violations: readonly FieldViolation[];
}

export interface FieldViolation {
  /** A path in the request's message; empty: the message as a whole. */
  readonly field: string;
  readonly description: string;
}

/**
 * `google.rpc.Status` with `ErrorInfo`, `RetryInfo` and `BadRequest` where they have something to say
 * (https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto and error_details.proto).
 */
export function encodeStatus(code: number, message: string, details: StatusDetails): Buffer {
  const { retryDelayMs, violations } = details;
  const any = [anyOf('ErrorInfo', errorInfo(details))];
  if (retryDelayMs !== null) any.push(anyOf('RetryInfo', bytesField(1, duration(retryDelayMs))));
  if (violations.length > 0) any.push(anyOf('BadRequest', Buffer.concat(violations.map(violation))));
  return Buffer.concat([
    integerField(1, code),
    bytesField(2, message),
    ...any.map((detail) => bytesField(3, detail)),
  ]);
}

/** `google.protobuf.Any`. */
function anyOf(type: string, message: Buffer): Buffer {
  return Buffer.concat([bytesField(1, TYPES + type), bytesField(2, message)]);
}

function errorInfo({ reason, domain, metadata }: StatusDetails): Buffer {
  const entries = Object.entries(metadata).map(([key, value]) =>
    bytesField(3, Buffer.concat([bytesField(1, key), bytesField(2, value)])),
  );
  return Buffer.concat([bytesField(1, reason), bytesField(2, domain), ...entries]);
}

function violation({ field, description }: FieldViolation): Buffer {
  return bytesField(1, Buffer.concat([bytesField(1, field), bytesField(2, description)]));
}

/** `google.protobuf.Duration`. */
function duration(ms: number): Buffer {
  const whole = Math.max(0, Math.round(ms));
  return Buffer.concat([
    integerField(1, Math.floor(whole / MS_PER_SECOND)),
    integerField(2, (whole % MS_PER_SECOND) * NANOS_PER_MS),
  ]);
}
