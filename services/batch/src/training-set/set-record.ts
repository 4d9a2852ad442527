/** What is finished of a training set while it is made, and whose it is: all of it stands beside its files. */
import { createHash } from 'node:crypto';
import { ForebayError } from '@forebay/contract';
import type { RowTarget } from '@forebay/training-set';
import { faultPoint } from '../fault-points';
import type { SetPlace } from './set-place';

/** Readers of directories of Parquet files pass names with these first letters by. */
export const MANIFEST = '_manifest.json';
const RUN = '.run.json';
const RECEIPT = /^\.part-\d+\.json$/;
const PART = /^part-\d+\.parquet$/;

/** Whose the place is: only this job goes on with it. */
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
  /** As it was found when it was whole; of another file it is another one. */
  readonly tag: string;
  readonly columns: readonly string[];
  /** By feature. */
  readonly statuses: readonly Readonly<Record<string, number>>[];
}

export type PartFacts = Pick<PartReceipt, 'run' | 'rows' | 'columns' | 'statuses'>;

export function partName(chunk: number): string {
  return `part-${String(chunk).padStart(5, '0')}.parquet`;
}

const receiptName = (chunk: number) => `.part-${chunk}.json`;

export class SetRecord {
  constructor(private readonly place: SetPlace) {}

  /** Makes the place the run's. Throws `failed_precondition` if there is something else in it. */
  async claim(own: SetRun): Promise<void> {
    await this.place.prepare();
    const held = await this.holder();
    if (held !== null && held.job !== own.job) throw await this.#isOf(held);
    const leftOver: string[] = [];
    for await (const name of this.place.names()) {
      if (name === RUN) continue;
      if (!RECEIPT.test(name) && !(held !== null && PART.test(name)))
        throw new ForebayError(
          'failed_precondition',
          `training set "${this.place.name}": it is not empty ("${name}" is there); name a new one`,
        );
      leftOver.push(name);
    }
    if (held !== null) await this.place.put(RUN, bytesOf(own));
    else if (!(await this.place.putIfNew(RUN, bytesOf(own)))) throw await this.#isOf(await this.holder());
    await this.place.removeUnfinished();
    for (const name of leftOver) await this.place.remove(name);
  }

  async #isOf(holder: SetRun | null): Promise<ForebayError> {
    const place = `training set "${this.place.name}"`;
    const job = holder?.job ?? 'of somebody else';
    return new ForebayError(
      'failed_precondition',
      (await this.manifest()) === null
        ? `${place}: job ${job} has not finished the one that it began there; "forebay jobs retry ${job}" goes on with it, or name another place`
        : `${place}: there is a training set already, of job ${job}; name another place`,
    );
  }

  /** Null: it is nobody's. */
  async holder(): Promise<SetRun | null> {
    return this.#read<SetRun>(RUN);
  }

  /** Where the rows of a chunk are written. */
  newPart(chunk: number): PartTarget {
    return new PartTarget(this.place, partName(chunk));
  }

  /** Says that a file is whole. */
  async finishPart(chunk: number, { bytes, sha256 }: PartTarget, facts: PartFacts): Promise<PartReceipt> {
    const found = await this.place.find(partName(chunk));
    if (found?.bytes !== bytes)
      throw new ForebayError(
        'unavailable',
        `training set "${this.place.name}": ${partName(chunk)} was written with ${bytes} bytes, and has ${found?.bytes ?? 'vanished'}`,
      );
    const receipt: PartReceipt = { ...facts, bytes, sha256, tag: found.tag };
    await this.place.put(receiptName(chunk), bytesOf(receipt));
    return receipt;
  }

  /** Null: the run has not finished the file, or it is lost. */
  async receipt(chunk: number, run: string): Promise<PartReceipt | null> {
    const receipt = await this.#read<PartReceipt>(receiptName(chunk));
    if (receipt?.run !== run) return null;
    const found = await this.place.find(partName(chunk));
    return found?.tag === receipt.tag ? receipt : null;
  }

  /** The bytes of the manifest; null: there is none yet. */
  manifest(): Promise<Buffer | null> {
    return this.place.read(MANIFEST);
  }

  /** With it the training set is whole. */
  async writeManifest(manifest: object): Promise<Buffer> {
    const bytes = bytesOf(manifest);
    await this.place.put(MANIFEST, bytes);
    faultPoint('manifest-written');
    return bytes;
  }

  /** Removes what only the run needed. To be called when the manifest is there, also if it was there before. */
  async tidy(): Promise<void> {
    await this.place.removeUnfinished();
    for await (const name of this.place.names()) if (RECEIPT.test(name)) await this.place.remove(name);
  }

  async #read<T>(name: string): Promise<T | null> {
    const bytes = await this.place.read(name);
    return bytes === null ? null : (JSON.parse(bytes.toString()) as T);
  }
}

/** A file of a training set, which is summed up while it is written. */
export class PartTarget implements RowTarget {
  readonly format = 'Parquet';
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #sha256 = '';

  constructor(
    private readonly place: SetPlace,
    private readonly file: string,
  ) {}

  get name(): string {
    return `${this.place.name}/${this.file}`;
  }

  /** Of what was written. */
  get bytes(): number {
    return this.#bytes;
  }

  get sha256(): string {
    return this.#sha256;
  }

  /** Whoever claims the place finds out. */
  async check(): Promise<void> {}

  async write(bytes: AsyncIterable<Buffer>, signal?: AbortSignal): Promise<void> {
    await this.place.write(this.file, this.#summedUp(bytes), signal);
    this.#sha256 = this.#hash.digest('hex');
  }

  async *#summedUp(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      this.#hash.update(chunk);
      this.#bytes += chunk.length;
      yield chunk;
    }
    faultPoint('file-written');
  }
}

export function sha256OfBytes(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function bytesOf(content: object): Buffer {
  return Buffer.from(`${JSON.stringify(content, null, 2)}\n`);
}
