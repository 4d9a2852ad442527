import { splitKeyValues } from './key-value-stream';

function encode(rows: readonly (readonly [string, string])[]): Buffer {
  const text = (value: string) => {
    const bytes = Buffer.from(value);
    const length: number[] = [];
    let rest = bytes.length;
    for (; rest >= 0x80; rest >>= 7) length.push((rest & 0x7f) | 0x80);
    return Buffer.concat([Buffer.from([...length, rest]), bytes]);
  };
  return Buffer.concat(rows.flatMap((row) => row.map(text)));
}

async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function split(bytes: Buffer, size: number, tag: string | null = null): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const { keys, values } of splitKeyValues(chunks(bytes, size), tag)) {
    expect(values.length).toBe(keys.length);
    keys.forEach((key, i) => {
      rows.push([key.toString(), (values[i] as Buffer).toString()]);
    });
  }
  return rows;
}

const ROWS: readonly (readonly [string, string])[] = [
  ['a', 'b'],
  ['', ''],
  ['key', 'x'.repeat(127)],
  ['k'.repeat(128), 'y'.repeat(20_000)],
  ['z', ''],
];

describe('splitting a result into keys and values', () => {
  it.each([1, 2, 3, 7, 127, 128, 1_000, 1_000_000])(
    'gives the same rows in chunks of %d bytes',
    async (size) => {
      expect(await split(encode(ROWS), size)).toEqual(ROWS);
    },
  );

  it('gives nothing for an empty result', async () => {
    expect(await split(Buffer.alloc(0), 10)).toEqual([]);
  });

  it.each([1, 5, 140])(
    'throws when the result ends inside a row, %d bytes before its end',
    async (missing) => {
      const bytes = encode(ROWS.slice(0, 3));
      await expect(split(bytes.subarray(0, bytes.length - missing), 64)).rejects.toThrow(
        'ended inside a row',
      );
    },
  );

  it('throws what ClickHouse wrote behind the rows', async () => {
    const bytes = Buffer.concat([
      encode(ROWS),
      Buffer.from('\r\n__exception__\r\nabcdefghijklmnop\r\nCode: 241. Memory limit\n'),
    ]);
    await expect(split(bytes, 1_000_000, 'abcdefghijklmnop')).rejects.toThrow('Code: 241. Memory limit');
  });
});
