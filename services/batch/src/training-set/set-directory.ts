/** The directory of a training set while it is made: what is finished of it, and whose it is. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ForebayError } from '@forebay/contract';
import { faultPoint } from '../fault-points';

/** Readers of directories of Parquet files pass names with these first letters by. */
export const MANIFEST = '_manifest.json';
const RUN = '.run.json';
/** Receipts, and what a worker that died was about to write beside the files. */
const ASIDE = /^\.part-/;
const PART = /^part-\d+\.parquet/;

/** Whose the directory is: only this job goes on with it. */
export interface SetRun {
  readonly job: string;
  readonly run: string;
}

/** A file that is whole. */
export interface PartReceipt {
  /** Whose it is. */
  readonly run: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly columns: readonly string[];
  /** By feature. */
  readonly statuses: readonly Readonly<Record<string, number>>[];
}

export function partName(chunk: number): string {
  return `part-${String(chunk).padStart(5, '0')}.parquet`;
}

const receiptName = (chunk: number) => `.part-${chunk}.json`;

export class SetDirectory {
  constructor(private readonly path: string) {
    if (!isAbsolute(path))
      throw new ForebayError(
        'invalid_request',
        `training set "${path}": name a directory by its whole path, from "/" on: the batch service makes it, wherever it runs`,
      );
  }

  /** Makes the directory, and makes it the run's. Throws `failed_precondition` if there is something else in it. */
  async claim(own: SetRun): Promise<void> {
    const place = `training set "${this.path}"`;
    try {
      await mkdir(this.path, { recursive: true });
      const names = await readdir(this.path);
      const held = await this.holder();
      if (held !== null && held.job !== own.job)
        throw new ForebayError(
          'failed_precondition',
          names.includes(MANIFEST)
            ? `${place}: there is a training set already, of job ${held.job}; name another directory`
            : `${place}: job ${held.job} has not finished the one that it began there; "forebay jobs retry ${held.job}" goes on with it, or name another directory`,
        );
      const foreign = names.find((name) => name !== RUN && !ASIDE.test(name) && !PART.test(name));
      if (foreign !== undefined || (held === null && names.some((name) => !ASIDE.test(name))))
        throw new ForebayError(
          'failed_precondition',
          `${place}: the directory is not empty ("${foreign ?? names[0]}"); name a new one`,
        );
      await this.#writeWhole(RUN, own);
      for (const name of names) if (name !== RUN) await rm(join(this.path, name), { force: true });
    } catch (thrown) {
      throw fileError(thrown, place);
    }
  }

  /** Null: it is nobody's. */
  async holder(): Promise<SetRun | null> {
    return (await this.#read(RUN)) as SetRun | null;
  }

  /** A name for a file that is being written: another worker may write the same one. */
  newPart(chunk: number): string {
    return join(this.path, `${partName(chunk)}.${randomUUID()}`);
  }

  /** Puts a file that is whole at its place, and says so. */
  async finishPart(chunk: number, written: string, facts: Omit<PartReceipt, 'bytes' | 'sha256'>) {
    try {
      const { size: bytes } = await stat(written);
      const receipt: PartReceipt = { ...facts, bytes, sha256: await sha256Of(written) };
      faultPoint('file-written');
      await rename(written, join(this.path, partName(chunk)));
      await this.#writeWhole(receiptName(chunk), receipt);
      return receipt;
    } catch (thrown) {
      throw fileError(thrown, `training set "${this.path}"`);
    }
  }

  /** Null: the run has not finished the file, or it is lost. */
  async receipt(chunk: number, run: string): Promise<PartReceipt | null> {
    const receipt = (await this.#read(receiptName(chunk))) as PartReceipt | null;
    const found = await stat(join(this.path, partName(chunk))).catch(() => null);
    return receipt?.run === run && found?.size === receipt.bytes ? receipt : null;
  }

  /** The bytes of the manifest; null: there is none yet. */
  async manifest(): Promise<Buffer | null> {
    return readFile(join(this.path, MANIFEST)).catch(() => null);
  }

  /** With it the training set is whole. */
  async writeManifest(manifest: object): Promise<Buffer> {
    try {
      await this.#writeWhole(MANIFEST, manifest);
      faultPoint('manifest-written');
      return await readFile(join(this.path, MANIFEST));
    } catch (thrown) {
      throw fileError(thrown, `training set "${this.path}"`);
    }
  }

  /** Removes what only the run needed. To be called when the manifest is there, also if it was there before. */
  async tidy(): Promise<void> {
    try {
      for (const name of await readdir(this.path)) {
        const isLeftOver = ASIDE.test(name) || (PART.test(name) && !name.endsWith('.parquet'));
        if (isLeftOver) await rm(join(this.path, name), { force: true });
      }
    } catch (thrown) {
      throw fileError(thrown, `training set "${this.path}"`);
    }
  }

  async #read(name: string): Promise<unknown> {
    const text = await readFile(join(this.path, name), 'utf8').catch(() => null);
    return text === null ? null : JSON.parse(text);
  }

  async #writeWhole(name: string, content: object): Promise<void> {
    const partial = join(this.path, `.part-${randomUUID()}`);
    await writeFile(partial, `${JSON.stringify(content, null, 2)}\n`, { flush: true });
    await rename(partial, join(this.path, name));
  }
}

export function sha256OfBytes(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Errors of files have a path. A disk that is full, or a right that is missing, is somebody's to mend. */
function fileError(thrown: unknown, place: string): ForebayError {
  const { path, message } = thrown as NodeJS.ErrnoException;
  if (thrown instanceof ForebayError || path === undefined) return ForebayError.from(thrown);
  return new ForebayError('failed_precondition', `${place}: ${message}`, { cause: thrown });
}
