#!/usr/bin/env node
/**
 * `npm run fuzz -- [--inputs N] [--seed S] [--only TEXT]`: builds, then gives so many changed inputs to all that reads bytes
 * from outside. The last line is one JSON object; the exit code is 1 if something happened that must not.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { bin, ROOT } from './lib/root.mjs';

try {
  ensureInstalled();
  const build = spawnSync(bin('tsc'), ['-b'], { cwd: ROOT, stdio: 'inherit' });
  const main = join(ROOT, '.forebay/build/test/fuzz/main.js');
  const args = ['--enable-source-maps', '--expose-gc', main, ...process.argv.slice(2)];
  const run = build.status === 0 ? spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }) : build;
  process.exitCode = run.status ?? 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
