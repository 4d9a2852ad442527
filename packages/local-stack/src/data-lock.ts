import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ForebayError } from '@forebay/contract';

interface LockContent {
  readonly pid: number;
  /** Whether the directory stays when its stack is gone. */
  readonly keep: boolean;
}

/** The file in a data directory that names the process whose servers use it: two stacks on the same data would ruin it. */
export class DataLock {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Throws `conflict` while a living process has the directory. A lock whose process is gone is taken over. */
  static acquire(directory: string, keep: boolean): DataLock {
    const path = join(directory, 'lock');
    const content: LockContent = { pid: process.pid, keep };
    if (!create(path, content)) takeOver(path, content);
    return new DataLock(path);
  }

  release(): void {
    rmSync(this.#path, { force: true });
  }
}

/** Whether the directory is left over from a process that could not clean up: to be removed. */
export function isAbandoned(directory: string): boolean {
  const content = read(join(directory, 'lock'));
  return content !== null && !content.keep && !isAlive(content.pid);
}

function takeOver(path: string, content: LockContent): void {
  const guard = `${path}.takeover`; // so that only one process at a time may remove a lock
  try {
    mkdirSync(guard);
  } catch {
    throw conflict(path, `another process is starting on it (if there is none, delete ${guard})`);
  }
  try {
    const holder = read(path);
    if (holder !== null && isAlive(holder.pid))
      throw conflict(path, `process ${holder.pid} has its servers there`);
    rmSync(path, { force: true });
    if (!create(path, content)) throw conflict(path, 'another process has just started on it');
  } finally {
    rmdirSync(guard);
  }
}

function conflict(path: string, why: string): ForebayError {
  return new ForebayError(
    'conflict',
    `the data directory of ${path} is in use: ${why}; stop that one, or use another \`dataDir\``,
  );
}

/** The lock appears with its content, or not at all: false when there is one already. */
function create(path: string, content: LockContent): boolean {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(content));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

function read(path: string): LockContent | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LockContent;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
