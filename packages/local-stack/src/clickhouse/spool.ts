import { randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const WRITE_BUFFER_BYTES = 1024 * 1024;

export interface SpoolFile {
  /** Absolute. */
  readonly path: string;
  /** Of what has been written; 0 when the file does not exist. */
  sizeBytes(): number;
  remove(): Promise<void>;
}

/**
 * A directory of short-lived files: the engine reads inserted data from one, byte for byte, and writes results in formats that
 * must not be cut into pieces to one.
 */
export class Spool {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = resolve(directory);
    rmSync(this.#directory, { recursive: true, force: true });
    mkdirSync(this.#directory, { recursive: true });
  }

  reserve(): SpoolFile {
    const path = join(this.#directory, randomUUID());
    return {
      path,
      sizeBytes: () => statSync(path, { throwIfNoEntry: false })?.size ?? 0,
      remove: () => rm(path, { force: true }),
    };
  }

  /** Writes the stream to a file; nothing is left when that fails. */
  async write(source: Readable): Promise<SpoolFile> {
    const file = this.reserve();
    try {
      await pipeline(source, createWriteStream(file.path, { highWaterMark: WRITE_BUFFER_BYTES }));
      return file;
    } catch (error) {
      await file.remove();
      throw error;
    }
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
