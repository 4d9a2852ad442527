import { writeBulkKey } from './bulk-keys';
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
