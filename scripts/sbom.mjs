#!/usr/bin/env node
/** `npm run sbom [-- --sbom-format=spdx]`: all that is shipped, by package-lock.json, as CycloneDX (or SPDX) on standard output. No network. */
import { spawnSync } from 'node:child_process';
import { ROOT } from './lib/root.mjs';

const given = process.argv.slice(2);
const format = given.some((each) => each.startsWith('--sbom-format')) ? [] : ['--sbom-format=cyclonedx'];
const { status } = spawnSync('npm', ['sbom', '--package-lock-only', '--omit=dev', ...format, ...given], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
