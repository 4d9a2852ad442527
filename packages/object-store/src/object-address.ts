/** Where objects are: `s3://bucket/name/of/an/object`. Pure. */
import { ForebayError } from '@forebay/contract';

export interface ObjectAddress {
  readonly bucket: string;
  /** Of an object, or what the names of several begin with; it neither begins nor ends with a slash. */
  readonly key: string;
}

const SCHEME = 's3://';
const ANY_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const MAX_KEY_BYTES = 900; // of 1,024: what is made below it needs some

/** Whether a place is an address; all else is a path of a file system. */
export function isObjectAddress(text: string): boolean {
  return ANY_SCHEME.test(text);
}

/** Slashes at the end mean nothing. Throws `invalid_request` for what is no address of something inside a bucket. */
export function parseObjectAddress(text: string): ObjectAddress {
  const refuse = (why: string) =>
    new ForebayError('invalid_request', `object store address "${text}": ${why}`);
  if (!text.startsWith(SCHEME))
    throw refuse(
      'it has to begin with s3://; stores that speak S3 are set with FOREBAY_S3_ENDPOINT (of Google Cloud Storage https://storage.googleapis.com)',
    );
  const [bucket = '', ...segments] = text.slice(SCHEME.length).replace(/\/+$/, '').split('/');
  if (!BUCKET.test(bucket))
    throw refuse(`"${bucket}" is no name of a bucket (3 to 63 lower case letters, digits, dots and hyphens)`);
  if (segments.length === 0)
    throw refuse('it names a whole bucket; name something in it, such as s3://bucket/training-sets/may');
  const key = segments.join('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..'))
    throw refuse('a part between two slashes is empty, "." or ".."');
  if (/[\\*?]|\p{Cc}/u.test(key))
    throw refuse('its name has a control character, a backslash, an asterisk or a question mark');
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw refuse(`its name has more than ${MAX_KEY_BYTES} bytes`);
  return { bucket, key };
}

export function objectAddressText({ bucket, key }: ObjectAddress): string {
  return `${SCHEME}${bucket}/${key}`;
}

/** Something below it. */
export function objectBelow({ bucket, key }: ObjectAddress, name: string): ObjectAddress {
  return { bucket, key: `${key}/${name}` };
}
