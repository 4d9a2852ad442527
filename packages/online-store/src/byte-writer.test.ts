import { ByteWriter } from './byte-writer';

test('numbers, texts and bytes are appended little-endian, and the buffer grows', () => {
  const writer = new ByteWriter(1);
  writer.u8(200);
  writer.u16(0x1234);
  writer.u32(0xfffffffe);
  writer.f64(Number.NEGATIVE_INFINITY);
  writer.text('Zürich');
  writer.raw(Uint8Array.of(1, 2, 3, 4), 1, 3);
  writer.zeros(2);
  expect(writer.written().toString('hex')).toBe(
    `c83412feffffff000000000000f0ff${Buffer.from('Zürich').toString('hex')}02030000`,
  );
  writer.clear();
  expect(writer.written()).toHaveLength(0);
});

test('decimals have exactly their digits', () => {
  for (const value of [0, 1, 9, 10, 99, 100, 12_345, 999_999, 1_000_000, Number.MAX_SAFE_INTEGER]) {
    const writer = new ByteWriter(4);
    writer.decimal(value);
    expect(writer.written().toString()).toBe(String(value));
  }
});

test('long and short pieces are copied alike', () => {
  const source = Uint8Array.from({ length: 300 }, (_, i) => i);
  for (const [from, to] of [
    [0, 300],
    [7, 20],
    [7, 290],
    [5, 5],
  ] as const) {
    const writer = new ByteWriter(8);
    writer.raw(source, from, to);
    expect(writer.written().equals(source.subarray(from, to))).toBe(true);
  }
});
