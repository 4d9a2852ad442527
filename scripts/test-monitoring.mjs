#!/usr/bin/env node
/**
 * `npm run test:monitoring`: alert rules with promtool, the routes of alerts with amtool; then a real Prometheus with these rules scrapes running
 * services: no alert while all is well, the right ones when things break, and data for every query of every dashboard. Needs apt-get and
 * dpkg-deb for Prometheus and amtool; takes some five minutes. The last line is `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { amtool, promtool } from '../test/monitoring/prometheus.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { bin, ROOT } from './lib/root.mjs';
import { run } from './lib/run.mjs';

const RULES = join(ROOT, 'k8s/forebay/alerts/forebay.yaml');
const TESTS = join(ROOT, 'test/monitoring');
const ALERTMANAGER_FILE = join(ROOT, 'examples/compose/alertmanager.yml');

let passed = 0;
let failed = 0;

/** @param fault null: as it must be */
function check(name, fault) {
  if (fault === null) passed++;
  else failed++;
  console.log(`${fault === null ? 'ok  ' : 'FAIL'} ${name}`);
  if (fault !== null) console.log(`     ${fault}`);
}

function checkRun(name, program, args, expected = /(?:)/) {
  let fault = null;
  try {
    const said = run(program, args);
    if (!expected.test(said)) fault = said;
  } catch (error) {
    fault = error.message;
  }
  check(name, fault);
}

function proveFiles() {
  checkRun('promtool check rules', promtool(), ['check', 'rules', RULES]);
  for (const file of readdirSync(TESTS).filter((name) => name.endsWith('.test.yaml')))
    checkRun(`promtool test rules ${file}`, promtool(), ['test', 'rules', join(TESTS, file)]);
  checkRun('amtool check-config', amtool(), ['check-config', ALERTMANAGER_FILE]);
  for (const severity of ['page', 'ticket']) {
    const route = ['config', 'routes', 'test', `--config.file=${ALERTMANAGER_FILE}`, `severity=${severity}`];
    checkRun(`amtool: ${severity} goes to its receiver`, amtool(), route, new RegExp(`^${severity}\\s*$`));
  }
}

ensureInstalled();
try {
  const build = spawnSync(bin('tsc'), ['-b'], { cwd: ROOT, stdio: 'inherit' });
  if (build.status !== 0) throw new Error('it does not compile');
  proveFiles();
  const { proveRunning } = await import('../test/monitoring/scenes.mjs');
  await proveRunning(check);
} catch (error) {
  check('the proof itself', error.stack);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
