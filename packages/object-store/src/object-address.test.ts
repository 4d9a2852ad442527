import { isObjectAddress, objectAddressText, objectBelow, parseObjectAddress } from './object-address';

test('an address is a bucket and what is in it; slashes at its end mean nothing', () => {
  const address = parseObjectAddress('s3://my-bucket.eu/training sets/é=1//');
  expect(address).toEqual({ bucket: 'my-bucket.eu', key: 'training sets/é=1' });
  expect(objectAddressText(address)).toBe('s3://my-bucket.eu/training sets/é=1');
  expect(objectBelow(address, 'a').key).toBe('training sets/é=1/a');
});

test('what has a scheme is an address, all else a path', () => {
  expect(['s3://bucket/a', 'gs://bucket/a', 'S3://bucket/a'].map(isObjectAddress)).toEqual([
    true,
    true,
    true,
  ]);
  expect(['/data/s3:/a', 'sets', './s3/a', 'C:\\sets'].map(isObjectAddress)).toEqual([
    ...[false, false, false, false],
  ]);
});

test.each([
  ['gs://bucket/a', 'it has to begin with s3://'],
  ['s3://Bucket/a', '"Bucket" is no name of a bucket'],
  ['s3:///a', '"" is no name of a bucket'],
  ['s3://bucket', 'it names a whole bucket'],
  ['s3://bucket//', 'it names a whole bucket'],
  ['s3://bucket/a//b', 'a part between two slashes is empty'],
  ['s3://bucket/a/../b', 'a part between two slashes is empty, "." or ".."'],
  ['s3://bucket/a*', 'an asterisk'],
  ['s3://bucket/a\n', 'a control character'],
  [`s3://bucket/${'a'.repeat(901)}`, 'more than 900 bytes'],
])('%s is refused', (text, why) => {
  expect(() => parseObjectAddress(text)).toThrow(why);
});
