/** The Python programs of this directory, as processes. */
import { execFile, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ROOT } from '../flights/demo-set-up.mjs';

const { pythonEnvironment } = createRequire(import.meta.url)('@forebay/local-stack');

const HERE = dirname(fileURLToPath(import.meta.url));

/**
 * The client comes from its source here, as it is in this tree; elsewhere: pip install forebay. Threads that have nothing to do
 * sleep, since the servers of this example need the cores too.
 */
const ENVIRONMENT = {
  PYTHONPATH: join(ROOT, 'packages/python-client/src'),
  PYTHONDONTWRITEBYTECODE: '1',
  OMP_WAIT_POLICY: 'PASSIVE',
};

/** An environment with what requirements.txt names. */
export class PythonPrograms {
  #python;
  #env;
  /** The model server while it runs. */
  #server = null;

  /** @param {NodeJS.ProcessEnv} processEnv */
  static async install(processEnv) {
    const programs = new PythonPrograms();
    programs.#env = { ...processEnv, ...ENVIRONMENT };
    programs.#python = await pythonEnvironment({
      homeDir: join(ROOT, '.forebay'),
      name: 'model-server',
      requirementsFile: join(HERE, 'requirements.txt'),
      log: (message) => console.log(message),
    });
    return programs;
  }

  /** Adds the servers' addresses, for what calls the command line. */
  addEnvironment(more) {
    this.#env = { ...this.#env, ...more };
  }

  /** Runs a program that prints one JSON document. */
  async run(file, ...args) {
    const { stdout } = await promisify(execFile)(this.#python, [join(HERE, file), ...args], {
      env: this.#env,
      maxBuffer: 1 << 26,
    }).catch((error) => {
      throw new Error(`${file} ${args.join(' ')}: ${error.stderr || error.message}`);
    });
    return JSON.parse(stdout);
  }

  /** Starts the model server; resolves to its port. */
  startServer(...args) {
    const child = spawn(this.#python, [join(HERE, 'model_server.py'), ...args], {
      // a request is a few rows: threads for one model would cost more than they give
      env: { ...this.#env, OMP_NUM_THREADS: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    this.#server = { child, ended };
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => reject(new Error(`model_server.py ended with code ${code}`)));
      child.stdout.once('data', (line) => resolve(JSON.parse(line).port));
    });
  }

  /** Resolves when the model server has ended, if one runs. */
  async stopServer() {
    this.killServer();
    await this.#server?.ended;
  }

  killServer() {
    this.#server?.child.kill('SIGTERM');
  }
}
