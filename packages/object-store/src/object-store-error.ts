/** What an object store, or the way to it, refuses, as errors that say what to do. Pure. */
import { ForebayError, type Reason } from '@forebay/contract';
import { type ObjectAddress, objectAddressText } from './object-address';

/** What was asked for. */
export interface ObjectRequest {
  /** `reading`. */
  readonly doing: string;
  readonly address: ObjectAddress;
  /** What a policy has to allow for it: `s3:GetObject`. */
  readonly permission: string;
  /** The store's address; undefined: AWS. */
  readonly endpoint: string | undefined;
}

/** The parts of the SDK's errors that are read; what is signed stands in others, and is never shown. */
interface StoreError {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly Region?: string;
  readonly BucketRegion?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

type Verdict = readonly [Reason, string];

const NO_CREDENTIALS =
  'there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or a role (AWS_ROLE_ARN with AWS_WEB_IDENTITY_TOKEN_FILE, or that of the machine)';
const NOT_KNOWN =
  'the store does not accept the credentials: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or the profile), and that they are of this store';

const BY_NAME: Readonly<Record<string, (error: StoreError, request: ObjectRequest) => Verdict>> = {
  CredentialsProviderError: () => ['failed_precondition', NO_CREDENTIALS],
  TokenProviderError: () => ['failed_precondition', NO_CREDENTIALS],
  NoSuchBucket: (_, { address, endpoint }) => [
    'failed_precondition',
    `there is no bucket "${address.bucket}" at ${endpoint ?? 'AWS'}: make it, or name another one`,
  ],
  InvalidAccessKeyId: () => ['unauthenticated', NOT_KNOWN],
  SignatureDoesNotMatch: () => ['unauthenticated', NOT_KNOWN],
  InvalidToken: () => ['unauthenticated', NOT_KNOWN],
  InvalidIdentityToken: () => ['unauthenticated', NOT_KNOWN],
  ExpiredToken: () => ['unauthenticated', 'the credentials have expired: get new ones'],
  ExpiredTokenException: () => ['unauthenticated', 'the credentials have expired: get new ones'],
  RequestTimeTooSkewed: () => [
    'failed_precondition',
    "this machine's clock and the store's differ by too much: set it",
  ],
  NotImplemented: (_, { endpoint }) => ['failed_precondition', `${endpoint ?? 'AWS'} has no such operation`],
};

const REDIRECTS: ReadonlySet<string> = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);

/** Of the way to the store. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|EPROTO/;

export function objectStoreError(thrown: unknown, request: ObjectRequest): ForebayError {
  if (thrown instanceof ForebayError) return thrown;
  const [reason, why] = verdictOn(thrown as StoreError, request);
  return new ForebayError(reason, `${request.doing} ${objectAddressText(request.address)}: ${why}`);
}

function verdictOn(error: StoreError, request: ObjectRequest): Verdict {
  const { name = '', code = '', message = '' } = error;
  const { address, permission, endpoint } = request;
  const status = error.$metadata?.httpStatusCode ?? 0;
  const known = BY_NAME[name];
  if (known !== undefined) return known(error, request);
  if (message.startsWith('Region is missing'))
    return ['failed_precondition', 'the region is not known: set FOREBAY_S3_REGION, or AWS_REGION'];
  if (REDIRECTS.has(name) || status === 301) {
    const region =
      error.Region ?? error.BucketRegion ?? error.$response?.headers?.['x-amz-bucket-region'] ?? null;
    return [
      'failed_precondition',
      `bucket "${address.bucket}" is in ${region === null ? 'another region' : `region ${region}`}: set FOREBAY_S3_REGION${region === null ? '' : `=${region}`}`,
    ];
  }
  if (status === 401) return ['unauthenticated', NOT_KNOWN];
  if (status === 403)
    return [
      'permission_denied',
      `the store does not allow it: the credentials need ${permission} on bucket "${address.bucket}"`,
    ];
  if (CERTIFICATE.test(code))
    return [
      'failed_precondition',
      `TLS with ${endpoint ?? 'AWS'} fails (${code}): FOREBAY_S3_ENDPOINT says http:// or https://, and NODE_EXTRA_CA_CERTS names the authority of a certificate of your own`,
    ];
  if (status >= 400 && status < 500 && status !== 408 && status !== 429)
    return ['failed_precondition', `the store refuses it: ${name}: ${message}`];
  if (status > 0) return ['unavailable', `the store fails: ${name || status}: ${message}`];
  if (code !== '' || name === 'TimeoutError')
    return [
      'unavailable',
      `${endpoint ?? 'AWS'} does not answer (${code || message}); is FOREBAY_S3_ENDPOINT right?`,
    ];
  return ['internal', `${name}: ${message}`];
}
