import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** Starts a program of the directory; resolves with the process and its first message. It must be ended by the caller. */
export function startChild<Message>(
  program: string,
  args: readonly string[],
  directory = __dirname,
): Promise<{ child: ChildProcess; message: Message }> {
  const child = fork(join(directory, `${program}.js`), [...args], { execArgv: [] });
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve({ child, message: message as Message }));
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`${program} ended with code ${code} before it said anything`)),
    );
  });
}

/** SIGTERM; resolves when it has ended. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
