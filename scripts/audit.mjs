#!/usr/bin/env node
/**
 * `npm run audit`: known vulnerabilities in what is shipped (npm audit). One that does not concern Forebay is explained in
 * .github/audit-explained.json, by the advisory's address; an explanation that is no longer needed is a fault, too. Without a registry that
 * answers it says so and ends with 2: nothing is known then.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/root.mjs';

const { status, stdout, stderr } = spawnSync('npm', ['audit', '--omit=dev', '--json', '--fetch-retries=0'], {
  cwd: ROOT,
  encoding: 'utf8',
  maxBuffer: 1 << 26,
});
const answer = parsed(stdout);
if (!answer?.vulnerabilities) {
  console.error(
    `not checked: the registry does not answer npm audit (${answer?.message ?? (stderr.trim() || `npm ended with ${status}`)})`,
  );
  process.exitCode = 2;
} else judge(answer.vulnerabilities);

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function judge(vulnerabilities) {
  const explained = JSON.parse(readFileSync(join(ROOT, '.github/audit-explained.json'), 'utf8'));
  const advisories = Object.values(vulnerabilities).flatMap(({ via }) =>
    via.filter((each) => typeof each === 'object'),
  );
  const addresses = new Set(advisories.map(({ url }) => url));
  const faults = [
    ...advisories
      .filter(({ url }) => !(url in explained))
      .map(({ name, title, severity, url }) => `${name}: ${title} (${severity}), ${url}`),
    ...Object.keys(explained)
      .filter((url) => !addresses.has(url))
      .map((url) => `${url} is explained, but no longer found: remove it from .github/audit-explained.json`),
  ];
  for (const fault of faults) console.error(fault);
  console.log(`${addresses.size} advisories, ${faults.length} faults`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
