import { PackedCall } from './packed-script';

test('a call is EVALSHA with the keys and one binary argument', () => {
  const call = new PackedCall();
  call.addKey(Buffer.from('f:{0}1.s.'), 'ORD');
  call.addKey(Buffer.from('f:{0}1.s.'), 'Zürich');
  call.argument.u16(0x0d0a);
  const expected =
    '*6\r\n$7\r\nEVALSHA\r\n$3\r\nsha\r\n$1\r\n2\r\n$12\r\nf:{0}1.s.ORD\r\n$16\r\nf:{0}1.s.Zürich\r\n$2\r\n\n\r\r\n';
  expect(call.encode('sha').toString()).toBe(expected);
});

test('a cleared call is empty', () => {
  const call = new PackedCall();
  call.addKey(new Uint8Array(0), 'k');
  call.argument.f64(1);
  call.clear();
  expect([call.keyCount, call.sizeBytes]).toEqual([0, 0]);
  expect(call.encode('s').toString()).toBe('*4\r\n$7\r\nEVALSHA\r\n$1\r\ns\r\n$1\r\n0\r\n$0\r\n\r\n');
});
