#!/usr/bin/env node
/**
 * `npm run faults -- [--only TEXT,…] [--times N] [--seed S] [--short]`: builds, then breaks services and servers while events are read,
 * and compares every value and the archive with what was sent. The last line is one JSON object; the exit code is 1 if something differed.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { bin, ROOT } from './lib/root.mjs';

try {
  ensureInstalled();
  const build = spawnSync(bin('tsc'), ['-b'], { cwd: ROOT, stdio: 'inherit' });
  const main = join(ROOT, '.forebay/build/test/faults/main.js');
  const args = ['--enable-source-maps', main, ...process.argv.slice(2)];
  const run = build.status === 0 ? spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }) : build;
  process.exitCode = run.status ?? 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
