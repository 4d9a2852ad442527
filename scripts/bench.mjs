#!/usr/bin/env node
/**
 * `npm run bench -- NAME [arguments]`: builds, then runs the compiled test/bench/NAME.ts. The last line is one JSON
 * object with the measured cases; the exit code is 1 if a target was missed. Without a NAME it lists the names.
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from './lib/root.mjs';
import { runCompiled } from './lib/run-compiled.mjs';

const SOURCES = join(ROOT, 'test/bench');

function benchNames() {
  if (!existsSync(SOURCES)) return [];
  const files = readdirSync(SOURCES).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  return files.map((file) => basename(file, '.ts')).filter((name) => name !== 'report');
}

const [name, ...args] = process.argv.slice(2);
const names = benchNames();
if (name === undefined || !names.includes(name)) {
  const problem = name === undefined ? 'which benchmark?' : `unknown benchmark "${name}"`;
  console.error(
    `${problem} usage: npm run bench -- NAME, with NAME one of: ${names.join(', ') || '(none yet)'}`,
  );
  process.exitCode = 2;
} else runCompiled(`test/bench/${name}.js`, [], args);
