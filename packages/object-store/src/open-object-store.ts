import { ObjectStore } from './object-store';
import type { ObjectStoreOptions } from './object-store-options';

/** Reaches nothing yet. The SDK is loaded here: most processes have no use for it. Throws `invalid_configuration`. */
export async function openObjectStore(options: ObjectStoreOptions): Promise<ObjectStore> {
  return new ObjectStore(await import('@aws-sdk/client-s3'), options);
}

/** Opens a store when it is first asked for. */
export class ObjectStoreOnDemand {
  #opened: Promise<ObjectStore> | null = null;

  constructor(private readonly options: ObjectStoreOptions) {}

  open(): Promise<ObjectStore> {
    this.#opened ??= openObjectStore(this.options);
    return this.#opened;
  }

  async close(): Promise<void> {
    await (await this.#opened?.catch(() => null))?.close();
  }
}
