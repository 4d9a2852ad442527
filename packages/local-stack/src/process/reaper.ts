import { type ChildProcess, spawn } from 'node:child_process';
import { entryPoint } from './entry-point';

/**
 * Sees to it that no server outlives this process, even when this process is killed with SIGKILL and can do nothing more.
 * If the reaper itself is killed, another one takes its place.
 */
export class Reaper {
  readonly #pids = new Set<number>();
  readonly #directories = new Set<string>();
  #process: ChildProcess;
  #closed = false;

  constructor() {
    this.#process = this.#start();
  }

  /** From now on the process dies with this one. */
  watch(pid: number): void {
    this.#pids.add(pid);
    this.#tell(`watch ${pid}`);
  }

  /** The process has ended. */
  forget(pid: number): void {
    this.#pids.delete(pid);
    this.#tell(`forget ${pid}`);
  }

  /** From now on the directory goes when this process ends. */
  removeAtEnd(directory: string): void {
    this.#directories.add(directory);
    this.#tell(`remove ${directory}`);
  }

  /** Ends the reaper; what is still watched is killed, and given directories are removed. Resolves when that is done. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const reaper = this.#process;
    const ended = new Promise<void>((resolve) => reaper.once('exit', () => resolve()));
    reaper.ref();
    reaper.stdin?.end();
    await ended;
  }

  #tell(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  #start(): ChildProcess {
    // Detached: a signal to this process's group must not take the reaper along.
    const reaper = spawn(process.execPath, [entryPoint('process/reaper-main')], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    reaper.unref();
    reaper.stdin.on('error', () => undefined); // it has been killed: its exit is handled below
    reaper.once('exit', () => {
      if (this.#closed) return;
      this.#process = this.#start();
      for (const pid of this.#pids) this.#tell(`watch ${pid}`);
      for (const directory of this.#directories) this.#tell(`remove ${directory}`);
    });
    return reaper;
  }
}
