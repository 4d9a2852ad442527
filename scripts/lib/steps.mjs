/** Steps of `npm run check` and `npm test`: each prints one line, and a closing line counts what passed and failed. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bin, ROOT } from './root.mjs';

/** @typedef {{ passed: number, failed: number, note?: string }} Counts */

/** Collects the outcome of steps, which may run side by side. */
export class Steps {
  #passed = 0;
  #failed = 0;

  /** A step that passes or fails as a whole: a program, silent unless it fails. */
  async program(name, command, args) {
    await this.#run(name, async () => {
      const { ok, output } = await runProgram(command, args, { quiet: true });
      if (!ok) process.stdout.write(output);
      return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
    });
  }

  /** A step of jest's tests, which are counted one by one. `live` shows jest's output as it comes. */
  async jest(name, args, { live }) {
    await this.#run(name, () => runJest(args, live));
  }

  async #run(name, body) {
    const startedAt = performance.now();
    const { passed, failed, note } = await body();
    this.#passed += passed;
    this.#failed += failed;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(
      `${failed === 0 ? 'ok  ' : 'FAIL'}  ${name.padEnd(18)} ${seconds.padStart(6)} s${note ? `   ${note}` : ''}`,
    );
  }

  /** Prints the last line and sets the exit code; to be called once, when all steps have ended. */
  finish() {
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    process.exitCode = this.#failed === 0 && this.#passed > 0 ? 0 : 1;
  }
}

/** Prints that the set-up failed, in the form of a run in which nothing passed. */
export function finishBeforeSteps(error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}

function runProgram(command, args, { quiet }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    });
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout?.setEncoding('utf8').on('data', collect);
    child.stderr?.setEncoding('utf8').on('data', collect);
    child.on('error', (error) =>
      resolve({ ok: false, output: `${output}starting ${command}: ${error.message}\n` }),
    );
    child.on('close', (code, signal) => {
      resolve({ ok: code === 0, output: signal ? `${output}${command} was ended by ${signal}\n` : output });
    });
  });
}

/** @returns {Promise<Counts>} */
async function runJest(args, live) {
  mkdirSync(join(ROOT, '.forebay'), { recursive: true });
  const directory = mkdtempSync(join(ROOT, '.forebay/jest-'));
  const report = join(directory, 'report.json');
  try {
    const { ok, output } = await runProgram(bin('jest'), [...args, '--json', `--outputFile=${report}`], {
      quiet: !live,
    });
    const counts = countTests(report, ok);
    if (!live && counts.failed > 0) process.stdout.write(humanPart(output));
    return counts;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** With --json, jest writes the report to its standard output, too, as one line. */
function humanPart(output) {
  return output.replace(/^\{"numFailedTestSuites".*$/m, '');
}

/** A suite that could not run, and a jest that failed without a failed test, count as one failure. */
function countTests(report, exitedWell) {
  let result;
  try {
    result = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, note: 'jest ended without a report' };
  }
  const passed = result.numPassedTests;
  let failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  if (failed === 0 && (!exitedWell || !result.success || passed === 0)) failed = 1;
  const skipped = result.numPendingTests + result.numTodoTests;
  const note = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} not run` : ''}`;
  return { passed, failed, note };
}
