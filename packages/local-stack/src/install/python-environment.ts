import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ForebayError } from '@forebay/contract';
import { installOnce } from './install-once';
import { requireTool } from './required-tools';
import { runCommand } from './run-command';

const INSTALL_DEADLINE_MS = 600_000;
const CHECK_DEADLINE_MS = 30_000;
const HASH_DIGITS = 12;

export interface PythonEnvironmentOptions {
  /** The project's `.forebay`; the environment stands in its `tools`. */
  readonly homeDir: string;
  /** Begins the directory's name. */
  readonly name: string;
  /** A requirements file of pip, with pinned versions. */
  readonly requirementsFile: string;
  readonly log: (message: string) => void;
}

/**
 * The `python` of a virtual environment that has what the file asks for, made the first time. Its directory is named by the
 * requirements and by Python's version, so that a change of either makes another. Call what is installed as
 * `python -m program`: the scripts in `bin` name the directory in which they were installed.
 *
 * Throws `failed_precondition` without Python 3.9 or newer and pip, and `unavailable` if packages cannot be installed.
 */
export async function pythonEnvironment(options: PythonEnvironmentOptions): Promise<string> {
  const { homeDir, name, requirementsFile, log } = options;
  await requireTool('python');
  const requirements = await readFile(requirementsFile, 'utf8');
  const { stdout: version } = await python(['--version'], CHECK_DEADLINE_MS);
  const digest = createHash('sha256').update(version.trim()).update('\n').update(requirements).digest('hex');
  const directory = join(homeDir, 'tools', `${name}-${digest.slice(0, HASH_DIGITS)}`);
  await installOnce(directory, async (into) => {
    log(`installing ${requirementsFile} into ${directory}`);
    await python(['-m', 'venv', into], INSTALL_DEADLINE_MS);
    const arguments_ = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '-r',
      requirementsFile,
    ];
    await run(pythonOf(into), arguments_, INSTALL_DEADLINE_MS);
  });
  return pythonOf(directory);
}

const pythonOf = (directory: string) => join(directory, 'bin', 'python');

const python = (args: readonly string[], deadlineMs: number) => run('python3', args, deadlineMs);

async function run(program: string, args: readonly string[], deadlineMs: number) {
  const result = await runCommand(program, args, { deadlineMs });
  if (result.ok) return result;
  const remedy = 'is the Python package index (or the mirror that pip is configured with) reachable?';
  throw new ForebayError(
    'unavailable',
    `\`${program} ${args.join(' ')}\` failed; ${remedy} ${result.stderr}`,
  );
}
