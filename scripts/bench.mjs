#!/usr/bin/env node
/**
 * `npm run bench -- NAME [arguments]`: builds, then runs the compiled test/bench/NAME.ts. The last line is one JSON
 * object with the measured cases; the exit code is 1 if a target was missed. Without a NAME it lists the names.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { bin, ROOT } from './lib/root.mjs';

/** Where test/tsconfig.json puts the compiled benchmarks. */
const COMPILED = join(ROOT, '.forebay/build/test/bench');
const SOURCES = join(ROOT, 'test/bench');

function benchNames() {
  if (!existsSync(SOURCES)) return [];
  const files = readdirSync(SOURCES).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  return files.map((file) => basename(file, '.ts')).filter((name) => name !== 'report');
}

/** @returns {number} the exit code */
function runBench(name, args) {
  const build = spawnSync(bin('tsc'), ['-b'], { cwd: ROOT, stdio: 'inherit' });
  if (build.status !== 0) return 1;
  const script = join(COMPILED, `${name}.js`);
  const run = spawnSync(process.execPath, ['--enable-source-maps', script, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  return run.status ?? 1;
}

const [name, ...args] = process.argv.slice(2);
const names = benchNames();
if (name === undefined || !names.includes(name)) {
  const problem = name === undefined ? 'which benchmark?' : `unknown benchmark "${name}"`;
  console.error(
    `${problem} usage: npm run bench -- NAME, with NAME one of: ${names.join(', ') || '(none yet)'}`,
  );
  process.exitCode = 2;
} else {
  try {
    ensureInstalled();
    process.exitCode = runBench(name, args);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
