/** Files on this machine, as their bytes go to the server. */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline, type Readable, Transform } from 'node:stream';
import { ForebayError } from '@forebay/contract';

const CHUNK_BYTES = 1 << 20;

/** Size of a file that is there and not empty; throws `invalid_request` for another. */
export async function statFile(file: string, place: string): Promise<{ size: number }> {
  const found = await stat(file).catch((thrown: NodeJS.ErrnoException) => {
    throw new ForebayError(
      'invalid_request',
      `${place}: ${thrown.code === 'ENOENT' ? 'no such file' : thrown.message}`,
    );
  });
  if (!found.isFile() || found.size === 0)
    throw new ForebayError('invalid_request', `${place}: ${found.isFile() ? 'is empty' : 'is no file'}`);
  return { size: found.size };
}

/** Up to `length` bytes from `from` on; fewer where the file ends. */
export async function readRange(file: string, from: number, length: number): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** All bytes of a file; `onProgress` hears how many have been taken. */
export async function fileBytes(
  file: string,
  onProgress?: (sentBytes: number, sizeBytes: number) => void,
): Promise<Readable> {
  const bytes = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  if (onProgress === undefined) return bytes;
  const { size } = await stat(file);
  let sent = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      onProgress(sent, size);
      done(null, chunk);
    },
  });
  return pipeline(bytes, counter, () => undefined); // an error of the file ends the counter with it
}
