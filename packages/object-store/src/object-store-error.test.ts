import { ForebayError } from '@forebay/contract';
import { objectStoreError } from './object-store-error';

const REQUEST = {
  doing: 'writing',
  address: { bucket: 'sets', key: 'may' },
  permission: 's3:PutObject',
  endpoint: undefined,
};
const answer = (name: string, httpStatusCode: number, more: object = {}) =>
  Object.assign(new Error('as the store says it'), { name, $metadata: { httpStatusCode }, ...more });

test.each([
  [answer('NoSuchBucket', 404), 'failed_precondition', 'there is no bucket "sets" at AWS: make it'],
  [
    answer('PermanentRedirect', 301, { $response: { headers: { 'x-amz-bucket-region': 'eu-west-1' } } }),
    'failed_precondition',
    'bucket "sets" is in region eu-west-1: set FOREBAY_S3_REGION=eu-west-1',
  ],
  [
    answer('AuthorizationHeaderMalformed', 400, { Region: 'us-west-2' }),
    'failed_precondition',
    'region us-west-2',
  ],
  [
    answer('Unknown', 301),
    'failed_precondition',
    'bucket "sets" is in another region: set FOREBAY_S3_REGION',
  ],
  [answer('AccessDenied', 403), 'permission_denied', 'the credentials need s3:PutObject on bucket "sets"'],
  [answer('InvalidAccessKeyId', 403), 'unauthenticated', 'does not accept the credentials'],
  [answer('ExpiredToken', 400), 'unauthenticated', 'have expired'],
  [answer('RequestTimeTooSkewed', 403), 'failed_precondition', 'clock'],
  [answer('EntityTooLarge', 400), 'failed_precondition', 'the store refuses it: EntityTooLarge'],
  [answer('SlowDown', 503), 'unavailable', 'the store fails: SlowDown'],
  [answer('TooManyRequests', 429), 'unavailable', 'the store fails: TooManyRequests'],
  [Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'unavailable', 'AWS does not answer'],
  [Object.assign(new Error('x'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), 'failed_precondition', 'TLS'],
  [
    Object.assign(new Error('x'), { name: 'CredentialsProviderError' }),
    'failed_precondition',
    'there are no credentials: set AWS_ACCESS_KEY_ID',
  ],
  [new TypeError('a mistake of ours'), 'internal', 'TypeError: a mistake of ours'],
])('%s says what to do', (thrown, reason, text) => {
  const error = objectStoreError(thrown, REQUEST);
  expect(error).toMatchObject({ reason, message: expect.stringContaining('writing s3://sets/may: ') });
  expect(error.message).toContain(text);
});

test('what was signed is not shown', () => {
  const signed = { StringToSign: 'AWS4 secret', CanonicalRequest: 'x-amz-security-token:secret' };
  const error = objectStoreError(answer('SignatureDoesNotMatch', 403, signed), REQUEST);
  expect([error.message, error.cause]).toEqual([expect.not.stringContaining('secret'), undefined]);
});

test('our own errors stay as they are', () => {
  const own = new ForebayError('invalid_request', 'no');
  expect(objectStoreError(own, REQUEST)).toBe(own);
});
