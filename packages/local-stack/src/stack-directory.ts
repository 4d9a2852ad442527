import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DataLock, isAbandoned } from './data-lock';
import type { ResolvedOptions } from './stack-options';

/** Data and logs of one stack; no other stack may use it at the same time. */
export class StackDirectory {
  readonly path: string;
  /** Whether it stays when the stack stops. */
  readonly keep: boolean;
  readonly #lock: DataLock;

  private constructor(path: string, keep: boolean) {
    this.path = path;
    this.keep = keep;
    this.#lock = DataLock.acquire(path, keep);
  }

  /** Throws `conflict` when another stack uses the directory that was asked for. */
  static open(options: ResolvedOptions): StackDirectory {
    if (options.dataDir !== null) {
      mkdirSync(options.dataDir, { recursive: true });
      return new StackDirectory(options.dataDir, options.keep);
    }
    const parent = join(options.homeDir, 'stacks');
    mkdirSync(parent, { recursive: true });
    removeAbandoned(parent);
    return new StackDirectory(mkdtempSync(join(parent, 'stack-')), options.keep);
  }

  /** The data of one server. */
  of(name: string): string {
    const path = join(this.path, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  logOf(name: string): string {
    const directory = join(this.path, 'logs');
    mkdirSync(directory, { recursive: true });
    return join(directory, `${name}.log`);
  }

  close(): void {
    if (this.keep) this.#lock.release();
    else removeTree(this.path);
  }
}

/** What is left after a loss of power: whatever else ends a stack takes its directory along. */
function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    const directory = join(parent, name);
    if (isAbandoned(directory)) removeTree(directory);
  }
}

function removeTree(directory: string): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}
