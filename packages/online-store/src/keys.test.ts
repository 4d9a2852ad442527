import { xxHash64 } from '@forebay/contract';
import { bucketOf, entityPartKey, PARTS, receiptKey, streamKeys } from './keys';

test('keys read as documented', () => {
  expect(entityPartKey(0, 12, PARTS.rows, 'ORD.LAX')).toBe('f:{0}12.s.ORD.LAX');
  expect(receiptKey(7, 12, '1700-abc', 3)).toBe('r:{7}12.1700-abc.3');
  expect(Buffer.from(streamKeys(0, 5, { hasVariableParts: true }).sealed).toString()).toBe('f:{0}5.z.');
});

test('the bucket is the hash of the UTF-8 bytes modulo the count of buckets', () => {
  for (const key of ['', 'ORD', 'ORD.LAX', 'São Paulo.12', 'x'.repeat(100)]) {
    for (const buckets of [1, 2, 7, 1_024]) {
      const expected = Number(xxHash64(Buffer.from(key)) % BigInt(buckets));
      expect(bucketOf(key, buckets)).toBe(expected);
      expect(bucketOf(Buffer.from(key), buckets)).toBe(expected);
    }
  }
});
