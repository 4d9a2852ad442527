#!/usr/bin/env node
/**
 * `npm run parity -- [--comparisons N] [--seed S] [--place memory|servers|pairs|enriched]`: builds, then compares so many values of every path
 * with the oracle's; `--mutants [--only TEXT]` breaks the engine in small ways, each of which the comparison must find. The last
 * line is one JSON object; the exit code is 1 if something differed, or if a mutant was not found.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { bin, ROOT } from './lib/root.mjs';

try {
  ensureInstalled();
  const build = spawnSync(bin('tsc'), ['-b'], { cwd: ROOT, stdio: 'inherit' });
  const main = join(ROOT, '.forebay/build/test/parity/main.js');
  const args = ['--enable-source-maps', main, ...process.argv.slice(2)];
  const run = build.status === 0 ? spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }) : build;
  process.exitCode = run.status ?? 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
