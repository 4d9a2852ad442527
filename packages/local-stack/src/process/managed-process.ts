import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { ForebayError } from '@forebay/contract';
import type { Reaper } from './reaper';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * The program waits for a line before it replaces the shell (same pid): its pid is in the reaper's books before it runs, and if
 * this process dies in between, the shell reads the end of its input and nothing has been started.
 */
const GATE = 'read -r line && exec "$@" </dev/null';

/** A running program whose output goes to a log file, and that dies with this process. */
export class ManagedProcess {
  readonly pid: number;
  /** Resolves when the process has ended. */
  readonly exited: Promise<Exit>;
  #exit: Exit | null = null;

  private constructor(child: ChildProcess, pid: number, reaper: Reaper) {
    this.pid = pid;
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        reaper.forget(pid);
        this.#exit = { code, signal };
        resolve(this.#exit);
      });
    });
  }

  /** How the process ended, or null while it runs. */
  get exit(): Exit | null {
    return this.#exit;
  }

  static start(command: Command, options: { logPath: string; cwd: string; reaper: Reaper }): ManagedProcess {
    const log = openSync(options.logPath, 'a');
    try {
      // Detached: a Ctrl-C in the terminal is this process's to handle, and must not end the servers before their clients.
      const child = spawn('/bin/sh', ['-c', GATE, 'sh', command.file, ...command.args], {
        cwd: options.cwd,
        detached: true,
        stdio: ['pipe', log, log],
      });
      child.on('error', () => undefined); // no pid then, reported below
      if (child.pid === undefined) {
        throw new ForebayError(
          'unavailable',
          `cannot start /bin/sh to run ${command.file}: is the machine out of processes?`,
        );
      }
      const managed = new ManagedProcess(child, child.pid, options.reaper);
      options.reaper.watch(child.pid);
      child.stdin?.on('error', () => undefined); // it ended at once: `exited` tells
      child.stdin?.end('run\n');
      return managed;
    } finally {
      closeSync(log);
    }
  }

  /** Sends a signal; nothing happens when the process has ended. */
  signal(signal: NodeJS.Signals): void {
    if (this.#exit === null) process.kill(this.pid, signal);
  }

  /** SIGTERM, then SIGKILL for one that has not ended after `deadlineMs`. Resolves when it has ended. */
  async terminate(deadlineMs: number): Promise<Exit> {
    this.signal('SIGTERM');
    this.signal('SIGCONT'); // one that is stopped could not see the SIGTERM
    const timer = setTimeout(() => this.signal('SIGKILL'), deadlineMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }
}
