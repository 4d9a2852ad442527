import { RowBinaryWriter } from './row-binary-writer';

const written = (write: (to: RowBinaryWriter) => void) => {
  const writer = new RowBinaryWriter();
  write(writer);
  return [...writer.bytes()];
};

describe('RowBinary', () => {
  it.each<[string, (to: RowBinaryWriter) => void, number[]]>([
    ['an integer of 64 bits', (to) => to.int64(-2), [0xfe, ...new Array(7).fill(0xff)]],
    ['one beyond 2^53', (to) => to.int64(2n ** 62n + 5n), [5, 0, 0, 0, 0, 0, 0, 0x40]],
    ['one beyond 2^32', (to) => to.int64(2 ** 40 + 1), [1, 0, 0, 0, 0, 1, 0, 0]],
    ['a double', (to) => to.float64(-0), [0, 0, 0, 0, 0, 0, 0, 0x80]],
    ['a text, by its bytes', (to) => to.string('aé'), [3, 0x61, 0xc3, 0xa9]],
    ['a length of two bytes', (to) => to.length(300), [0xac, 2]],
    ['a null', (to) => to.present(false), [1]],
    [
      'small numbers',
      (to) => [to.uint8(200), to.uint16(513), to.uint32(2 ** 32 - 1)],
      [200, 1, 2, 255, 255, 255, 255],
    ],
  ])('has %s', (_, write, bytes) => {
    expect(written(write)).toEqual(bytes);
  });

  it('grows with what is written, and is empty after clear', () => {
    const writer = new RowBinaryWriter();
    for (let i = 0; i < 3_000; i++) writer.int64(i);
    writer.string('x'.repeat(100_000));
    expect(writer.bytes().length).toBe(24_000 + 3 + 100_000);
    expect(writer.bytes().readBigInt64LE(8 * 2_999)).toBe(2_999n);
    writer.clear();
    expect(writer.bytes().length).toBe(0);
  });
});
