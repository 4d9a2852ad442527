import { execFile } from 'node:child_process';

export interface CommandResult {
  /** False when the program is missing, fails, or takes longer than the deadline. */
  readonly ok: boolean;
  readonly stdout: string;
  /** Standard error, else why there is none. */
  readonly stderr: string;
}

/** Runs a program to its end; never throws. */
export function runCommand(
  file: string,
  args: readonly string[],
  options: { cwd?: string; deadlineMs: number },
): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      { cwd: options.cwd, timeout: options.deadlineMs, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) =>
        resolve({
          ok: error === null,
          stdout,
          stderr: stderr.trim() || stdout.trim() || (error?.message ?? ''),
        }),
    );
  });
}
