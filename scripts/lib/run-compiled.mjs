import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { bin, ROOT } from './root.mjs';

/** Where test/tsconfig.json puts what it compiles. */
const COMPILED = join(ROOT, '.forebay/build');

/**
 * Installs what is missing, builds, and runs a program with this command's arguments; this process ends with its exit code.
 *
 * @param {string} program as it is compiled: `test/faults/main.js`
 * @param {readonly string[]} options of Node for it
 */
export function runCompiled(program, options = [], args = process.argv.slice(2)) {
  try {
    ensureInstalled();
    const build = spawnSync(bin('tsc'), ['-b'], { cwd: ROOT, stdio: 'inherit' });
    const command = ['--enable-source-maps', ...options, join(COMPILED, program), ...args];
    const run =
      build.status === 0 ? spawnSync(process.execPath, command, { cwd: ROOT, stdio: 'inherit' }) : build;
    process.exitCode = run.status ?? 1;
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
