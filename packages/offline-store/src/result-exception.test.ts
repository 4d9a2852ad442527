import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { refusingException } from './result-exception';

async function pass(chunks: readonly string[], tag: string | null): Promise<string> {
  const out: Buffer[] = [];
  await pipeline(
    Readable.from(chunks.map((chunk) => Buffer.from(chunk))),
    refusingException(tag),
    async (bytes) => {
      for await (const chunk of bytes) out.push(chunk);
    },
  );
  return Buffer.concat(out).toString();
}

describe('a result that ends with an error', () => {
  const body =
    'some rows\r\n__exception__\r\nabcdefgh\r\nCode: 1. out of memory\r\n24 abcdefgh\r\n__exception__\r\n';

  it.each([1, 2, 7, 30, 1000])('is refused, in chunks of %d bytes', async (size) => {
    const chunks = body.match(new RegExp(`[^]{1,${size}}`, 'g')) as string[];
    await expect(pass(chunks, 'abcdefgh')).rejects.toThrow('clickhouse:');
  });

  it('passes as it is without one, and with the mark of another', async () => {
    expect(await pass(['a', 'b__exception__\r\n', 'xyz'], 'abcdefgh')).toBe('ab__exception__\r\nxyz');
    expect(await pass([body], null)).toBe(body);
  });
});
