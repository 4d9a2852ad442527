import { RowBuffer } from './row-buffer';

const KIB = 1_024;
const row = (bytes: number, fill = 1) => new Uint8Array(bytes).fill(fill);

describe('rows that wait', () => {
  it('are given back in blocks, oldest first, byte for byte', () => {
    const buffer = new RowBuffer(16 * KIB); // four blocks
    for (let i = 0; i < 10; i++) expect(buffer.append(row(1_000, i))).toBe(true);
    const blocks = [buffer.take(true), buffer.take(true), buffer.take(true)];
    expect(blocks.map((block) => block?.rows)).toEqual([4, 4, 2]);
    const bytes = blocks.flatMap((block) => [...(block?.memory.subarray(0, block.usedBytes) ?? [])]);
    expect(bytes).toEqual(Array.from({ length: 10 }, (_, i) => [...row(1_000, i)]).flat());
    expect(buffer.take(true)).toBeNull();
  });

  it('wait for others unless the open block is asked for', () => {
    const buffer = new RowBuffer(16 * KIB);
    buffer.append(row(10));
    expect(buffer.hasFull).toBe(false);
    expect(buffer.take(false)).toBeNull();
    expect(buffer.take(true)?.rows).toBe(1);
  });

  it('never take more memory than they may, the block that is being inserted included', () => {
    const buffer = new RowBuffer(16 * KIB);
    let taken = 0;
    while (buffer.append(row(1_000))) taken++;
    expect(taken).toBe(16);
    expect(buffer.allocatedBytes).toBe(16 * KIB);
    const block = buffer.take(false);
    expect(buffer.append(row(1_000))).toBe(false);
    buffer.release(block as NonNullable<typeof block>);
    for (let i = 0; i < 4; i++) expect(buffer.append(row(1_000))).toBe(true);
    expect(buffer.append(row(1_000))).toBe(false);
    expect(buffer.allocatedBytes).toBe(16 * KIB);
  });

  it('larger than a block have one of their own, if there is room', () => {
    const buffer = new RowBuffer(16 * KIB);
    expect(buffer.append(row(9_000))).toBe(true);
    expect(buffer.append(row(9_000))).toBe(false);
    expect(buffer.append(row(1_000))).toBe(true);
    const large = buffer.take(false);
    expect([large?.rows, large?.usedBytes]).toEqual([1, 9_000]);
    buffer.release(large as NonNullable<typeof large>);
    expect(buffer.allocatedBytes).toBe(4 * KIB);
  });
});
