#!/usr/bin/env node
/**
 * `npm run test:upgrade -- [--from REF] [--only versions|codecs] [--seed S]`: builds this version and another one of the repository's history, then upgrades an installation
 * from one to the other and back under load, and compares every value and every answer. The last line is one JSON object; the exit code is 1 if
 * a call failed or something differed.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { bin, ROOT } from './lib/root.mjs';

try {
  ensureInstalled();
  const build = spawnSync(bin('tsc'), ['-b'], { cwd: ROOT, stdio: 'inherit' });
  const main = join(ROOT, '.forebay/build/test/upgrade/main.js');
  const args = ['--enable-source-maps', main, ...process.argv.slice(2)];
  const run = build.status === 0 ? spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }) : build;
  process.exitCode = run.status ?? 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
