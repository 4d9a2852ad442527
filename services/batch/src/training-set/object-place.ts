/** The files of a training set in an object store. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ObjectAddress, type ObjectStore, objectAddressText, objectBelow } from '@forebay/object-store';
import type { FoundFile, SetPlace } from './set-place';

export class ObjectPlace implements SetPlace {
  constructor(
    private readonly folder: ObjectAddress,
    private readonly store: ObjectStore,
  ) {}

  get name(): string {
    return objectAddressText(this.folder);
  }

  /** Object stores have no directories. */
  async prepare(): Promise<void> {}

  names(): AsyncIterable<string> {
    return this.store.list(this.folder);
  }

  find(file: string): Promise<FoundFile | null> {
    return this.store.find(this.#of(file));
  }

  read(file: string): Promise<Buffer | null> {
    return this.store.read(this.#of(file));
  }

  put(file: string, bytes: Buffer): Promise<void> {
    return this.store.put(this.#of(file), bytes);
  }

  putIfNew(file: string, bytes: Buffer): Promise<boolean> {
    return this.store.putIfNew(this.#of(file), bytes);
  }

  write(file: string, bytes: AsyncIterable<Buffer>, signal?: AbortSignal): Promise<void> {
    return this.store.upload(this.#of(file), bytes, signal);
  }

  remove(file: string): Promise<void> {
    return this.store.remove(this.#of(file));
  }

  removeUnfinished(): Promise<void> {
    return this.store.giveUpUploads(this.folder);
  }

  async withLocalFile<T>(file: string, use: (path: string) => Promise<T>, signal: AbortSignal): Promise<T> {
    const directory = await mkdtemp(join(tmpdir(), 'forebay-object-'));
    try {
      const path = join(directory, file);
      await this.store.download(this.#of(file), path, signal);
      return await use(path);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  #of(file: string): ObjectAddress {
    return objectBelow(this.folder, file);
  }
}
