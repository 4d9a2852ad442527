import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonEnvironment } from '@forebay/local-stack';
import { HOME_DIR } from './stack';

/** Installing what tests need, the first time, takes a minute. */
const SET_UP_WITHIN_MS = 600_000;
const RUN_WITHIN_MS = 300_000;
/** Characters of a failed run's output that a message shows. */
const SHOWN = 4_000;

const execute = promisify(execFile);

export interface PythonPackage {
  /** Where pyproject.toml and tests/ are. */
  readonly directory: string;
  /** Begins the name of the environment's directory. */
  readonly name: string;
  /** What builds, checks and tests it, in the directory. */
  readonly requirements: string;
}

/** A Python package, built as a wheel and installed in an environment that is new but for what the tests need. */
export class InstalledPackage {
  private constructor(
    readonly directory: string,
    /** The program with the development tools, which does not have the package. */
    readonly tools: string,
    /** The program with the package. */
    readonly python: string,
    readonly wheel: string,
    private readonly temporary: string,
  ) {}

  static async install({ directory, name, requirements }: PythonPackage): Promise<InstalledPackage> {
    const requirementsFile = join(directory, requirements);
    const log = (message: string) => process.stderr.write(`python: ${message}\n`);
    const tools = await pythonEnvironment({ homeDir: HOME_DIR, name, requirementsFile, log });
    mkdirSync(join(HOME_DIR, 'tests'), { recursive: true });
    const temporary = mkdtempSync(join(HOME_DIR, 'tests', `${name}-`));
    const run = (program: string, ...args: string[]) =>
      execute(program, args, { timeout: SET_UP_WITHIN_MS }).then(({ stdout }) => stdout.trim());
    const pip = ['-m', 'pip', '--quiet', '--disable-pip-version-check'];
    await run(
      tools,
      ...pip,
      'wheel',
      '--no-deps',
      '--no-build-isolation',
      '--wheel-dir',
      temporary,
      directory,
    );
    const wheel = join(temporary, readdirSync(temporary).find((file) => file.endsWith('.whl')) as string);
    const environment = join(temporary, 'environment');
    await run(tools, '-m', 'venv', '--without-pip', environment);
    const python = join(environment, 'bin', 'python');
    const packagesOf = (program: string) =>
      run(program, '-c', 'import sysconfig; print(sysconfig.get_path("purelib"))');
    writeFileSync(join(await packagesOf(python), 'tools.pth'), `${await packagesOf(tools)}\n`);
    await run(tools, ...pip, '--python', python, 'install', '--no-deps', '--no-index', wheel);
    await run(python, '-m', 'pip', 'check');
    return new InstalledPackage(directory, tools, python, wheel, temporary);
  }

  /** Runs `python -m` with a development tool in the package's directory; '' if it is content, else what it says. */
  async complaints(...args: string[]): Promise<string> {
    const options = { cwd: this.directory, timeout: RUN_WITHIN_MS };
    return execute(this.tools, ['-m', ...args], options).then(
      () => '',
      (error: { stdout?: string; stderr?: string; message: string }) =>
        `${error.stdout ?? ''}${error.stderr ?? ''}` || error.message,
    );
  }

  /** Runs the tests once; their outcomes by `test_file.py::test_name`. */
  async test(environment: Readonly<Record<string, string>>): Promise<PythonResults> {
    const report = join(this.temporary, 'report.ndjson');
    const output = await execute(this.python, ['-m', 'pytest', '-q', '--color=no'], {
      cwd: this.directory,
      timeout: RUN_WITHIN_MS,
      maxBuffer: 1 << 26,
      env: { ...process.env, ...environment, FOREBAY_TEST_REPORT: report, PYTHONDONTWRITEBYTECODE: '1' },
    }).then(
      ({ stdout }) => stdout,
      (error: { stdout?: string; message: string }) => error.stdout || error.message,
    );
    return new PythonResults(existsSync(report) ? readFileSync(report, 'utf8') : '', output);
  }

  remove(): void {
    rmSync(this.temporary, { recursive: true, force: true });
  }
}

interface Outcome {
  readonly test: string;
  readonly outcome: string;
  readonly text: string;
}

export class PythonResults {
  readonly #outcomes = new Map<string, Outcome[]>();

  constructor(
    report: string,
    readonly output: string,
  ) {
    for (const line of report.split('\n').filter(Boolean)) {
      const outcome = JSON.parse(line) as Outcome;
      const name = outcome.test.replace(/^tests\//, '').replace(/\[.*$/s, '');
      this.#outcomes.set(name, [...(this.#outcomes.get(name) ?? []), outcome]);
    }
  }

  get names(): string[] {
    return [...this.#outcomes.keys()].sort();
  }

  /** Throws with what pytest says unless the test ran, and all its cases passed. */
  check(name: string): void {
    const outcomes = this.#outcomes.get(name);
    if (outcomes === undefined) throw new Error(`${name} did not run:\n${this.output.slice(-SHOWN)}`);
    const bad = outcomes.filter(({ outcome }) => outcome !== 'passed');
    if (bad.length > 0) throw new Error(bad.map(({ test, text }) => `${test}\n${text}`).join('\n\n'));
  }
}

/** The test functions of a package, as `test_file.py::test_name`, read from the text: names must be known before they run. */
export function pythonTestNames(directory: string): string[] {
  const tests = join(directory, 'tests');
  return readdirSync(tests)
    .filter((file) => /^test_.*\.py$/.test(file))
    .flatMap((file) =>
      [...readFileSync(join(tests, file), 'utf8').matchAll(/^(?:async )?def (test_\w+)/gm)].map(
        ([, name]) => `${file}::${name}`,
      ),
    )
    .sort();
}
