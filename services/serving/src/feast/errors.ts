import type { ForebayError, Reason } from '@forebay/contract';
import { type NamedKind, UnknownName } from '../registry/unknown-name';
import { NameCollision } from './answer-columns';

/** An answer of the HTTP surface that is not features. */
export interface HttpRefusal {
  readonly status: number;
  /** A class of `feast.errors`, which Feast's Python client raises. */
  readonly feastClass: string;
}

const ANY = 'FeastError';
const PERMISSION = 'FeastPermissionError';
const NOT_FOUND = 'FeastObjectNotFoundException';

const REFUSALS = {
  invalid_definition: { status: 400, feastClass: ANY },
  destructive_change: { status: 409, feastClass: ANY },
  invalid_request: { status: 400, feastClass: ANY },
  invalid_record: { status: 400, feastClass: ANY },
  invalid_configuration: { status: 409, feastClass: ANY },
  not_found: { status: 404, feastClass: NOT_FOUND },
  failed_precondition: { status: 409, feastClass: ANY },
  conflict: { status: 409, feastClass: ANY },
  unavailable: { status: 503, feastClass: ANY },
  deadline_exceeded: { status: 504, feastClass: ANY },
  overloaded: { status: 429, feastClass: ANY },
  // nobody is there to read it
  cancelled: { status: 499, feastClass: ANY },
  corrupt_data: { status: 500, feastClass: ANY },
  unauthenticated: { status: 401, feastClass: PERMISSION },
  permission_denied: { status: 403, feastClass: PERMISSION },
  internal: { status: 500, feastClass: ANY },
} as const satisfies Record<Reason, HttpRefusal>;

const CLASSES_OF_UNKNOWN = {
  project: 'ProjectObjectNotFoundException',
  'feature service': 'FeatureServiceNotFoundException',
  view: 'FeatureViewNotFoundException',
  feature: NOT_FOUND,
} as const satisfies Record<NamedKind, string>;

export function refusalOf(error: ForebayError): HttpRefusal {
  const refusal: HttpRefusal = REFUSALS[error.reason];
  if (error instanceof NameCollision) return { ...refusal, feastClass: 'FeatureNameCollisionError' };
  return error instanceof UnknownName ? { ...refusal, feastClass: CLASSES_OF_UNKNOWN[error.what] } : refusal;
}

/** The body that Feast's Python client makes an exception of: a JSON text that holds JSON. */
export function errorBody(feastClass: string, message: string): string {
  return JSON.stringify(JSON.stringify({ module: 'feast.errors', class: feastClass, message }));
}
