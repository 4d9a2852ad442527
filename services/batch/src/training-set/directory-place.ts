/** The files of a training set in a directory, which is the same one on all machines of the batch service. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ForebayError } from '@forebay/contract';
import type { FoundFile, SetPlace } from './set-place';

/** What is being written stands under a name that nobody else has; readers of directories of Parquet files pass these by. */
const UNFINISHED = /^\.part-(?!\d+\.json$)|^part-\d+\.parquet\./;
/** Not every mount has links. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set(['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM']);

export class DirectoryPlace implements SetPlace {
  constructor(readonly name: string) {
    if (!isAbsolute(name))
      throw new ForebayError(
        'invalid_request',
        `training set "${name}": name a directory by its whole path, from "/" on, or an object store's prefix, s3://bucket/prefix: the batch service makes it, wherever it runs`,
      );
  }

  async prepare(): Promise<void> {
    await this.#do(() => mkdir(this.name, { recursive: true }));
  }

  async *names(): AsyncGenerator<string> {
    const all = await this.#do(() => readdir(this.name));
    yield* all.filter((name) => !UNFINISHED.test(name));
  }

  async find(file: string): Promise<FoundFile | null> {
    const found = await stat(this.#of(file)).catch(() => null);
    return found === null ? null : { bytes: found.size, tag: `${found.size} bytes` };
  }

  read(file: string): Promise<Buffer | null> {
    return readFile(this.#of(file)).catch(() => null);
  }

  async put(file: string, bytes: Buffer): Promise<void> {
    await this.#do(async () => rename(await this.#unfinished(bytes), this.#of(file)));
  }

  async putIfNew(file: string, bytes: Buffer): Promise<boolean> {
    return this.#do(async () => {
      const written = await this.#unfinished(bytes);
      try {
        await link(written, this.#of(file));
        return true;
      } catch (thrown) {
        const { code } = thrown as NodeJS.ErrnoException;
        if (code === 'EEXIST') return false;
        if (!NO_LINKS.has(code)) throw thrown;
        await rename(written, this.#of(file));
        return true;
      } finally {
        await rm(written, { force: true });
      }
    });
  }

  /** Written under another name, flushed, and renamed. */
  async write(file: string, bytes: AsyncIterable<Buffer>): Promise<void> {
    const partial = this.#of(`${file}.${randomUUID()}`);
    await this.#do(async () => {
      try {
        await pipeline(bytes, createWriteStream(partial, { flush: true }));
        await rename(partial, this.#of(file));
      } catch (thrown) {
        await rm(partial, { force: true });
        throw thrown;
      }
    });
  }

  async remove(file: string): Promise<void> {
    await this.#do(() => rm(this.#of(file), { force: true }));
  }

  async removeUnfinished(): Promise<void> {
    const all = await this.#do(() => readdir(this.name));
    for (const name of all) if (UNFINISHED.test(name)) await this.remove(name);
  }

  withLocalFile<T>(file: string, use: (path: string) => Promise<T>): Promise<T> {
    return use(this.#of(file));
  }

  #of(file: string): string {
    return join(this.name, file);
  }

  async #unfinished(bytes: Buffer): Promise<string> {
    const partial = this.#of(`.part-${randomUUID()}`);
    await writeFile(partial, bytes, { flush: true });
    return partial;
  }

  /** Errors of files have a path. A disk that is full, or a right that is missing, is somebody's to mend. */
  async #do<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      const { path, message } = thrown as NodeJS.ErrnoException;
      if (thrown instanceof ForebayError || path === undefined) throw thrown;
      throw new ForebayError('failed_precondition', `training set "${this.name}": ${message}`, {
        cause: thrown,
      });
    }
  }
}
