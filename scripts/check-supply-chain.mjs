#!/usr/bin/env node
/**
 * A step of `npm run check`, without network: what package-lock.json installs is fixed by a hash, comes from a registry and, where it is
 * needed at run time, has a licence of the list below. Fails with a line for each package that is otherwise.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/root.mjs';

/** What Apache-2.0 may be distributed with, without conditions beyond keeping the notice. */
const ALLOWED = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']);

/** @param entry of package-lock.json @returns {string[]} what is wrong with it */
export function faultsOf(path, entry) {
  const name = `${path.slice(path.lastIndexOf('node_modules/') + 13)}@${entry.version}`;
  const faults = [];
  if (!entry.integrity)
    faults.push(`${name}: package-lock.json has no hash of it; install it again from a registry`);
  if (entry.resolved && !entry.resolved.startsWith('https://registry.npmjs.org/'))
    faults.push(`${name}: comes from ${entry.resolved}; depend on a released version`);
  if (!entry.dev && !ALLOWED.has(entry.license))
    faults.push(
      `${name}: its licence is ${entry.license ?? 'not given'}; do without it, or add the licence to scripts/check-supply-chain.mjs if it may be shipped`,
    );
  return faults;
}

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
const foreign = Object.entries(packages).filter(
  ([path, { link }]) => path.includes('node_modules/') && !link,
);
const faults = foreign.flatMap(([path, entry]) => faultsOf(path, entry));
for (const fault of faults) console.error(fault);
const shipped = foreign.filter(([, { dev }]) => !dev).length;
console.log(`${foreign.length} packages, ${shipped} of them shipped, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
