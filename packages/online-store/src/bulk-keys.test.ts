import fc from 'fast-check';
import { writeBulkIntegerKey, writeBulkKey } from './bulk-keys';
import { ByteWriter } from './byte-writer';

function bulk(prefix: string, rest: string | Uint8Array): string {
  const writer = new ByteWriter(4);
  writeBulkKey(writer, Buffer.from(prefix), rest);
  return writer.written().toString();
}

test('a key is a bulk string whose length counts bytes', () => {
  expect(bulk('f:{0}1.s.', 'ORD')).toBe('$12\r\nf:{0}1.s.ORD\r\n');
  expect(bulk('f:{0}1.s.', 'Zürich')).toBe('$16\r\nf:{0}1.s.Zürich\r\n');
  expect(bulk('', Buffer.from('東京.1'))).toBe('$8\r\n東京.1\r\n');
  expect(bulk('p', '')).toBe('$1\r\np\r\n');
});

test('keys of every length have the right one', () => {
  for (let length = 0; length <= 120; length++) {
    const rest = 'k'.repeat(length);
    expect(bulk('f:', rest)).toBe(`$${length + 2}\r\nf:${rest}\r\n`);
  }
});

test('an integer is written as its text is, after any prefix', () => {
  const integer = fc.oneof(
    fc.maxSafeInteger(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.integer({ min: -12, max: 12 }),
    fc.constantFrom(9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER),
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 110, unit: fc.constantFrom('f', ':') }), integer, (prefix, value) => {
      const writer = new ByteWriter(4);
      writeBulkIntegerKey(writer, Buffer.from(prefix), value);
      expect(writer.written().toString()).toBe(bulk(prefix, String(value)));
    }),
  );
});
