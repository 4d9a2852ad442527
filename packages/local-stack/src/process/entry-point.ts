import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ForebayError } from '@forebay/contract';

/** `src/process` and `dist/process` are equally deep, so this is the package's directory from either. */
const PACKAGE_DIR = resolve(__dirname, '..', '..');

/**
 * The compiled file of an entry point of a child process (`clickhouse/main`). Child processes always run compiled code, also
 * when this package itself runs from source under a test runner.
 */
export function entryPoint(name: string): string {
  const path = join(PACKAGE_DIR, 'dist', `${name}.js`);
  if (!existsSync(path)) {
    throw new ForebayError(
      'failed_precondition',
      `${path} is missing: run \`npx tsc -b ${PACKAGE_DIR}\` first`,
    );
  }
  return path;
}
