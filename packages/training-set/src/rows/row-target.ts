/** What a training set is written to: a file of this machine, or what somebody else has. */
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ForebayError } from '@forebay/contract';
import type { RowFile, RowTarget } from '../request';

/** What stands at the file's place until it is whole. */
export function partialFile(file: string): string {
  return `${file}.partial`;
}

/** `<file>.partial` is written, flushed to the disk and renamed; on an error nothing is left of it, and an older file stays as it was. */
export function fileTarget({ file, format }: RowFile): RowTarget {
  return { name: file, format, check: () => checkFile(file), write: (bytes) => writeFile(file, bytes) };
}

async function checkFile(file: string): Promise<void> {
  const directory = dirname(resolve(file));
  const place = `training set "${file}"`;
  const [found, above] = await Promise.all([file, directory].map((path) => stat(path).catch(() => null)));
  if (found?.isDirectory() === true)
    throw new ForebayError('invalid_request', `${place}: it is a directory; name a file in it`);
  if (above?.isDirectory() !== true)
    throw new ForebayError(
      'invalid_request',
      `${place}: there is no directory "${directory}"; make it first`,
    );
}

async function writeFile(file: string, bytes: AsyncIterable<Buffer>): Promise<void> {
  const partial = partialFile(file);
  try {
    await pipeline(bytes, createWriteStream(partial, { flush: true }));
    await rename(partial, file);
  } catch (thrown) {
    await rm(partial, { force: true });
    throw fileError(thrown, file);
  }
}

/** Errors of files have a path; all others are those of `bytes`. */
function fileError(thrown: unknown, file: string): unknown {
  const { path, message } = thrown as NodeJS.ErrnoException;
  if (path === undefined) return thrown;
  return new ForebayError('failed_precondition', `training set "${file}" can't be written: ${message}`, {
    cause: thrown,
  });
}
