import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { ForebayError } from '@forebay/contract';

/** Whose store it is, as the settings are called; credentials are found as the AWS SDK finds them. */
export interface ObjectStoreOptions {
  /** Of a store that is not AWS's own. Undefined: AWS_ENDPOINT_URL_S3, or AWS. */
  readonly s3Endpoint: string | undefined;
  /** Undefined: what AWS_REGION or the profile say; with an endpoint `us-east-1`. */
  readonly s3Region: string | undefined;
  /** Whether buckets stand in the path of an address, or in its host's name. Undefined: in the path with an endpoint. */
  readonly s3PathStyle: boolean | undefined;
}

/** What most stores take, whatever region their own is called. */
const REGION_OF_OTHERS = 'us-east-1';
const ATTEMPTS = 4;
const CONNECT_WITHIN_MS = 10_000;
const SILENT_FOR_MS = 60_000;

/**
 * Checksums beyond the SHA-256 that each request is signed with are left out: not every store knows them.
 * Throws `invalid_configuration`.
 */
export function clientConfig({
  s3Endpoint: endpoint,
  s3Region: region,
  s3PathStyle: pathStyle,
}: ObjectStoreOptions): S3ClientConfig {
  if (endpoint !== undefined) checkEndpoint(endpoint);
  const regionOrOther = region ?? (endpoint === undefined ? undefined : REGION_OF_OTHERS);
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(regionOrOther === undefined ? {} : { region: regionOrOther }),
    forcePathStyle: pathStyle ?? endpoint !== undefined,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_WITHIN_MS, socketTimeout: SILENT_FOR_MS },
  };
}

/** It is printed with errors, so it holds no secret. */
function checkEndpoint(endpoint: string): void {
  const { username, password } = new URL(endpoint);
  if (username === '' && password === '') return;
  throw new ForebayError(
    'invalid_configuration',
    'FOREBAY_S3_ENDPOINT holds a user or a password: give keys as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  );
}
