/**
 * A process of its own that outlives the one that started it, for as long as it takes to clean up after it. Its standard input
 * is a pipe from that process, which carries one instruction per line; the pipe ends when that process has ended, in whichever
 * way, and then every process still watched is killed and every directory given is removed.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { waitUntil } from './wait-until';

const KILL_DEADLINE_MS = 5_000;

const watched = new Set<number>();
const directories = new Set<string>();

function obey(line: string): void {
  const space = line.indexOf(' ');
  const [verb, argument] = [line.slice(0, space), line.slice(space + 1)];
  if (verb === 'watch') watched.add(Number(argument));
  else if (verb === 'forget') watched.delete(Number(argument));
  else if (verb === 'remove') directories.add(argument);
}

/** Whether there was such a process to send the signal to; 0 only asks. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

async function cleanUp(): Promise<void> {
  for (const pid of watched) send(pid, 'SIGKILL');
  await waitUntil(() => ![...watched].some((pid) => send(pid, 0)), KILL_DEADLINE_MS);
  for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}

// A Ctrl-C in the terminal reaches this process too: it must stay to the end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
createInterface({ input: process.stdin }).on('line', obey).on('close', cleanUp);
